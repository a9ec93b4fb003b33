// Mails: one recipient a row. message_id is derived from the row's id, so every copy of one mail carries the same.
import type { Knex } from 'knex'

export const up = (db: Knex) =>
  db.raw(`
    CREATE TABLE emails (
      id uuid PRIMARY KEY,
      account_id uuid NOT NULL REFERENCES accounts,
      order_id uuid,
      to_address text NOT NULL,
      template text,
      data jsonb,
      subject text,
      text_body text,
      html_body text,
      message_id text NOT NULL UNIQUE,
      state text NOT NULL CHECK (state IN ('created', 'sending', 'sent', 'failed')),
      sent_at timestamptz,
      failure_code text,
      created_at timestamptz NOT NULL DEFAULT now(),
      CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
      CHECK ((template IS NULL) = (data IS NULL)),
      CHECK ((template IS NULL) = (subject IS NOT NULL AND text_body IS NOT NULL)),
      FOREIGN KEY (account_id, order_id) REFERENCES orders (account_id, id)
    );
    CREATE INDEX emails_order ON emails (order_id);
  `)

export const down = () => Promise.reject(new Error('migrations are forward-only'))
