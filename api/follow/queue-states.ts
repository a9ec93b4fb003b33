// What this process knows of the queues, for Retry-After: read at most every two seconds, only while somebody asks, and never
// waited for. It costs what runs at the moment, not what waits.
import type { Db } from '../../lib/db.ts'
import type { AccountId } from '../../lib/ids.ts'
import type { Logger } from '../../lib/logger.ts'
import type { QueueName } from '../../lib/queues.ts'
import type { QueueStates } from './retry-after.ts'

const FRESH_MS = 2_000
/** What is older says nothing any more. */
const USEFUL_MS = 15_000

/** By jobs_leased. A later attempt waited for its backoff, too. */
const WAITED = `
  SELECT queue, account_id AS "accountId", extract(epoch FROM avg(started_at - run_at))::float * 1000 AS ms
  FROM jobs WHERE lease_expires_at IS NOT NULL AND attempt = 1 GROUP BY queue, account_id`
const PAUSED = 'SELECT queue, paused_until AS until FROM queue_pauses WHERE paused_until > now()'

/** @returns what is known, and sees to it that more is known the next time. */
export function watchQueues(db: Db, log: Logger): () => QueueStates {
  let pauses = new Map<QueueName, number>()
  let waits = new Map<string, number>()
  let readAt = Number.NEGATIVE_INFINITY
  let reading = false
  const read = async () => {
    const [paused, waited] = await Promise.all([
      db.raw<{ rows: { queue: QueueName; until: Date }[] }>(PAUSED),
      db.raw<{ rows: { queue: QueueName; accountId: AccountId; ms: number }[] }>(WAITED),
    ])
    pauses = new Map(paused.rows.map(({ queue, until }) => [queue, Number(until)]))
    waits = new Map(waited.rows.map(({ queue, accountId, ms }) => [`${queue} ${accountId}`, ms]))
    readAt = performance.now()
  }
  const refresh = async () => {
    reading = true
    try {
      await read()
    } catch (error) {
      log.warn({ err: error }, 'the state of the queues could not be read')
    } finally {
      reading = false
    }
  }
  return () => {
    const age = performance.now() - readAt
    if (age > FRESH_MS && !reading) void refresh()
    const useful = age < USEFUL_MS
    return {
      pausedUntil: (queue) => (useful ? pauses.get(queue) : undefined),
      waitedMs: (queue, accountId) => (useful ? waits.get(`${queue} ${accountId}`) : undefined),
    }
  }
}
