// Starts an attempt, or leaves it to others: a worker whose database does not answer must not sit on what the engine gave it.
import { setTimeout as delay } from 'node:timers/promises'
import type { JobId } from '../lib/ids.ts'
import { inTransaction } from '../lib/jobs/enqueue.ts'
import { postpone, startAttempt } from '../lib/jobs/transitions.ts'
import type { Job } from '../lib/models/job.ts'
import { persist } from '../lib/persist.ts'
import type { Runtime } from './runtime.ts'

/** One update of one row. A connection that is half-open would let it wait for longer than any statement may take. */
const WITHIN_MS = 5_000

/** The database did not say in time whether the attempt has started. */
export class NotStarted extends Error {
  override name = 'NotStarted'
}

/**
 * Claims a job for its next attempt. What starts later than that is put back without counting.
 * @returns undefined when there is nothing to run. @throws when PostgreSQL fails, or does not answer in time
 */
export async function start(runtime: Runtime, id: JobId, dispatchNumber: number): Promise<Job | undefined> {
  const inTime = new AbortController()
  const starting = startAttempt(runtime.db, id, dispatchNumber, runtime.leaseMs)
  const givenUp = delay(WITHIN_MS, undefined, { signal: inTime.signal }).then(() => {
    starting.then((job) => job && putBack(runtime, job)).catch((error) => report(runtime, id, error))
    throw new NotStarted(`the database did not answer within ${WITHIN_MS} ms`)
  })
  try {
    return await Promise.race([starting, givenUp])
  } finally {
    inTime.abort()
    givenUp.catch(() => {})
  }
}

const putBack = ({ db, dispatch, claims }: Runtime, job: Job) =>
  persist(claims.stopping, () => inTransaction(db, dispatch, (trx) => postpone(trx, job, 0)))

const report = ({ log }: Runtime, jobId: JobId, error: unknown) =>
  log.warn({ err: error, jobId }, 'a late start could not be put back; its lease will run out')
