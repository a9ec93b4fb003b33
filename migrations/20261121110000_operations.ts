// What running many jobs for many accounts needs: a backlog that can be taken fairly, queues that can be paused, an owner for
// the system's own jobs, and a list of discrepancies for the operators. Safe beside old code: nothing here reads or rewrites a
// table that is in use; 110500 builds the indexes and 110600 validates the constraints.
import type { Knex } from 'knex'

export const up = (db: Knex) =>
  db.raw(`
    SET LOCAL lock_timeout = '5s';

    -- 0 is first. Within an account the backlog goes by priority, then age.
    ALTER TABLE jobs
      ADD COLUMN priority smallint NOT NULL DEFAULT 5,
      ADD CONSTRAINT jobs_priority_check CHECK (priority BETWEEN 0 AND 9) NOT VALID;
    -- By this one the workers of the version before find what waits. The version after this one may drop it.
    ALTER INDEX jobs_backlog RENAME TO jobs_backlog_before;

    -- Nothing of a paused queue is started before its time.
    CREATE TABLE queue_pauses (
      queue text PRIMARY KEY,
      paused_until timestamptz NOT NULL,
      reason text NOT NULL
    );

    -- Owns what the system does by itself. No key opens it.
    INSERT INTO accounts (id, name) VALUES ('00000000-0000-7000-8000-000000000001', 'errand:system');

    -- What reconciliation and audit found and could not put right: an operator's list, one open row a finding.
    CREATE TABLE discrepancies (
      id uuid PRIMARY KEY,
      kind text NOT NULL,
      -- What it is about: a provider's id, or an id of ours.
      subject text NOT NULL,
      account_id uuid NOT NULL REFERENCES accounts,
      detail jsonb NOT NULL,
      first_seen_at timestamptz NOT NULL DEFAULT now(),
      last_seen_at timestamptz NOT NULL DEFAULT now(),
      resolved_at timestamptz,
      -- What an operator settled, and how. Such a finding is not filed again while it stays the same.
      note text
    );
    CREATE UNIQUE INDEX discrepancies_open ON discrepancies (kind, subject) WHERE resolved_at IS NULL;
    CREATE INDEX discrepancies_settled ON discrepancies (kind, subject) WHERE note IS NOT NULL;
    CREATE INDEX discrepancies_recent ON discrepancies (first_seen_at DESC);
  `)

export const down = () => Promise.reject(new Error('migrations are forward-only'))
