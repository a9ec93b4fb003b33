// The net under dispatch: fills the engine's window from the backlog, and finds the jobs that the engine lost. Any number of
// processes may sweep at once.
import { raw } from 'objection'
import { queueDue, topUp } from './backlog.ts'
import type { Db } from './db.ts'
import { type Dispatch, engineId } from './dispatch.ts'
import type { Engine } from './engine/index.ts'
import type { Soon } from './loop.ts'
import { Job } from './models/job.ts'

const BATCH = 500
/** States in which the engine will still deliver a job. */
const HELD_BY_ENGINE = new Set(['waiting', 'delayed', 'prioritized', 'paused', 'waiting-children'])

/**
 * One round of the net. A process that cannot reach the engine leaves the rest to those that can.
 * @param graceMs how long a dispatched job may wait in the engine before it is checked that the engine still has it
 * @returns whether there may be more to do, at once or soon
 */
export async function sweep(db: Db, engine: Engine, dispatch: Dispatch, graceMs: number): Promise<boolean | Soon> {
  const moreDue = await queueDue(db, dispatch.changes)
  await engine.ping()
  const moreWaiting = await topUp(db, dispatch)
  const moreLost = await recallLost(db, engine, graceMs)
  return moreDue || moreLost || moreWaiting
}

/** Jobs that were dispatched a while ago and that the engine does not have go back to the backlog. */
async function recallLost(db: Db, engine: Engine, graceMs: number): Promise<boolean> {
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
  const held = await Promise.all(checked.map((job) => isHeld(engine, job, graceMs)))
  const lost = checked.filter((_, index) => !held[index])
  if (lost.length === 0) return checked.length === BATCH
  const pairs = lost.map((job) => [job.id, job.dispatchNumber])
  await Job.query(db)
    // A place that was kept for one is free: it may be long until it can start.
    .patch({ dispatchedAt: null, place: null })
    .whereInComposite(['id', 'dispatchNumber'], pairs)
    .where('state', 'queued')
  return true
}

/**
 * Whether the engine will deliver a job, or has just done so: what a worker took, and has not started since, it will not
 * start. The engine itself would notice its death later.
 */
async function isHeld(engine: Engine, job: Job, graceMs: number): Promise<boolean> {
  const queue = engine.queue(job.queue)
  const state = await queue.getJobState(engineId(job))
  if (state !== 'active') return HELD_BY_ENGINE.has(state)
  const { processedOn = 0 } = (await queue.getJob(engineId(job))) ?? {}
  return Date.now() - processedOn <= graceMs
}
