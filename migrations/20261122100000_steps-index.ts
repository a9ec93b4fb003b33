// Each change of a job's state is a new version of its row, with an entry in every index whose condition it meets. Which steps
// there are of a flow is now indexed for steps alone: one entry less for each version of any other job.
import type { Knex } from 'knex'
import { buildIndex } from './online.ts'

export const config = { transaction: false }

export const up = async (db: Knex): Promise<void> => {
  const statement = 'CREATE UNIQUE INDEX NAME ON jobs (parent_id, step_role, step) WHERE parent_id IS NOT NULL'
  await buildIndex(db, 'jobs_steps', statement)
  await db.transaction((trx) =>
    trx.raw(`
      SET LOCAL lock_timeout = '5s';
      ALTER TABLE jobs DROP CONSTRAINT IF EXISTS jobs_parent_id_step_role_step_key`),
  )
}

export const down = () => Promise.reject(new Error('migrations are forward-only'))
