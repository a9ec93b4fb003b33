// Batches of jobs: what was handed over in one request. Old code leaves batch_id as it is: jobs outside of any batch.
import type { Knex } from 'knex'

export const up = (db: Knex) =>
  db.raw(`
    SET LOCAL lock_timeout = '5s';

    CREATE TABLE batches (
      id uuid PRIMARY KEY,
      account_id uuid NOT NULL REFERENCES accounts,
      -- Of its items: jobs that were made, jobs that were there already, and the rest.
      accepted integer NOT NULL CHECK (accepted >= 0),
      existing integer NOT NULL CHECK (existing >= 0),
      refused integer NOT NULL CHECK (refused >= 0),
      created_at timestamptz NOT NULL DEFAULT now(),
      CHECK (accepted + existing > 0)
    );

    -- Validated by 120210.
    ALTER TABLE jobs
      ADD COLUMN batch_id uuid,
      ADD CONSTRAINT jobs_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES batches
        DEFERRABLE INITIALLY DEFERRED NOT VALID;
  `)

export const down = () => Promise.reject(new Error('migrations are forward-only'))
