// What running many jobs for many accounts needs: a backlog that can be taken fairly, queues that can be paused, an owner for
// the system's own jobs, and a list of discrepancies for the operators.
import type { Knex } from 'knex'

export const up = (db: Knex) =>
  db.raw(`
    -- 0 is first. Within an account the backlog goes by priority, then age.
    ALTER TABLE jobs ADD COLUMN priority smallint NOT NULL DEFAULT 5 CHECK (priority BETWEEN 0 AND 9);

    -- Each index serves one query: what has become due, the backlog of one account, the engine's window.
    DROP INDEX jobs_backlog;
    CREATE INDEX jobs_scheduled ON jobs (run_at) WHERE state = 'scheduled';
    CREATE INDEX jobs_backlog ON jobs (queue, account_id, priority, run_at, id)
      WHERE state = 'queued' AND dispatched_at IS NULL;
    CREATE INDEX jobs_window ON jobs (queue, account_id, priority) WHERE dispatched_at IS NOT NULL;
    CREATE INDEX jobs_attention ON jobs (id) WHERE needs_attention IS NOT NULL;
    CREATE INDEX jobs_unfinished ON jobs (type) WHERE finished_at IS NULL;

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
      resolved_at timestamptz
    );
    CREATE UNIQUE INDEX discrepancies_open ON discrepancies (kind, subject) WHERE resolved_at IS NULL;
  `)

export const down = () => Promise.reject(new Error('migrations are forward-only'))
