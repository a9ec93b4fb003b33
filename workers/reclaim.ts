// Takes back the jobs of workers that died or froze: their leases ran out. The attempt counts, so a job that kills its
// worker every time ends as failed instead of going round for ever.
import { raw } from 'objection'
import { inTransaction } from '../lib/jobs/enqueue.ts'
import { retry } from '../lib/jobs/transitions.ts'
import { Job } from '../lib/models/job.ts'
import { problem } from '../lib/problems.ts'
import { failJob } from './finish.ts'
import type { Runtime } from './runtime.ts'

/** Takes back one job. @returns whether there was one, so that the caller comes again. */
export async function reclaimExpired({ db, dispatch, catalogue, log }: Runtime): Promise<boolean> {
  return inTransaction(db, dispatch, async (trx) => {
    const job = await Job.query(trx)
      .where('leaseExpiresAt', '<', raw('now()'))
      .orderBy('leaseExpiresAt')
      .limit(1)
      .forUpdate()
      .skipLocked()
      .first()
    if (!job) return false
    const { id: jobId, type, attempt } = job
    log.warn({ jobId, type, attempt }, 'the worker of this attempt died; the job is taken back')
    const error = problem('worker-lost', `The worker died during attempt ${attempt}.`)
    if (attempt < job.maxAttempts) await retry(trx, job, error, 0)
    else await failJob(trx, catalogue, job, error)
    return true
  })
}
