// A job's last transition, and what it means for the flow it is a step of: one transaction.
import type { Trx } from '../lib/db.ts'
import type { Catalogue } from '../lib/jobs/definition.ts'
import { fail, postpone, succeed } from '../lib/jobs/transitions.ts'
import { Job } from '../lib/models/job.ts'
import type { Problem } from '../lib/problems.ts'
import { abandonFlow, advanceFlow } from './flow.ts'

const ASK_AGAIN_MS = 10 * 60_000

/** @throws LostClaim when the attempt is not the job's current one. */
export async function succeedJob(
  trx: Trx,
  catalogue: Catalogue,
  job: Job,
  result: Record<string, unknown>,
): Promise<void> {
  const done = await succeed(trx, job, result)
  if (done.parentId) await advanceFlow(trx, catalogue, done)
}

/** A flow is turned back; any other job fails. @throws LostClaim when the attempt is not the job's current one. */
export async function failJob(trx: Trx, catalogue: Catalogue, job: Job, error: Problem): Promise<void> {
  const work = catalogue[job.type]?.work
  if (work && 'flow' in work) return abandonFlow(trx, catalogue, job, error)
  const failed = await fail(trx, job, error)
  await endRows(trx, catalogue, failed, error)
  if (failed.parentId) await advanceFlow(trx, catalogue, failed)
}

/** A type's own rows end with its job. An input that does not fit leads to none. */
async function endRows(trx: Trx, catalogue: Catalogue, job: Job, error: Problem): Promise<void> {
  const definition = catalogue[job.type]
  const input = definition?.input.safeParse(job.input)
  const needsAttention = input?.success ? await definition?.whenFailed?.(input.data, trx, error) : null
  if (needsAttention) await Job.query(trx).patch({ needsAttention }).findById(job.id)
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
