// Every change of a job's state, but for those that come from outside of an attempt (./steer.ts). Each is one guarded UPDATE
// that matches no row when another actor was first, and each write of an attempt names that attempt, so a late writer changes
// nothing (invariant 4). Final states match no guard.
import { raw, ref } from 'objection'
import type { Db, Trx } from '../db.ts'
import { LostClaim } from '../errors.ts'
import type { JobId } from '../ids.ts'
import { Job, type Progress, TOO_LATE } from '../models/job.ts'
import { QueuePause } from '../models/queue-pause.ts'
import { runPrepared } from '../prepared.ts'
import type { Problem } from '../problems.ts'
import { noteChange } from './changes.ts'

type Claim = Pick<Job, 'id' | 'attempt'>

const inMs = (ms: number) => raw("now() + ? * interval '1 millisecond'", ms)
const unclaimed = { leaseExpiresAt: null, dispatchedAt: null }

/**
 * queued → running: claims the job for its next attempt, for `leaseMs`.
 * @returns undefined when there is nothing to run: a re-delivery, another worker was first, it is too late to begin, or the
 * queue is paused.
 */
export function startAttempt(db: Db, id: JobId, dispatchNumber: number, leaseMs: number): Promise<Job | undefined> {
  return Job.query(db)
    .patch({
      state: 'running',
      attempt: raw('attempt + 1'),
      leaseExpiresAt: inMs(leaseMs),
      dispatchedAt: null,
      place: null,
      startedAt: raw('coalesce(started_at, now())'),
      // Whatever an operator was told is tried again now; it is said anew if it is still so.
      needsAttention: null,
    })
    .where({ id, state: 'queued', dispatchNumber })
    .whereRaw(`NOT ${TOO_LATE}`)
    .whereNotExists(QueuePause.query(db).where('queue', ref('jobs.queue')).where('pausedUntil', '>', raw('now()')))
    .returning('*')
    .first()
    .execute()
}

/**
 * Keeps the leases of running attempts alive. A row that is locked is passed over: nobody can take it over meanwhile, and one
 * transaction that hangs must not let the leases of all the others run out.
 * @returns the claims that are still theirs, and whether the job, or the flow it is a step of, is to be cancelled.
 */
export async function renewLeases(
  db: Db,
  claims: Claim[],
  leaseMs: number,
): Promise<(Claim & { cancelRequested: boolean })[]> {
  const pairs = claims.map(({ id, attempt }) => [id, attempt])
  const ours = () =>
    Job.query(db)
      .where('state', 'running')
      // A flow that awaits its steps runs without a lease and must not get one back.
      .whereNotNull('leaseExpiresAt')
      .whereInComposite(['id', 'attempt'], pairs)
  await Job.query(db)
    .with('free', ours().select('id').forNoKeyUpdate().skipLocked())
    .patch({ leaseExpiresAt: inMs(leaseMs) })
    .whereIn('id', (builder) => builder.select('id').from('free'))
  return ours().select('id', 'attempt', raw(CANCEL_REQUESTED)).castTo<(Claim & { cancelRequested: boolean })[]>()
}

const CANCEL_REQUESTED = `
  (cancel_requested_at IS NOT NULL OR step_role = 'do' AND EXISTS (
    SELECT FROM jobs flow WHERE flow.id = jobs.parent_id AND flow.cancel_requested_at IS NOT NULL
  )) IS TRUE AS cancel_requested`

const SUCCEED = `
  UPDATE jobs SET state = 'succeeded', result = :result, progress = coalesce(:progress, progress), error = NULL,
    finished_at = now(), lease_expires_at = NULL, dispatched_at = NULL
  WHERE id = :id AND attempt = :attempt AND state = 'running'`

