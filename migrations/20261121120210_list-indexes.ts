// The indexes that lists need besides the primary ones, built while the tables are written to. Those on jobs are partial: a job
// that runs at once and succeeds is in none of them.
import type { Knex } from 'knex'
import { buildIndex, dropIndex, validate } from './online.ts'

export const config = { transaction: false }

const INDEXES = {
  // The jobs of an account in the states that few have, and those of a batch.
  jobs_waiting: "CREATE INDEX NAME ON jobs (account_id, id DESC) WHERE state = 'scheduled'",
  jobs_unsuccessful: "CREATE INDEX NAME ON jobs (account_id, id DESC) WHERE state IN ('failed', 'cancelled')",
  jobs_marked: 'CREATE INDEX NAME ON jobs (account_id, id DESC) WHERE needs_attention IS NOT NULL',
  jobs_batch: 'CREATE INDEX NAME ON jobs (batch_id, id) WHERE batch_id IS NOT NULL',
  // Mails by age, and what a customer or a recipient has got.
  emails_account: 'CREATE INDEX NAME ON emails (account_id, id DESC)',
  emails_recipient: 'CREATE INDEX NAME ON emails (account_id, to_address, id DESC)',
  orders_customer: 'CREATE INDEX NAME ON orders (account_id, customer_email, id DESC)',
}

export const up = async (db: Knex): Promise<void> => {
  for (const [name, statement] of Object.entries(INDEXES)) await buildIndex(db, name, statement)
  // jobs_marked holds the same rows.
  await dropIndex(db, 'jobs_attention')
  await validate(db, 'jobs', ['jobs_batch_id_fkey'])
}

export const down = () => Promise.reject(new Error('migrations are forward-only'))
