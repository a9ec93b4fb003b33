// The changes of a job's state that come from outside of its attempts: it is cancelled, turned back or retried. The caller has
// locked the row and looked at its state; the guards are there all the same.
import { raw } from 'objection'
import type { Trx } from '../db.ts'
import type { JobId } from '../ids.ts'
import { Job, type JobState } from '../models/job.ts'
import { codeOf, type Problem } from '../problems.ts'
import { noteChange } from './changes.ts'

/** scheduled, queued → cancelled. */
export const cancelWaiting = (trx: Trx, id: JobId, error: Problem) =>
  change(trx, id, ['scheduled', 'queued'], {
    state: 'cancelled',
    error,
    finishedAt: raw('now()'),
    dispatchedAt: null,
    ...whenAsked(error),
  })

/**
 * scheduled, queued → running, without an attempt: a flow that did not begin is turned back. It does nothing that another
 * with its unique key would do twice, so the key is free.
 */
export const turnWaiting = (trx: Trx, id: JobId, error: Problem) =>
  change(trx, id, ['scheduled', 'queued'], {
    state: 'running',
    dispatchedAt: null,
    uniqueKey: null,
    ...whenAsked(error),
  })

/** A job that expires is cancelled by nobody. */
const whenAsked = (error: Problem) => codeOf(error) === 'cancelled' && { cancelRequestedAt: raw('now()') }

/** Asks a running job to stop. */
export const askToCancel = (trx: Trx, id: JobId) => change(trx, id, ['running'], { cancelRequestedAt: raw('now()') })

/** Takes that back: it came too late. */
export const forgetToCancel = (trx: Trx, id: JobId) => change(trx, id, ['running'], { cancelRequestedAt: null })

/**
 * failed → queued: an explicit retry, the only way out of a final state (invariant 8).
 * @param dispatched whether the caller hands it over once that is committed
 */
export const reopen = (trx: Trx, id: JobId, moreAttempts: number, dispatched: boolean) =>
  change(trx, id, ['failed'], {
    state: 'queued',
    maxAttempts: raw('attempt + ?', moreAttempts),
    runAt: raw('now()'),
    finishedAt: null,
    cancelRequestedAt: null,
    place: null,
    ...(dispatched && { dispatchedAt: raw('now()'), dispatchNumber: raw('dispatch_number + 1') }),
  })

async function change(trx: Trx, id: JobId, from: JobState[], to: object): Promise<Job> {
  const changed = Job.query(trx).patch(to).where({ id }).whereIn('state', from).returning('*').first()
  return noteChange(trx, await changed.throwIfNotFound())
}
