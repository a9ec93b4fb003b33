// The net under dispatch: finds jobs the engine lost and jobs that are due, and hands them over.
// Any number of processes may sweep at once: rows are taken with SKIP LOCKED and every change is guarded.
import { raw } from 'objection'
import type { Db } from './db.ts'
import { type Dispatch, engineId } from './dispatch.ts'
import type { Engine } from './engine/index.ts'
import { Job } from './models/job.ts'
import { type QueueName, queues } from './queues.ts'

/** The most jobs of one queue that the engine holds at a time; the rest waits in PostgreSQL (invariant 7). */
const WINDOW = 2_000
const BATCH = 500
/** States in which the engine will still deliver a job. */
const HELD_BY_ENGINE = new Set(['waiting', 'active', 'delayed', 'prioritized', 'paused', 'waiting-children'])

/**
 * One round of the net.
 * @param graceMs how long a dispatched job may wait in the engine before it is checked that the engine still has it
 * @returns whether there may be more to hand over at once
 */
export async function sweep(db: Db, engine: Engine, dispatch: Dispatch, graceMs: number): Promise<boolean> {
  await recallLost(db, engine, graceMs)
  let more = false
  for (const queue of queues) {
    const jobs = await topUp(db, queue)
    dispatch(jobs)
    more ||= jobs.length === BATCH
  }
  return more
}

/** Jobs that were dispatched a while ago and that the engine does not have go back to the backlog. */
async function recallLost(db: Db, engine: Engine, graceMs: number): Promise<void> {
  const stale = await Job.query(db)
    .select('id', 'queue', 'dispatchNumber')
    .where('dispatchedAt', '<', raw("now() - ? * interval '1 millisecond'", graceMs))
    .orderBy('dispatchedAt')
    .limit(BATCH)
  if (stale.length === 0) return
  const held = await Promise.all(
    stale.map(async (job) => HELD_BY_ENGINE.has(await engine.queue(job.queue).getJobState(engineId(job)))),
  )
  const mark = async (wanted: boolean, dispatchedAt: ReturnType<typeof raw> | null) => {
    const pairs = stale.filter((_, index) => held[index] === wanted).map((job) => [job.id, job.dispatchNumber])
    if (pairs.length === 0) return
    await Job.query(db)
      .patch({ dispatchedAt })
      .whereInComposite(['id', 'dispatchNumber'], pairs)
      .where('state', 'queued')
  }
  await mark(false, null)
  await mark(true, raw('now()'))
}

/** Takes due jobs of one queue out of the backlog, as many as the window has room for, urgent and old ones first. */
async function topUp(db: Db, queue: QueueName): Promise<Job[]> {
  const due = Job.query(db)
    .select('id')
    .whereIn('state', ['scheduled', 'queued'])
    .where({ queue, dispatchedAt: null })
    .where('runAt', '<=', raw('now()'))
    .orderBy([{ column: 'priority', order: 'desc' }, { column: 'runAt' }])
    .limit(BATCH)
    .forUpdate()
    .skipLocked()
  return Job.query(db)
    .patch({ state: 'queued', dispatchedAt: raw('now()'), dispatchNumber: raw('dispatch_number + 1') })
    .whereIn('id', due)
    .whereRaw('(SELECT count(*) FROM jobs WHERE queue = ? AND dispatched_at IS NOT NULL) < ?', [queue, WINDOW])
    .returning('*')
}
