// Starts an attempt, or leaves it to others: a worker whose database does not answer must not sit on what the engine gave it.
import type { Db } from '../lib/db.ts'
import type { JobId } from '../lib/ids.ts'
import { inTransaction } from '../lib/jobs/enqueue.ts'
import { cancelIfAsked } from '../lib/jobs/finish.ts'
import { postpone, startAttempt } from '../lib/jobs/transitions.ts'
import { sharedTransitions } from '../lib/jobs/transitions-together.ts'
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
export async function start(
  runtime: Runtime,
  id: JobId,
  dispatchNumber: number,
  type?: string,
): Promise<Job | undefined> {
  const begin = (db: Db) =>
    db.isTransaction
      ? startAttempt(db, id, dispatchNumber, runtime.leaseMs)
      : sharedTransitions(db, runtime.leaseMs).start({ id, dispatchNumber })
  const starting = runtime.places.start(runtime.db, { id, dispatchNumber, type }, begin)
  let giveUp: NodeJS.Timeout | undefined
  const givenUp = new Promise<never>((_, reject) => {
    giveUp = setTimeout(() => {
      starting.then((job) => job && putBack(runtime, job)).catch((error) => report(runtime, id, error))
      reject(new NotStarted(`the database did not answer within ${WITHIN_MS} ms`))
    }, WITHIN_MS)
  })
  try {
    const started = await Promise.race([starting, givenUp])
    if (started) runtime.dispatch.changes.announce([started], { soon: false })
    return started
  } finally {
    clearTimeout(giveUp)
  }
}

const putBack = ({ db, dispatch, claims, catalogue }: Runtime, job: Job) =>
  persist(claims.stopping, () =>
    inTransaction(db, dispatch, async (trx) => {
      if (!(await cancelIfAsked(trx, catalogue, job))) await postpone(trx, job, 0)
    }),
  )

const report = ({ log }: Runtime, jobId: JobId, error: unknown) =>
  log.warn({ err: error, jobId }, 'a late start could not be put back; its lease will run out')
