// The net under dispatch: hands over jobs that are due, and finds those that the engine lost. Any number of processes may
// sweep at once: rows are taken with SKIP LOCKED, by one statement that moves them out of the others' sight.
import { raw } from 'objection'
import type { Db } from './db.ts'
import { type Dispatch, engineId } from './dispatch.ts'
import type { Engine } from './engine/index.ts'
import { Job } from './models/job.ts'
import { type QueueName, queues } from './queues.ts'

const BATCH = 500
/** States in which the engine will still deliver a job. */
const HELD_BY_ENGINE = new Set(['waiting', 'active', 'delayed', 'prioritized', 'paused', 'waiting-children'])

/**
 * One round of the net.
 * @param graceMs how long a dispatched job may wait in the engine before it is checked that the engine still has it
 * @returns whether there may be more to hand over at once
 */
export async function sweep(db: Db, engine: Engine, dispatch: Dispatch, graceMs: number): Promise<boolean> {
  const rounds = await Promise.all(queues.map((queue) => topUp(db, dispatch, queue)))
  await recallLost(db, engine, graceMs)
  return rounds.includes(true)
}

/** Hands over the due jobs of one queue, the oldest first. @returns whether there may be more, and the engine takes them. */
async function topUp(db: Db, dispatch: Dispatch, queue: QueueName): Promise<boolean> {
  const due = Job.query(db)
    .select('id')
    .whereIn('state', ['scheduled', 'queued'])
    .where({ queue, dispatchedAt: null })
    .where('runAt', '<=', raw('now()'))
    .orderBy('runAt')
    .limit(BATCH)
    .forUpdate()
    .skipLocked()
  const jobs = await Job.query(db)
    // A CTE that locks runs once; as a subselect the planner might run it again and take more than the batch.
    .with('due', due)
    .patch({ state: 'queued', dispatchedAt: raw('now()'), dispatchNumber: raw('dispatch_number + 1') })
    .whereIn('id', (builder) => builder.select('id').from('due'))
    .returning('*')
  const taken = await dispatch.handOver(jobs)
  return taken && jobs.length === BATCH
}

/** Jobs that were dispatched a while ago and that the engine does not have go back to the backlog. */
async function recallLost(db: Db, engine: Engine, graceMs: number): Promise<void> {
  const stale = Job.query(db)
    .select('id')
    .where('dispatchedAt', '<', raw("now() - ? * interval '1 millisecond'", graceMs))
    .orderBy('dispatchedAt')
    .limit(BATCH)
    .forUpdate()
    .skipLocked()
  // They count as seen from now on, so that no other process asks for the same; a lost one is put right below.
  const checked = await Job.query(db)
    .with('stale', stale)
    .patch({ dispatchedAt: raw('now()') })
    .whereIn('id', (builder) => builder.select('id').from('stale'))
    .returning(['id', 'queue', 'dispatchNumber'])
  const states = await Promise.all(checked.map((job) => engine.queue(job.queue).getJobState(engineId(job))))
  const lost = checked.filter((_, index) => !HELD_BY_ENGINE.has(states[index] ?? ''))
  if (lost.length === 0) return
  const pairs = lost.map((job) => [job.id, job.dispatchNumber])
  await Job.query(db)
    .patch({ dispatchedAt: null })
    .whereInComposite(['id', 'dispatchNumber'], pairs)
    .where('state', 'queued')
}
