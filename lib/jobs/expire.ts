// Jobs that were not begun in time (`startBefore`): work that is useless late is not done late. The guarded start refuses them;
// here they end, also while their queue is paused. What cannot be called off any more is done late rather than never.
import { raw } from 'objection'
import { type Db, isDatabaseFailure, isStatementTimeout, type Trx } from '../db.ts'
import type { Dispatch } from '../dispatch.ts'
import { AppError } from '../errors.ts'
import type { JobId } from '../ids.ts'
import type { Logger } from '../logger.ts'
import { Job, TOO_LATE } from '../models/job.ts'
import { problem } from '../problems.ts'
import { endWaiting } from './cancel.ts'
import { noteChange } from './changes.ts'
import type { Catalogue } from './definition.ts'
import { inSavepoint, inTransaction } from './enqueue.ts'

const BATCH = 100
/** How long one is left alone that cannot be ended, e.g. because a row of it is locked. */
const PUT_OFF_MS = 60_000

interface Context {
  db: Db
  dispatch: Dispatch
  catalogue: Catalogue
  log: Logger
}

/** Ends one batch of them, each in a transaction of its own. @returns whether there may be more */
export async function expireUnstarted({ db, dispatch, catalogue, log }: Context): Promise<boolean> {
  // Only a version that knows the type knows how its jobs end.
  const late = await unstarted(db)
    .select('id')
    .whereIn('type', Object.keys(catalogue))
    .orderBy('startBefore')
    .limit(BATCH)
  for (const { id } of late) {
    try {
      await inTransaction(db, dispatch, (trx) => expire(trx, catalogue, id))
    } catch (error) {
      if (isDatabaseFailure(error) && !isStatementTimeout(error)) throw error
      // One that cannot be ended must not keep the others from it: it is shown, and its turn comes again.
      log.error({ err: error, jobId: id }, 'a job that was not begun in time could not be ended')
      const needsAttention = 'it was not begun in time, and could not be ended'
      const runAt = raw("now() + ? * interval '1 millisecond'", PUT_OFF_MS)
      await unstarted(db).patch({ needsAttention, runAt, place: null }).where({ id })
    }
  }
  return late.length === BATCH
}

async function expire(trx: Trx, catalogue: Catalogue, id: JobId): Promise<void> {
  const job = await unstarted(trx).where({ id }).forUpdate().skipLocked().first()
  if (!job) return
  if (job.needsAttention) await Job.query(trx).patch({ needsAttention: null }).findById(id)
  await endLate(trx, catalogue, job)
}

/**
 * Ends a job that is too late to begin, also if nobody has come by yet to end it.
 * @returns the job where it may still begin, has begun, or needs attention; undefined where it is over
 */
export async function endIfLate(trx: Trx, catalogue: Catalogue, job: Job): Promise<Job | undefined> {
  if (!job.startBefore || job.attempt > 0 || job.needsAttention) return job
  const late = await Job.query(trx).findById(job.id).whereRaw(TOO_LATE).forUpdate()
  if (!late) return job
  // Else it has ended while its row was locked.
  return late.state === 'queued' || late.state === 'scheduled' ? endLate(trx, catalogue, late) : undefined
}

/** Ends a job that waits, whose row is locked. @returns it where it may begin all the same */
async function endLate(trx: Trx, catalogue: Catalogue, job: Job): Promise<Job | undefined> {
  const expired = problem('expired', 'The job was not begun before its startBefore.')
  try {
    await inSavepoint(trx, (savepoint) => endWaiting(savepoint, catalogue, job, expired))
    return undefined
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'not-cancellable')) throw error
    // The engine may have delivered it already, in vain.
    return noteChange(trx, await Job.query(trx).patchAndFetchById(job.id, { startBefore: null, dispatchedAt: null }))
  }
}

/** As the index jobs_start_before has them, but for those that are put off. */
const unstarted = (db: Db | Trx) =>
  Job.query(db)
    .where('startBefore', '<=', raw('now()'))
    .where('attempt', raw('0'))
    .whereRaw("state IN ('scheduled', 'queued')")
    .where((job) => job.whereNull('needsAttention').orWhere('runAt', '<=', raw('now()')))
