// Takes back the jobs of workers that died or froze: their leases ran out. The attempt counts, so a job that kills its
// worker every time ends as failed instead of going round for ever. One that is to be cancelled ends as that.
import { raw } from 'objection'
import { isDatabaseFailure, isStatementTimeout, type Trx } from '../lib/db.ts'
import { inTransaction } from '../lib/jobs/enqueue.ts'
import { cancelIfAsked, exhaust } from '../lib/jobs/finish.ts'
import { putOff, retry } from '../lib/jobs/transitions.ts'
import { Job } from '../lib/models/job.ts'
import { problem } from '../lib/problems.ts'
import type { Runtime } from './runtime.ts'

/** How long a job is left alone whose end could not be written, e.g. because this version does not know its next step. */
const PUT_OFF_MS = 60_000

/** Takes back one job. @returns whether there was one, so that the caller comes again. */
export async function reclaimExpired(runtime: Runtime): Promise<boolean> {
  const { db, dispatch, log } = runtime
  let taken: Job | undefined
  try {
    return await inTransaction(db, dispatch, async (trx) => {
      taken = await takeExpired(trx)
      if (taken) await reclaim(trx, runtime, taken)
      return taken !== undefined
    })
  } catch (error) {
    if (!taken || (isDatabaseFailure(error) && !isStatementTimeout(error))) throw error
    // One job that cannot be ended must not keep the others from being taken back.
    log.error({ err: error, jobId: taken.id, type: taken.type }, 'the end of a job could not be written')
    await putOff(db, taken, 'its end could not be written', PUT_OFF_MS)
    return true
  }
}

const takeExpired = (trx: Trx) =>
  Job.query(trx)
    .where('leaseExpiresAt', '<', raw('now()'))
    .orderBy('leaseExpiresAt')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .first()
    .execute()

async function reclaim(trx: Trx, { catalogue, log }: Runtime, job: Job): Promise<void> {
  const { id: jobId, type, attempt } = job
  log.warn({ jobId, type, attempt }, 'the worker of this attempt died; the job is taken back')
  const error = problem('worker-lost', `The worker died during attempt ${attempt}.`)
  if (await cancelIfAsked(trx, catalogue, job)) return
  if (attempt < job.maxAttempts) await retry(trx, job, error, 0)
  else if (catalogue[type]) await exhaust(trx, catalogue, job, error)
  // Only a version that knows the type knows how its jobs end.
  else throw new Error(`this worker does not know the type ${type}`)
}
