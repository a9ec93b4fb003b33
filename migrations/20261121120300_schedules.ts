// Schedules: an account's request of a job type, made again at every tick of a cron expression. schedule_runs is the proof that
// a tick was run: one row a tick, written in the transaction that makes its job. Only new tables: old code runs on beside them.
import type { Knex } from 'knex'

export const up = (db: Knex) =>
  db.raw(`
    SET LOCAL lock_timeout = '5s';

    CREATE TABLE schedules (
      id uuid PRIMARY KEY,
      account_id uuid NOT NULL REFERENCES accounts,
      name text NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
      cron text NOT NULL,
      timezone text NOT NULL,
      type text NOT NULL,
      -- The type's request, as the account sent it: every tick reads it anew.
      input jsonb NOT NULL,
      priority smallint NOT NULL CHECK (priority BETWEEN 0 AND 9),
      missed text NOT NULL CHECK (missed IN ('skip', 'once', 'all')),
      paused boolean NOT NULL,
      -- No tick before it is run any more. Null while paused, or when no tick is left.
      next_run_at timestamptz,
      last_tick timestamptz,
      -- No foreign key: jobs may be forgotten sooner.
      last_job_id uuid,
      last_error jsonb,
      revision integer NOT NULL DEFAULT 1,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CHECK (NOT paused OR next_run_at IS NULL),
      UNIQUE (account_id, name),
      UNIQUE (id, account_id)
    );
    CREATE INDEX schedules_due ON schedules (next_run_at) WHERE next_run_at IS NOT NULL;

    CREATE TABLE schedule_runs (
      schedule_id uuid NOT NULL,
      account_id uuid NOT NULL,
      tick timestamptz NOT NULL,
      -- The job that was made, or why none was.
      job_id uuid,
      error jsonb,
      PRIMARY KEY (schedule_id, tick),
      FOREIGN KEY (schedule_id, account_id) REFERENCES schedules (id, account_id) ON DELETE CASCADE,
      CHECK ((job_id IS NULL) <> (error IS NULL))
    );
  `)

export const down = () => Promise.reject(new Error('migrations are forward-only'))
