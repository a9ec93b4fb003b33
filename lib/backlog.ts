// The backlog: due jobs that the engine does not hold yet. It lives in PostgreSQL; the engine is topped up from it, fairly.
import { raw } from 'objection'
import type { Db, Trx } from './db.ts'
import type { Dispatch, Dispatchable } from './dispatch.ts'
import type { Changes } from './jobs/changes.ts'
import type { Soon } from './loop.ts'
import { Job } from './models/job.ts'
import { type QueueName, queues } from './queues.ts'
import { turnAfter } from './window.ts'

const BATCH = 1_000

/** Moves scheduled jobs whose time has come to the backlog. @returns whether there may be more. */
export async function queueDue(db: Db, changes: Changes): Promise<boolean> {
  const due = Job.query(db)
    .select('id')
    .where({ state: 'scheduled' })
    .where('runAt', '<=', raw('now()'))
    .orderBy('runAt')
    .limit(BATCH)
    .forUpdate()
    .skipLocked()
  const queued = await Job.query(db)
    // A CTE that locks runs once; as a subselect the planner might run it again and take more than the batch.
    .with('due', due)
    .patch({ state: 'queued' })
    .whereIn('id', (builder) => builder.select('id').from('due'))
    .returning(['id', 'parentId'])
  changes.announce(queued)
  return queued.length === BATCH
}

/** In SQL: a job of the backlog that waits for nothing but room. As the condition of the index jobs_ready has it. */
const READY = "state = 'queued' AND dispatched_at IS NULL AND place IS DISTINCT FROM 'awaited'"

/**
 * Takes what the window of a queue has room for: an equal share of each account that has jobs waiting, and of an account the
 * most urgent first, then the oldest. Accounts are found by one step through the index each, however long their backlog is; and
 * ARRAY(…) has what is taken found by its ids: the planner would guess how much that is, and read all of the table.
 */
const TAKE = `
  WITH RECURSIVE held AS (
    SELECT account_id, priority, count(*) AS jobs FROM jobs
    WHERE queue = :queue AND dispatched_at IS NOT NULL GROUP BY account_id, priority
  ), before AS (
    SELECT account_id, level AS priority, sum(jobs)::integer AS jobs
    FROM generate_series(0, 9) level JOIN held ON held.priority <= level GROUP BY account_id, level
  ), room AS (
    SELECT greatest(:size - coalesce(sum(jobs), 0), 0)::integer AS jobs FROM held
  ), waiting AS (
    (SELECT account_id FROM jobs WHERE queue = :queue AND ${READY}
     ORDER BY account_id LIMIT 1)
    UNION ALL
    SELECT (SELECT next.account_id FROM jobs next
            WHERE next.queue = :queue AND ${READY}
              AND next.account_id > waiting.account_id
            ORDER BY next.account_id LIMIT 1)
    FROM waiting WHERE waiting.account_id IS NOT NULL
  ), share AS (
    SELECT ceil(room.jobs::numeric / (SELECT greatest(count(account_id), 1) FROM waiting)) AS jobs FROM room
  ), turns AS (
    SELECT job.*, coalesce(before.jobs, 0)
      + row_number() OVER (PARTITION BY waiting.account_id ORDER BY job.priority, job.run_at, job.id) - 1 AS turn
    FROM waiting CROSS JOIN LATERAL (
      SELECT id, priority, run_at FROM jobs
      WHERE queue = :queue AND account_id = waiting.account_id AND ${READY}
      ORDER BY priority, run_at, id LIMIT (SELECT jobs FROM share)
    ) job LEFT JOIN before ON before.account_id = waiting.account_id AND before.priority = job.priority
  ), taken AS (
    SELECT id, turn FROM turns ORDER BY turn, priority, run_at LIMIT (SELECT jobs FROM room)
  )
  UPDATE jobs SET dispatched_at = now(), dispatch_number = dispatch_number + 1
  FROM taken WHERE jobs.id = any(ARRAY(SELECT id FROM taken)) AND jobs.id = taken.id
    AND ${READY}
  RETURNING jobs.id, type, queue, dispatch_number AS "dispatchNumber", turn`

const BACKLOGS = `
  SELECT queue FROM unnest(:queues::text[]) AS queue WHERE EXISTS (
    SELECT FROM jobs WHERE jobs.queue = queue.queue AND ${READY})`

/** A round costs the same for few jobs as for many: while the windows are still more than half full it waits. */
const NEXT_ROUND: Soon = { afterMs: 50 }

/**
 * Fills the windows of all queues that are not paused, and hands over what it took.
 * @returns whether there may be more to hand over, and the engine takes it: at once, or soon
 */
export async function topUp(db: Db, dispatch: Dispatch): Promise<boolean | Soon> {
  const { size } = dispatch.window
  const { rows } = await db.raw<{ rows: { queue: QueueName }[] }>(BACKLOGS, { queues: [...queues] })
  const rounds: Promise<number>[] = []
  for (const { queue } of rows) {
    // One after the other: they share a few connections with what must not wait.
    const taken = await db.transaction((trx) => takeRoom(trx, queue, size))
    if (taken.length > 0) rounds.push(dispatch.handOver(taken).then((handedOver) => (handedOver ? taken.length : 0)))
  }
  const most = Math.max(0, ...(await Promise.all(rounds)))
  if (most === 0) return false
  return most > size / 2 || NEXT_ROUND
}

/** One process at a time fills a queue's window: several would fill it several times over. */
async function takeRoom(trx: Trx, queue: QueueName, size: number): Promise<Dispatchable[]> {
  const { rows } = await trx.raw<{ rows: { mine: boolean }[] }>(
    `SELECT pg_try_advisory_xact_lock(hashtextextended('errand:top-up:' || :queue, 0))
       AND NOT EXISTS (SELECT FROM queue_pauses WHERE queue = :queue AND paused_until > now()) AS mine`,
    { queue },
  )
  if (!rows[0]?.mine) return []
  const taken = await trx.raw<{ rows: Dispatchable[] }>(TAKE, { queue, size })
  // The engine goes by age within a turn: here, by the order in which they are handed over.
  const inOrder = taken.rows.sort((one, other) => one.turn - other.turn)
  return inOrder.map((job) => ({ ...job, turn: turnAfter(job.turn) }))
}
