// A job's last transition, and what it means for the flow it is a step of: one transaction.
import type { Trx } from '../db.ts'
import { Job } from '../models/job.ts'
import type { Problem } from '../problems.ts'
import type { Catalogue } from './definition.ts'
import { endRows } from './end-rows.ts'
import { abandonFlow, advanceFlow, cancelled, goOnAfter } from './flow.ts'
import { mayStopStep } from './flow-cancel.ts'
import { isFlow } from './flow-steps.ts'
import { succeedSteps } from './flow-transitions.ts'
import { cancel, fail, holdClaim, postpone, succeed } from './transitions.ts'

const ASK_AGAIN_MS = 10 * 60_000

/** @throws LostClaim when the attempt is not the job's current one. */
export async function succeedJob(
  trx: Trx,
  catalogue: Catalogue,
  job: Job,
  result: Record<string, unknown>,
): Promise<void> {
  if (!job.parentId) return succeed(trx, job, result)
  const [flow] = await succeedSteps(trx, [{ step: job, result }])
  await goOnAfter(trx, catalogue, flow as Job, job)
}

/** A flow is turned back; any other job fails. @throws LostClaim when the attempt is not the job's current one. */
export async function failJob(trx: Trx, catalogue: Catalogue, job: Job, error: Problem): Promise<void> {
  if (isFlow(catalogue, job)) return abandonFlow(trx, catalogue, job, error)
  const failed = await fail(trx, job, error)
  await endRows(trx, catalogue, failed)
  if (failed.parentId) await advanceFlow(trx, catalogue, failed)
}

/**
 * Ends an attempt as cancelled that has not ended otherwise, if the job, or the flow it is a step of, is to be cancelled.
 * @returns whether it is. @throws LostClaim when the attempt is not the job's current one.
 */
export async function cancelIfAsked(trx: Trx, catalogue: Catalogue, claim: Job): Promise<boolean> {
  const job = await holdClaim(trx, claim)
  if (!(await isAskedToStop(trx, catalogue, job))) return false
  if (isFlow(catalogue, job)) {
    await abandonFlow(trx, catalogue, job, cancelled())
    return true
  }
  const done = await cancel(trx, job, cancelled())
  await endRows(trx, catalogue, done)
  if (done.parentId) await advanceFlow(trx, catalogue, done)
  return true
}

async function isAskedToStop(trx: Trx, catalogue: Catalogue, job: Job): Promise<boolean> {
  // Only a version that knows the type knows how its jobs end.
  if (!catalogue[job.type]) return false
  if (job.parentId === null) return job.cancelRequestedAt !== null
  if (job.stepRole !== 'do') return false
  // As the end of a step does: the step's row is locked before the flow's.
  const flow = await Job.query(trx).findById(job.parentId).forUpdate()
  if (flow?.state !== 'running' || flow.cancelRequestedAt === null) return false
  return mayStopStep(catalogue, flow, job)
}

/**
 * The last attempt ended without an answer.
 * @returns how the job goes on: failed, or postponed with a word to the operator. @throws LostClaim
 */
export async function exhaust(
  trx: Trx,
  catalogue: Catalogue,
  job: Job,
  error: Problem,
): Promise<'failed' | 'postponed'> {
  if (catalogue[job.type]?.whenExhausted === 'ask') {
    await postpone(trx, job, ASK_AGAIN_MS, 'every attempt ended without an answer')
    return 'postponed'
  }
  await failJob(trx, catalogue, job, error)
  return 'failed'
}
