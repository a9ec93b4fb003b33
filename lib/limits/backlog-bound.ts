// The bound of each queue's backlog. Where it is passed, accounts with more than an equal share of it may submit nothing more
// to that queue; the others go on, so that a flood shuts out nobody but the one who made it. Counted from the rows, at most
// every second and for a twentieth of the time, and only while jobs are submitted: what comes in between passes the bound.
import type { Db } from '../db.ts'
import { TryLater } from '../errors.ts'
import type { AccountId } from '../ids.ts'
import type { Logger } from '../logger.ts'
import { queueOf } from '../queues.ts'

export interface BacklogBound {
  /** Costs no query of the caller's. @throws TryLater overloaded, for a submission that must wait */
  admit(accountId: AccountId, type: string): void
  /** Whether that would throw. */
  isOver(accountId: AccountId, type: string): boolean
}

const EVERY_MS = 1_000
/** A count that takes long is not done again soon. */
const REST = 20
const RETRY_AFTER_S = 10

/** By jobs_backlog. What waits for a place of its type is counted, too. */
const OVER = `
  WITH waiting AS (
    SELECT queue, account_id, count(*) AS jobs FROM jobs
    WHERE state = 'queued' AND dispatched_at IS NULL GROUP BY queue, account_id
  ), totals AS (
    SELECT queue, count(*) AS accounts FROM waiting GROUP BY queue HAVING sum(jobs) >= :max
  )
  SELECT queue, account_id AS "accountId" FROM waiting JOIN totals USING (queue)
  WHERE jobs >= CAST(:max AS float) / accounts`

/** @param max jobs of a queue that may wait for their turn */
export function createBacklogBound(db: Db, max: number, log: Logger): BacklogBound {
  let over = new Set<string>()
  let countAgainAt = Number.NEGATIVE_INFINITY
  let counting = false
  const count = async () => {
    counting = true
    const startedAt = performance.now()
    try {
      const { rows } = await db.raw<{ rows: { queue: string; accountId: string }[] }>(OVER, { max })
      over = new Set(rows.map(({ queue, accountId }) => `${queue} ${accountId}`))
    } finally {
      const took = performance.now() - startedAt
      countAgainAt = performance.now() + Math.max(EVERY_MS, REST * took)
      counting = false
    }
  }
  const isOver: BacklogBound['isOver'] = (accountId, type) => {
    if (!counting && performance.now() >= countAgainAt)
      count().catch((err: unknown) => log.warn({ err }, 'the backlog was not counted; the count before it holds'))
    return over.has(`${queueOf(type)} ${accountId}`)
  }
  return {
    isOver,
    admit(accountId, type) {
      if (!isOver(accountId, type)) return
      const detail = `Too many jobs of yours wait in ${queueOf(type)}; nothing was accepted.`
      throw new TryLater('overloaded', detail, RETRY_AFTER_S)
    },
  }
}