/** running → succeeded. @param progress what is shown then, where it is another. @throws LostClaim */
export async function succeed(
  trx: Trx,
  job: Job,
  result: Record<string, unknown>,
  progress: Progress | null = null,
): Promise<void> {
  const { id, attempt } = job
  const values = { id, attempt, result: JSON.stringify(result), progress: progress && JSON.stringify(progress) }
  const { rowCount } = await runPrepared(trx, 'job-succeed', SUCCEED, values)
  if (rowCount === 0) throw new LostClaim(job.id, job.attempt)
  noteChange(trx, job)
}

/** running → failed, for good. @throws LostClaim */
export const fail = (trx: Trx, claim: Claim, error: Problem) =>
  settle(trx, claim, { state: 'failed', error, finishedAt: raw('now()') })

/** running → cancelled. @throws LostClaim */
export const cancel = (trx: Trx, claim: Claim, error: Problem) =>
  settle(trx, claim, { state: 'cancelled', error, finishedAt: raw('now()') })

/** running → scheduled: the attempt failed and counts. @throws LostClaim */
export const retry = (trx: Trx, claim: Claim, error: Problem, delayMs: number) =>
  settleLeased(trx, claim, { state: 'scheduled', error, runAt: inMs(delayMs) })

/**
 * running → scheduled: the attempt does not count, so the job may have one more.
 * @param needsAttention why an operator should look, for a job that was postponed too often
 * @throws LostClaim
 */
export const postpone = (trx: Trx, claim: Claim, delayMs: number, needsAttention: string | null = null) =>
  settleLeased(trx, claim, {
    state: 'scheduled',
    runAt: inMs(delayMs),
    maxAttempts: raw('max_attempts + 1'),
    needsAttention,
  })

/** Shows progress of a running attempt. @throws LostClaim */
export const showProgress = (db: Db, claim: Claim, progress: Progress) =>
  guard(Job.query(db).patch({ progress }).where(held(claim)).returning('*').first().execute(), claim)

/** Leaves a running job alone for a while, and says why an operator should look. */
export const putOff = (db: Db, claim: Claim, needsAttention: string, delayMs: number) =>
  Job.query(db)
    .patch({ needsAttention, leaseExpiresAt: inMs(delayMs) })
    .where(held(claim))
    .whereNotNull('leaseExpiresAt')
    .execute()

const FENCE = "SELECT id FROM jobs WHERE id = :id AND attempt = :attempt AND state = 'running' FOR NO KEY UPDATE"

/** Locks the row for a write of a running attempt. @throws LostClaim */
export async function fence(trx: Trx, { id, attempt }: Claim): Promise<void> {
  const { rowCount } = await runPrepared(trx, 'job-fence', FENCE, { id, attempt })
  if (rowCount === 0) throw new LostClaim(id, attempt)
}

/** The same. @returns the row. @throws LostClaim */
export const holdClaim = (trx: Trx, claim: Claim) =>
  guard(Job.query(trx).where(held(claim)).forNoKeyUpdate().first().execute(), claim)

/** The guard of every write of an attempt. */
const held = ({ id, attempt }: Claim) => ({ id, attempt, state: 'running' })

const update = (trx: Trx, claim: Claim, change: object) =>
  Job.query(trx)
    .patch({ ...unclaimed, ...change })
    .where(held(claim))
    .returning('*')
    .first()

const settle = async (trx: Trx, claim: Claim, change: object) =>
  noteChange(trx, await guard(update(trx, claim, change).execute(), claim))

/**
 * Where only the attempt itself may write, or who takes it back: a flow that awaits its steps has no lease. The attempt that
 * began it may not know that it has, its commit's answer being lost.
 */
const settleLeased = async (trx: Trx, claim: Claim, change: object) =>
  noteChange(trx, await guard(update(trx, claim, change).whereNotNull('leaseExpiresAt').execute(), claim))

async function guard(update: Promise<Job | undefined>, claim: Claim): Promise<Job> {
  const job = await update
  if (!job) throw new LostClaim(claim.id, claim.attempt)
  return job
}
