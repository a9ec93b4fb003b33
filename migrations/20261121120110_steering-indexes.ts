// The indexes for steering, built while jobs are written to. Both are partial: a job that asks for neither is in none of them.
import type { Knex } from 'knex'
import { buildIndex, validate } from './online.ts'

export const config = { transaction: false }

const INDEXES = {
  // What may not begin any more.
  jobs_start_before: `CREATE INDEX NAME ON jobs (start_before)
    WHERE start_before IS NOT NULL AND attempt = 0 AND state IN ('scheduled', 'queued')`,
  // One open job with a key. Where two come at once, the second one waits here for the first one to commit.
  jobs_unique_key: `CREATE UNIQUE INDEX NAME ON jobs (account_id, type, unique_key)
    WHERE unique_key IS NOT NULL AND finished_at IS NULL`,
}

export const up = async (db: Knex): Promise<void> => {
  for (const [name, statement] of Object.entries(INDEXES)) await buildIndex(db, name, statement)
  await validate(db, 'jobs', ['jobs_unique_key_check'])
}

export const down = () => Promise.reject(new Error('migrations are forward-only'))
