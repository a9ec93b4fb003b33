// Puts jobs into PostgreSQL, inside the caller's transaction; hands them to the engine once that has committed.
// No engine is needed to accept (invariant 1), and a rolled-back transaction leaves nothing behind.
import { raw } from 'objection'
import type { Db, Trx } from '../db.ts'
import type { Dispatch, Dispatchable } from '../dispatch.ts'
import { type AccountId, type JobId, newId } from '../ids.ts'
import { Job, type StepRole } from '../models/job.ts'
import { queueOf } from '../queues.ts'
import type { Window } from '../window.ts'

export interface NewJob {
  type: string
  input: Record<string, unknown>
  accountId: AccountId
  maxAttempts: number
  id?: JobId
  runAt?: Date | undefined
  /** 0 (first) to 9. */
  priority?: number | undefined
  parent?: { id: JobId; step: number; role: StepRole }
}

const DEFAULT_PRIORITY = 5

interface Enqueued {
  window: Window
  jobs: Dispatchable[]
}

const enqueuedIn = new WeakMap<Trx, Enqueued>()

/**
 * Runs `work` in a transaction. Jobs enqueued in it are dispatched after the commit; if the process dies in between, the
 * sweep finds them.
 */
export async function inTransaction<R>(db: Db, dispatch: Dispatch, work: (trx: Trx) => Promise<R>): Promise<R> {
  const jobs: Dispatchable[] = []
  const result = await db.transaction((trx) => {
    enqueuedIn.set(trx, { window: dispatch.window, jobs })
    return work(trx)
  })
  if (jobs.length) dispatch(jobs)
  return result
}

/**
 * Inserts a job. A due one for which the engine's window has room is marked as dispatched at once: whoever commits the
 * transaction hands it over. Any other waits in the backlog.
 */
export async function insertJob(trx: Trx, job: NewJob): Promise<Job> {
  const { accountId, type, runAt, priority = DEFAULT_PRIORITY } = job
  const queue = queueOf(type)
  const due = !runAt || runAt.getTime() <= Date.now()
  const enqueued = enqueuedIn.get(trx)
  const turn = due ? enqueued?.window.take({ queue, accountId, priority }) : undefined
  const dispatched = turn !== undefined
  const row = await Job.query(trx)
    .insert({
      id: job.id ?? newId<JobId>(),
      accountId,
      type,
      queue,
      priority,
      state: due ? 'queued' : 'scheduled',
      input: job.input,
      maxAttempts: job.maxAttempts,
      // A time that has passed means now: nobody has waited since then.
      runAt: due ? raw('now()') : runAt,
      dispatchNumber: dispatched ? 1 : 0,
      // The database's clock: the sweep, on whatever machine, compares with it.
      dispatchedAt: dispatched ? raw('now()') : null,
      parentId: job.parent?.id ?? null,
      step: job.parent?.step ?? null,
      stepRole: job.parent?.role ?? null,
    })
    .returning('*')
  if (dispatched) enqueued?.jobs.push({ id: row.id, type, queue, dispatchNumber: row.dispatchNumber, turn })
  return row
}
