// What steering jobs needs: when a cancellation was asked for, until when a job must have begun, what keeps it from being there
// twice, and an account's own record of what it did to its jobs. Safe beside old code, which leaves the new columns as they
// are: a worker of the version before does not hear of a cancellation, and ends a job as it would have. 120110 builds the
// indexes and validates the constraint.
import type { Knex } from 'knex'

export const up = (db: Knex) =>
  db.raw(`
    SET LOCAL lock_timeout = '5s';

    ALTER TABLE jobs
      -- Of a running job; one that waits is cancelled at once.
      ADD COLUMN cancel_requested_at timestamptz,
      -- Unless its first attempt has begun by then, it is cancelled.
      ADD COLUMN start_before timestamptz,
      -- One open job of its account and type at a time.
      ADD COLUMN unique_key text,
      ADD CONSTRAINT jobs_unique_key_check CHECK (length(unique_key) BETWEEN 1 AND 200) NOT VALID;

    -- What an account did to its jobs, written in the transaction that did it.
    CREATE TABLE job_actions (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      -- Goes with its job, and not before it.
      job_id uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
      account_id uuid NOT NULL REFERENCES accounts,
      -- Whose API key it was; null where that is not known.
      key_id uuid,
      action text NOT NULL CHECK (action IN ('cancel', 'retry')),
      reason text,
      -- The attempt that it met.
      attempt integer NOT NULL,
      at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX job_actions_job ON job_actions (job_id, id);

    CREATE TRIGGER job_actions_append_only BEFORE UPDATE OR TRUNCATE ON job_actions
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    CREATE FUNCTION refuse_to_forget() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT FROM jobs WHERE id = OLD.job_id) THEN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
      END IF;
      RETURN OLD;
    END $$;
    CREATE TRIGGER job_actions_kept BEFORE DELETE ON job_actions
      FOR EACH ROW EXECUTE FUNCTION refuse_to_forget();
  `)

export const down = () => Promise.reject(new Error('migrations are forward-only'))
