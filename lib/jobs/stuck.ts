// What stands still although nothing keeps it (invariant 2): queues that fall behind, jobs that nobody works on, orders that
// no job will end. Times are generous: a sweep that runs puts all of this right within seconds.
import type { Db, Trx } from '../db.ts'
import type { AccountId, JobId, OrderId } from '../ids.ts'
import type { QueueName } from '../queues.ts'

/** At most so many of a kind are named; who has more has one cause. */
export const MOST_NAMED = 200

const BEHIND = "interval '10 minutes'"
const DEAD = "interval '5 minutes'"

export interface LateQueue {
  queue: QueueName
  waiting: number
  /** When the job that waits longest was due, or its queue's pause ended. */
  since: Date
}

export interface StuckJob {
  jobId: JobId
  accountId: AccountId
  type: string
  attempt: number
  why: 'its lease ran out and nobody took it over' | 'it waits for a step, but none is open'
}

export interface StuckOrder {
  orderId: OrderId
  accountId: AccountId
  state: string
}

/** Reads what waits in the backlog: jobs_scheduled up to now, jobs_backlog, and the engine's window. */
const LATE = `
  SELECT queue, count(*) AS waiting, min(since) AS since FROM (
    SELECT jobs.queue, greatest(run_at, paused_until) AS since FROM jobs LEFT JOIN queue_pauses USING (queue)
    WHERE state IN ('scheduled', 'queued') AND finished_at IS NULL AND place IS NULL AND run_at < now() - ${BEHIND}
  ) waiting WHERE since < now() - ${BEHIND} GROUP BY queue ORDER BY queue`

/** By jobs_leased what has died; of the flows that run, by jobs_unfinished, one step through the index each. */
const STUCK = `
  SELECT id AS "jobId", account_id AS "accountId", type, attempt, 'its lease ran out and nobody took it over' AS why
  FROM jobs WHERE lease_expires_at < now() - ${DEAD}
  UNION ALL
  SELECT id, account_id, type, attempt, 'it waits for a step, but none is open'
  FROM jobs flow WHERE state = 'running' AND finished_at IS NULL AND lease_expires_at IS NULL
    AND NOT EXISTS (SELECT FROM jobs step WHERE step.parent_id = flow.id AND step.finished_at IS NULL)
  LIMIT ${MOST_NAMED}`

/** By orders_open. An authorized order waits for its account, and is none of these. */
const ORDERS = `
  SELECT id AS "orderId", account_id AS "accountId", state FROM orders
  WHERE state IN ('processing', 'capturing', 'cancelling') AND NOT EXISTS (
    SELECT FROM jobs WHERE jobs.id IN (orders.job_id, orders.settle_job_id) AND finished_at IS NULL
  ) LIMIT ${MOST_NAMED}`

/** @returns the queues in which something has been due for 10 minutes and is not started, though they are not paused. */
export const lateQueues = (db: Db | Trx) => rowsOf<LateQueue>(db, LATE)

/** @returns jobs whose worker has been dead for 5 minutes, and flows of which nothing more will come. */
export const stuckJobs = (db: Db | Trx) => rowsOf<StuckJob>(db, STUCK)

/** @returns orders that are being worked on by no job. */
export const stuckOrders = (db: Db | Trx) => rowsOf<StuckOrder>(db, ORDERS)

async function rowsOf<Row>(db: Db | Trx, sql: string): Promise<Row[]> {
  const { rows } = await db.raw<{ rows: Row[] }>(sql)
  return rows
}
