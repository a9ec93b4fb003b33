// Money in two entries each, manual capture, and refunds that are pending or fail later.
// The database itself posts to the ledger, in the statement that changes a payment's or refund's state: no code can forget
// to, neither a worker of the version before, which runs on while this one is deployed, nor a hand that repairs a row; and
// the key on (source, kind, account) makes each post happen once. A worker of the version before knows no manual capture:
// replace the workers before the API, which is what accepts it. What was captured before is posted by 110600.
import type { Knex } from 'knex'

export const up = async (db: Knex): Promise<void> => {
  await db.raw("SET LOCAL lock_timeout = '5s'")
  await db.raw(PAYMENTS)
  await db.raw(REFUNDS)
  await db.raw(ORDERS)
  await db.raw(LEDGER)
  await db.raw(POSTING)
}

const PAYMENTS = `
  ALTER TABLE payments
    ADD COLUMN capture_method text NOT NULL DEFAULT 'automatic',
    ADD COLUMN amount_to_capture bigint,
    ADD COLUMN captured_amount bigint,
    ADD COLUMN authorized_at timestamptz,
    ADD CONSTRAINT payments_capture_method_check CHECK (capture_method IN ('automatic', 'manual')) NOT VALID,
    ADD CONSTRAINT payments_amount_to_capture_check
      CHECK (amount_to_capture > 0 AND amount_to_capture <= amount) NOT VALID,
    ADD CONSTRAINT payments_captured_amount_check CHECK (captured_amount > 0 AND captured_amount <= amount) NOT VALID,
    DROP CONSTRAINT payments_state_check,
    ADD CONSTRAINT payments_state_check CHECK (state IN ('created', 'processing', 'unknown', 'authorized', 'capturing',
      'cancelling', 'captured', 'declined', 'cancelled')) NOT VALID,
    DROP CONSTRAINT payments_check,
    ADD CONSTRAINT payments_refundable CHECK (refund_amount <= coalesce(captured_amount, 0)) NOT VALID,
    ADD CONSTRAINT payments_captured CHECK ((state = 'captured') = (captured_amount IS NOT NULL)) NOT VALID,
    ADD CONSTRAINT payments_authorized
      CHECK (state NOT IN ('authorized', 'capturing') OR authorized_at IS NOT NULL) NOT VALID,
    ADD CONSTRAINT payments_manual CHECK (authorized_at IS NULL OR capture_method = 'manual') NOT VALID;

  -- A worker of the version before takes all, and does not say how much; nor do the rows that were captured before.
  CREATE FUNCTION capture_all() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    NEW.captured_amount := NEW.amount;
    RETURN NEW;
  END $$;
  CREATE TRIGGER payments_capture_all BEFORE UPDATE ON payments
    FOR EACH ROW WHEN (NEW.state = 'captured' AND NEW.captured_amount IS NULL) EXECUTE FUNCTION capture_all();`

const REFUNDS = `
  ALTER TABLE refunds
    DROP CONSTRAINT refunds_state_check,
    ADD CONSTRAINT refunds_state_check
      CHECK (state IN ('created', 'processing', 'unknown', 'pending', 'succeeded', 'failed')) NOT VALID,
    ADD CONSTRAINT refunds_pending CHECK (state <> 'pending' OR provider_id IS NOT NULL) NOT VALID;
  -- It stands guard until 110500 has built the one that follows it.
  ALTER INDEX refunds_reversal RENAME TO refunds_reversal_before;`

const ORDERS = `
  ALTER TABLE orders
    DROP CONSTRAINT orders_state_check,
    ADD CONSTRAINT orders_state_check CHECK (state IN ('processing', 'authorized', 'capturing', 'cancelling', 'confirmed',
      'cancelled')) NOT VALID,
    -- The flow that captures or cancels an authorized order: whoever is first.
    ADD COLUMN settle_job_id uuid REFERENCES jobs DEFERRABLE INITIALLY DEFERRED,
    ADD COLUMN cancel_note text,
    ADD CONSTRAINT orders_settled_by CHECK (state NOT IN ('capturing', 'cancelling') OR settle_job_id IS NOT NULL) NOT VALID;`

const LEDGER = `
  -- Signed: what comes in is positive. provider-balance is what the provider owes us, sales what we owe for it.
  CREATE TABLE ledger_entries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts,
    payment_id uuid NOT NULL,
    -- The payment or the refund.
    source_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('capture', 'refund', 'refund-failed')),
    ledger_account text NOT NULL CHECK (ledger_account IN ('provider-balance', 'sales')),
    amount bigint NOT NULL CHECK (amount <> 0),
    currency char(3) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (source_id, kind, ledger_account),
    FOREIGN KEY (account_id, payment_id) REFERENCES payments (account_id, id)
  );
  CREATE INDEX ledger_entries_payment ON ledger_entries (payment_id);

  CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END $$;
  CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

  CREATE FUNCTION check_balance() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM FROM ledger_entries WHERE source_id = NEW.source_id AND kind = NEW.kind
      GROUP BY currency HAVING sum(amount) <> 0;
    IF FOUND THEN
      RAISE EXCEPTION 'the ledger entries of % % do not balance', NEW.kind, NEW.source_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
  END $$;
  CREATE CONSTRAINT TRIGGER ledger_balanced AFTER INSERT ON ledger_entries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_balance();

  CREATE FUNCTION post(account uuid, payment uuid, source uuid, kind text, amount bigint, currency char) RETURNS void
  LANGUAGE sql AS $$
    INSERT INTO ledger_entries (account_id, payment_id, source_id, kind, ledger_account, amount, currency)
    VALUES (account, payment, source, kind, 'provider-balance', amount, currency),
           (account, payment, source, kind, 'sales', -amount, currency)
  $$;`

const POSTING = `
  CREATE FUNCTION post_capture() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM post(NEW.account_id, NEW.id, NEW.id, 'capture', NEW.captured_amount, NEW.currency);
    RETURN NULL;
  END $$;
  CREATE TRIGGER payments_post AFTER UPDATE ON payments
    FOR EACH ROW WHEN (NEW.state = 'captured' AND OLD.state <> 'captured') EXECUTE FUNCTION post_capture();

  CREATE FUNCTION post_refund() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM post(NEW.account_id, NEW.payment_id, NEW.id,
      CASE NEW.state WHEN 'succeeded' THEN 'refund' ELSE 'refund-failed' END,
      CASE NEW.state WHEN 'succeeded' THEN -NEW.amount ELSE NEW.amount END,
      (SELECT currency FROM payments WHERE id = NEW.payment_id));
    RETURN NULL;
  END $$;
  CREATE TRIGGER refunds_post AFTER UPDATE ON refunds
    FOR EACH ROW WHEN ((NEW.state = 'succeeded') <> (OLD.state = 'succeeded')) EXECUTE FUNCTION post_refund();`

export const down = () => Promise.reject(new Error('migrations are forward-only'))
