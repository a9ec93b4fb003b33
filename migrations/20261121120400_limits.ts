// What limits of job types need: a job that may not start yet waits for a place outside the backlog, and a type with a rate
// remembers its last starts. Safe beside old code: a worker of the version before knows no limits and hands over what waits;
// one of this version puts it back. Every step can be done again.
import type { Knex } from 'knex'
import { buildIndex, dropIndex, validate } from './online.ts'

export const config = { transaction: false }

const DDL = `
  SET LOCAL lock_timeout = '5s';

  -- awaited: it waits for a place of its type or account. kept: it was given one, and is on its way to a worker.
  ALTER TABLE jobs ADD COLUMN IF NOT EXISTS place text;
  ALTER TABLE jobs DROP CONSTRAINT IF EXISTS jobs_place_check;
  ALTER TABLE jobs ADD CONSTRAINT jobs_place_check CHECK (place IN ('awaited', 'kept')) NOT VALID;

  -- The starts within the period of each type that has a rate.
  CREATE TABLE IF NOT EXISTS job_starts (
    type text NOT NULL,
    started_at timestamptz NOT NULL
  );
  CREATE INDEX IF NOT EXISTS job_starts_recent ON job_starts (type, started_at)`

const INDEXES = {
  // The backlog without what waits for a place. By jobs_backlog the workers of the version before find theirs; the version
  // after this one may drop it.
  jobs_ready: `CREATE INDEX NAME ON jobs (queue, account_id, priority, run_at, id)
    WHERE state = 'queued' AND dispatched_at IS NULL AND place IS DISTINCT FROM 'awaited'`,
  // Who waits for a place, and who was given one. A job that never had to is not in it.
  jobs_places: `CREATE INDEX NAME ON jobs (place, type, account_id, priority, run_at, id)
    WHERE place IS NOT NULL AND state = 'queued'`,
  // Flows under way: they have a place of their type, but no lease.
  jobs_flows: "CREATE INDEX NAME ON jobs (type, account_id) WHERE state = 'running' AND lease_expires_at IS NULL",
}

export const up = async (db: Knex): Promise<void> => {
  await db.transaction((trx) => trx.raw(DDL))
  for (const [name, statement] of Object.entries(INDEXES)) await buildIndex(db, name, statement)
  await validate(db, 'jobs', ['jobs_place_check'])
  // Nobody is left who looks for the backlog by it.
  await dropIndex(db, 'jobs_backlog_before')
}

export const down = () => Promise.reject(new Error('migrations are forward-only'))
