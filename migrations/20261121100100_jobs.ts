// Jobs: the row is the truth. attempt fences writes, lease_expires_at bounds a claim, dispatched_at says that the engine
// should hold the id; dispatch_number makes each handing-over a new id for the engine.
import type { Knex } from 'knex'

export const up = (db: Knex) =>
  db.raw(`
    CREATE TABLE jobs (
      id uuid PRIMARY KEY,
      account_id uuid NOT NULL REFERENCES accounts,
      type text NOT NULL,
      queue text NOT NULL,
      state text NOT NULL CHECK (state IN ('scheduled', 'queued', 'running', 'succeeded', 'failed', 'cancelled')),
      needs_attention text,
      input jsonb NOT NULL,
      result jsonb,
      error jsonb,
      progress jsonb,
      attempt integer NOT NULL DEFAULT 0,
      max_attempts integer NOT NULL,
      run_at timestamptz NOT NULL,
      dispatch_number integer NOT NULL DEFAULT 0,
      dispatched_at timestamptz,
      lease_expires_at timestamptz,
      parent_id uuid REFERENCES jobs,
      step smallint,
      step_role text CHECK (step_role IN ('do', 'undo', 'undone')),
      created_at timestamptz NOT NULL DEFAULT now(),
      started_at timestamptz,
      finished_at timestamptz,
      CHECK (split_part(type, '.', 1) = queue),
      CHECK (attempt >= 0 AND max_attempts >= 1),
      CHECK ((finished_at IS NOT NULL) = (state IN ('succeeded', 'failed', 'cancelled'))),
      CHECK (lease_expires_at IS NULL OR state = 'running'),
      CHECK (dispatched_at IS NULL OR state = 'queued'),
      CHECK (state <> 'failed' OR error IS NOT NULL),
      CHECK ((parent_id IS NULL) = (step IS NULL) AND (step IS NULL) = (step_role IS NULL)),
      UNIQUE (parent_id, step_role, step)
    );

    -- Each index serves one query: the backlog, the handed-over, the claimed, and a caller's own jobs.
    CREATE INDEX jobs_backlog ON jobs (queue, run_at)
      WHERE state IN ('scheduled', 'queued') AND dispatched_at IS NULL;
    CREATE INDEX jobs_dispatched ON jobs (dispatched_at) WHERE dispatched_at IS NOT NULL;
    CREATE INDEX jobs_leased ON jobs (lease_expires_at) WHERE lease_expires_at IS NOT NULL;
    CREATE INDEX jobs_account ON jobs (account_id, id DESC);

    CREATE TABLE idempotency_keys (
      account_id uuid NOT NULL REFERENCES accounts,
      key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
      fingerprint bytea NOT NULL,
      answer jsonb,
      job_id uuid,
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (account_id, key)
    );
  `)

export const down = () => Promise.reject(new Error('migrations are forward-only'))
