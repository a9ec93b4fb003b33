// A job's last transition, and what it means for the flow it is a step of: one transaction.
import type { Trx } from '../lib/db.ts'
import type { Catalogue } from '../lib/jobs/definition.ts'
import { fail, succeed } from '../lib/jobs/transitions.ts'
import type { Job } from '../lib/models/job.ts'
import type { Problem } from '../lib/problems.ts'
import { advanceFlow } from './flow.ts'

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

/** @throws LostClaim when the attempt is not the job's current one. */
export async function failJob(trx: Trx, catalogue: Catalogue, job: Job, error: Problem): Promise<void> {
  const failed = await fail(trx, job, error)
  if (failed.parentId) await advanceFlow(trx, catalogue, failed)
}
