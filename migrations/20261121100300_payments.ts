// Payments and refunds. sent_at and key_generation are committed before the provider is called, so that a lost answer is
// looked up and never guessed (invariant 3). refund_amount is what refunds hold or took; it cannot pass what was captured.
import type { Knex } from 'knex'

export const up = (db: Knex) =>
  db.raw(`
    CREATE TABLE payments (
      id uuid PRIMARY KEY,
      account_id uuid NOT NULL REFERENCES accounts,
      order_id uuid NOT NULL UNIQUE,
      state text NOT NULL CHECK (state IN ('created', 'processing', 'unknown', 'captured', 'declined', 'cancelled')),
      amount bigint NOT NULL CHECK (amount > 0),
      currency char(3) NOT NULL,
      method text NOT NULL,
      refund_amount bigint NOT NULL DEFAULT 0 CHECK (refund_amount >= 0),
      provider_id text UNIQUE,
      key_generation integer NOT NULL DEFAULT 1,
      sent_at timestamptz,
      decline_code text,
      captured_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CHECK (refund_amount <= CASE WHEN state = 'captured' THEN amount ELSE 0 END),
      CHECK ((state = 'captured') = (captured_at IS NOT NULL)),
      CHECK (state IN ('created', 'declined', 'cancelled') OR sent_at IS NOT NULL),
      CHECK (state <> 'captured' OR provider_id IS NOT NULL),
      UNIQUE (account_id, id),
      FOREIGN KEY (account_id, order_id) REFERENCES orders (account_id, id)
    );

    CREATE TABLE refunds (
      id uuid PRIMARY KEY,
      account_id uuid NOT NULL REFERENCES accounts,
      payment_id uuid NOT NULL,
      state text NOT NULL CHECK (state IN ('created', 'processing', 'unknown', 'succeeded', 'failed')),
      amount bigint NOT NULL CHECK (amount > 0),
      reason text,
      -- Made by us because the order was cancelled; at most one is open or done.
      reversal boolean NOT NULL DEFAULT false,
      provider_id text UNIQUE,
      key_generation integer NOT NULL DEFAULT 1,
      sent_at timestamptz,
      failure_code text,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CHECK (state <> 'succeeded' OR provider_id IS NOT NULL),
      CHECK (state IN ('created', 'failed') OR sent_at IS NOT NULL),
      FOREIGN KEY (account_id, payment_id) REFERENCES payments (account_id, id)
    );
    CREATE INDEX refunds_payment ON refunds (payment_id);
    CREATE UNIQUE INDEX refunds_reversal ON refunds (payment_id) WHERE reversal AND state <> 'failed';
  `)

export const down = () => Promise.reject(new Error('migrations are forward-only'))
