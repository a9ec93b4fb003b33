// Mails whose outcome is unknown, and recipients to whom nothing is sent. Old code goes on working beside it, and as before: a
// worker of the version before resends whatever when_unknown says, and writes to suppressed recipients, until it is replaced.
import type { Knex } from 'knex'

export const up = (db: Knex) =>
  db.raw(`
    SET LOCAL lock_timeout = '5s';

    ALTER TABLE emails
      -- How many copies the recipient may have got: each was handed over, and not refused.
      ADD COLUMN copies smallint NOT NULL DEFAULT 0,
      -- What follows when it is not known whether a copy was taken.
      ADD COLUMN when_unknown text NOT NULL DEFAULT 'resend',
      -- When the last copy began to be handed over.
      ADD COLUMN handed_over_at timestamptz,
      ADD CONSTRAINT emails_copies_check CHECK (copies >= 0) NOT VALID,
      ADD CONSTRAINT emails_when_unknown_check CHECK (when_unknown IN ('resend', 'leave')) NOT VALID,
      DROP CONSTRAINT emails_state_check,
      ADD CONSTRAINT emails_state_check
        CHECK (state IN ('created', 'sending', 'sent', 'unknown', 'suppressed', 'failed')) NOT VALID;

    CREATE TABLE suppressions (
      account_id uuid NOT NULL REFERENCES accounts,
      -- In lower case: no mail server in use tells mailboxes apart by case.
      address text NOT NULL CHECK (address = lower(address)),
      reason text NOT NULL CHECK (reason IN ('hard-bounce', 'manual')),
      -- The mail that bounced.
      email_id uuid REFERENCES emails,
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (account_id, address)
    );
  `)

export const down = () => Promise.reject(new Error('migrations are forward-only'))
