// Webhooks in, each event once, and the runs that compare our rows with the provider's books.
import type { Knex } from 'knex'

export const up = (db: Knex) =>
  db.raw(`
    CREATE TABLE webhook_events (
      id uuid PRIMARY KEY,
      -- Whose payment it is about; the system where that cannot be told.
      account_id uuid NOT NULL REFERENCES accounts,
      source text NOT NULL,
      event_id text NOT NULL,
      type text NOT NULL,
      -- What it is about, by the sender's name. The object is read from the sender, never from the body.
      object_id text,
      -- As it came, signed: evidence. Never logged.
      body bytea NOT NULL,
      occurred_at timestamptz NOT NULL,
      received_at timestamptz NOT NULL DEFAULT now(),
      -- The job that processes it; null where nothing is done about its type. No foreign key: jobs may be forgotten sooner.
      job_id uuid,
      UNIQUE (source, event_id)
    );
    CREATE INDEX webhook_events_received ON webhook_events (received_at);

    -- One row a run. An unfinished one is resumed at its cursor by the next job.
    CREATE TABLE reconciliations (
      id uuid PRIMARY KEY,
      window_from timestamptz NOT NULL,
      window_to timestamptz NOT NULL,
      -- The part that is being compared, and the last thing compared of it.
      phase text NOT NULL,
      cursor text,
      counts jsonb NOT NULL DEFAULT '{}',
      started_at timestamptz NOT NULL DEFAULT now(),
      finished_at timestamptz,
      CHECK (window_from <= window_to)
    );
    CREATE UNIQUE INDEX reconciliations_open ON reconciliations ((true)) WHERE finished_at IS NULL;
    CREATE INDEX reconciliations_finished ON reconciliations (window_to DESC) WHERE finished_at IS NOT NULL;
  `)

export const down = () => Promise.reject(new Error('migrations are forward-only'))
