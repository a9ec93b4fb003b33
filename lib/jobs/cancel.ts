// Cancelling a job: one that waits ends at once, one that runs is asked to stop, and a flow is turned back. What may be under
// way outside (money, a mail) is not guessed: see `cancel` in ./definition.ts. Asking again changes nothing.
import type { Trx } from '../db.ts'
import { AppError } from '../errors.ts'
import type { AccountId, JobId } from '../ids.ts'
import { Job } from '../models/job.ts'
import type { Problem } from '../problems.ts'
import { type Actor, recordAction } from './actions.ts'
import type { Catalogue, JobDefinition } from './definition.ts'
import { endRows } from './end-rows.ts'
import { cancelled, turnBackWaiting } from './flow.ts'
import { cancelFlow, holdWaitingSteps } from './flow-cancel.ts'
import { isFlow } from './flow-steps.ts'
import { askToCancel, cancelWaiting } from './steer.ts'

/** What is said on it: the id of a job whose attempt, or whose steps' attempts, should stop. */
export const CANCEL_CHANNEL = 'errand_cancel'

/**
 * @returns the job as it is then.
 * @throws AppError not-found for one that is not the account's; job-finished; not-cancellable
 */
export async function cancelJob(
  trx: Trx,
  catalogue: Catalogue,
  of: { id: JobId; accountId: AccountId },
  actor: Actor,
): Promise<Job> {
  const job = await lockJob(trx, catalogue, of)
  if (job.parentId)
    throw new AppError('not-cancellable', `The job is a step of a flow; cancel that: /v1/jobs/${job.parentId}.`)
  if (job.state === 'cancelled' || (job.state === 'running' && job.cancelRequestedAt)) return job
  if (job.finishedAt) throw new AppError('job-finished', `The job has ${job.state} already.`)
  refuseWhatMayNot(catalogue[job.type], job)
  await recordAction(trx, job, 'cancel', actor)
  if (job.state !== 'running') await endWaiting(trx, catalogue, job, cancelled())
  else {
    if (isFlow(catalogue, job)) await cancelFlow(trx, catalogue, job)
    else await askToCancel(trx, job.id)
    await trx.raw('SELECT pg_notify(?, ?)', [CANCEL_CHANNEL, job.id])
  }
  return Job.query(trx).findById(job.id).throwIfNotFound()
}

/** Ends a job that waits, whose row the caller has locked: a flow once whoever has to be told was told. */
export async function endWaiting(trx: Trx, catalogue: Catalogue, job: Job, error: Problem): Promise<void> {
  if (isFlow(catalogue, job) && !catalogue[job.type]?.whenCancelled) return turnBackWaiting(trx, catalogue, job, error)
  await endRows(trx, catalogue, await cancelWaiting(trx, job.id, error))
}

/** In the order in which whoever ends a step locks: the steps first. */
async function lockJob(trx: Trx, catalogue: Catalogue, of: { id: JobId; accountId: AccountId }): Promise<Job> {
  const seen = await Job.query(trx).findOne(of)
  if (seen && isFlow(catalogue, seen)) await holdWaitingSteps(trx, seen.id)
  const job = seen && (await Job.query(trx).findOne(of).forUpdate())
  if (!job) throw new AppError('not-found', 'There is no such job.')
  return job
}

function refuseWhatMayNot(definition: JobDefinition | undefined, { type, state, attempt }: Job): void {
  if (!definition) throw new AppError('not-cancellable', `This version does not know the type ${type}.`)
  const { cancel = 'any', work } = definition
  if (cancel === 'never') throw new AppError('not-cancellable', `A job of the type ${type} is always done to its end.`)
  // A flow that waits has done nothing, however often it was tried to begin it.
  const isUntouched = state !== 'running' && ('flow' in work || attempt === 0)
  if (cancel === 'before-start' && !isUntouched)
    throw new AppError('not-cancellable', 'The job has begun: what it does outside may be under way already.')
}
