// Puts jobs into PostgreSQL, inside the caller's transaction; hands them to the engine once that has committed.
// No engine is needed to accept (invariant 1), and a rolled-back transaction leaves nothing behind.
import { raw } from 'objection'
import type { Db, Trx } from '../db.ts'
import type { Dispatch } from '../dispatch.ts'
import { type AccountId, type JobId, newId } from '../ids.ts'
import { Job, type StepRole } from '../models/job.ts'
import { queueOf } from '../queues.ts'

export interface NewJob {
  type: string
  input: Record<string, unknown>
  accountId: AccountId
  maxAttempts: number
  id?: JobId
  runAt?: Date | undefined
  parent?: { id: JobId; step: number; role: StepRole }
}

const enqueuedIn = new WeakMap<Trx, Job[]>()

/**
 * Runs `work` in a transaction. Jobs enqueued in it are dispatched after the commit; if the process dies in between, the
 * sweep finds them.
 */
export async function inTransaction<R>(db: Db, dispatch: Dispatch, work: (trx: Trx) => Promise<R>): Promise<R> {
  const jobs: Job[] = []
  const result = await db.transaction((trx) => {
    enqueuedIn.set(trx, jobs)
    return work(trx)
  })
  if (jobs.length) dispatch(jobs)
  return result
}

/** Inserts a job. A due one is marked as dispatched at once: whoever commits the transaction hands it over. */
export async function insertJob(trx: Trx, job: NewJob): Promise<Job> {
  const due = !job.runAt || job.runAt.getTime() <= Date.now()
  const row = await Job.query(trx)
    .insert({
      id: job.id ?? newId<JobId>(),
      accountId: job.accountId,
      type: job.type,
      queue: queueOf(job.type),
      state: due ? 'queued' : 'scheduled',
      input: job.input,
      maxAttempts: job.maxAttempts,
      runAt: job.runAt ?? raw('now()'),
      dispatchNumber: due ? 1 : 0,
      // The database's clock: the sweep, on whatever machine, compares with it.
      dispatchedAt: due ? raw('now()') : null,
      parentId: job.parent?.id ?? null,
      step: job.parent?.step ?? null,
      stepRole: job.parent?.role ?? null,
    })
    .returning('*')
  if (due) enqueuedIn.get(trx)?.push(row)
  return row
}
