// Dispatch: handing job ids to the engine. It may be lost, late or done twice without harm: rows marked as dispatched that
// the engine does not hold are found by the sweep, and the guarded start ignores what was delivered twice.
import type { Db } from './db.ts'
import type { Engine } from './engine/index.ts'
import type { JobId } from './ids.ts'
import { type Changes, createChanges } from './jobs/changes.ts'
import type { Logger } from './logger.ts'
import { Job } from './models/job.ts'
import type { QueueName } from './queues.ts'
import { createWindow, type Window } from './window.ts'

/** A job to be handed over, and its turn in the queue: lower is sooner, jobs of the same turn go by age. */
export type Dispatchable = Pick<Job, 'id' | 'type' | 'queue' | 'dispatchNumber'> & { turn: number }

export interface Dispatch {
  /** Hands over jobs whose rows are committed and marked as dispatched. Never throws, never makes the caller wait. */
  (jobs: Dispatchable[]): void
  /** The same, awaited. @returns whether the engine took all of them; those it did not are in the backlog again. */
  handOver(jobs: Dispatchable[]): Promise<boolean>
  /** How much the engine may hold, and whose turn is next. */
  readonly window: Window
  /** Tells who follows a job that it has changed. */
  readonly changes: Changes
  /** Resolves when nothing is being handed over or announced. */
  idle(): Promise<void>
}

/** The engine's id of one handing-over. It differs each time: BullMQ silently ignores an id it has seen. */
export const engineId = (job: Pick<Job, 'id' | 'dispatchNumber'>) => `${job.id}-${job.dispatchNumber}`

/** @returns the job and the dispatch number of an engine id, or undefined if it is not one of ours. */
export function parseEngineId(id: string): { id: JobId; dispatchNumber: number } | undefined {
  const match = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-(\d{1,9})$/.exec(id)
  return match ? { id: match[1] as JobId, dispatchNumber: Number(match[2]) } : undefined
}

/** @param windowSize how many jobs of each queue the engine may hold */
export function createDispatch(db: Db, engine: Engine, log: Logger, windowSize: number): Dispatch {
  const underWay = new Set<Promise<unknown>>()
  const changes = createChanges(db, log)
  const handOver = async (jobs: Dispatchable[]) => {
    const batches = [...new Set(jobs.map((job) => job.queue))].map(async (queue) => {
      const batch = jobs.filter((job) => job.queue === queue)
      try {
        await add(engine, queue, batch)
        return true
      } catch (error) {
        await takeBack(db, batch, log, error)
        return false
      }
    })
    return (await Promise.all(batches)).every(Boolean)
  }
  const dispatch = (jobs: Dispatchable[]) => {
    const handing = handOver(jobs).finally(() => underWay.delete(handing))
    underWay.add(handing)
  }
  return Object.assign(dispatch, {
    handOver,
    window: createWindow(db, windowSize),
    changes,
    idle: async () => {
      while (underWay.size) await Promise.all(underWay)
      await changes.idle()
    },
  })
}

/** Adds a batch to one queue of the engine. @throws when the engine does not take it. */
async function add(engine: Engine, queue: QueueName, jobs: Dispatchable[]): Promise<void> {
  await engine.queue(queue).addBulk(
    jobs.map((job) => ({
      name: job.type,
      data: {},
      // Without a priority a job goes before all that have one.
      opts: { jobId: engineId(job), ...(job.turn > 0 && { priority: job.turn }) },
    })),
  )
}

/** The engine is gone: the jobs go back to the backlog, from which the sweep hands them over again. */
async function takeBack(db: Db, jobs: Dispatchable[], log: Logger, cause: unknown): Promise<void> {
  log.warn({ err: cause, jobs: jobs.length }, 'dispatch failed; the sweep will hand the jobs over')
  try {
    await Job.query(db)
      .patch({ dispatchedAt: null })
      .where('state', 'queued')
      .whereInComposite(
        ['id', 'dispatchNumber'],
        jobs.map((job) => [job.id, job.dispatchNumber]),
      )
  } catch (error) {
    log.warn({ err: error }, 'the jobs could not be put back; the sweep finds them after the grace time')
  }
}
