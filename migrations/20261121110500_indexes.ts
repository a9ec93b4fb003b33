// The indexes of this version on tables that are in use, built while these are written to. Each serves one query.
import type { Knex } from 'knex'
import { buildIndex, dropIndex } from './online.ts'

export const config = { transaction: false }

const INDEXES = {
  // What has become due, the backlog of one account, the engine's window.
  jobs_scheduled: "CREATE INDEX NAME ON jobs (run_at) WHERE state = 'scheduled'",
  jobs_backlog: `CREATE INDEX NAME ON jobs (queue, account_id, priority, run_at, id)
    WHERE state = 'queued' AND dispatched_at IS NULL`,
  jobs_window: 'CREATE INDEX NAME ON jobs (queue, account_id, priority) WHERE dispatched_at IS NOT NULL',
  // What operators watch: marked jobs, open ones, and when a job of the system last succeeded.
  jobs_attention: 'CREATE INDEX NAME ON jobs (id) WHERE needs_attention IS NOT NULL',
  jobs_unfinished: 'CREATE INDEX NAME ON jobs (type) WHERE finished_at IS NULL',
  jobs_system: `CREATE INDEX NAME ON jobs (type, finished_at)
    WHERE account_id = '00000000-0000-7000-8000-000000000001' AND state = 'succeeded'`,
  // The attempts at a payment, and the open jobs of a refund.
  jobs_payment: "CREATE INDEX NAME ON jobs ((input ->> 'paymentId')) WHERE queue = 'payments'",
  jobs_refund: "CREATE INDEX NAME ON jobs ((input ->> 'refundId')) WHERE queue = 'payments' AND finished_at IS NULL",
  // What has expired, and the orders that a job should be working on.
  holds_expiring: 'CREATE INDEX NAME ON holds (expires_at) WHERE expires_at IS NOT NULL',
  orders_open: "CREATE INDEX NAME ON orders (id) WHERE state IN ('processing', 'capturing', 'cancelling')",
  // What changed of late, and what more is to come of.
  payments_updated: 'CREATE INDEX NAME ON payments (updated_at)',
  refunds_updated: 'CREATE INDEX NAME ON refunds (updated_at)',
  payments_open: `CREATE INDEX NAME ON payments (id)
    WHERE state IN ('processing', 'unknown', 'authorized', 'capturing', 'cancelling')`,
  refunds_open: "CREATE INDEX NAME ON refunds (id) WHERE state IN ('created', 'processing', 'unknown', 'pending')",
  // One reversal at a time; another may follow when a refund beside it, or it itself, failed later.
  refunds_reversal: `CREATE UNIQUE INDEX NAME ON refunds (payment_id)
    WHERE reversal AND state NOT IN ('succeeded', 'failed')`,
}

export const up = async (db: Knex): Promise<void> => {
  for (const [name, statement] of Object.entries(INDEXES)) await buildIndex(db, name, statement)
  await dropIndex(db, 'refunds_reversal_before')
}

export const down = () => Promise.reject(new Error('migrations are forward-only'))
