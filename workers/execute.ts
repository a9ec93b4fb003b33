// The life of one attempt:
//   1. start   claim the row for its next attempt (guarded: a re-delivery finds nothing and is dropped)
//   2. parse   the stored input with the type's schema
//   3. run     the handler, with a deadline and an AbortSignal; it settles by `commit` or `reject`
//   4. settle  what it threw, by its meaning: permanent, later, not ours, or one attempt less; or that it is to be cancelled
//   5. report  one log line; the engine learns only the outcome
import { ZodError } from 'zod'
import { isDatabaseFailure, isStatementTimeout, type Trx } from '../lib/db.ts'
import { parseEngineId } from '../lib/dispatch.ts'
import { LostClaim, PermanentError, QueueBlocked, RetryLater } from '../lib/errors.ts'
import { backoffMs } from '../lib/jobs/backoff.ts'
import type { JobDefinition } from '../lib/jobs/definition.ts'
import { inTransaction } from '../lib/jobs/enqueue.ts'
import { cancelIfAsked, exhaust, failJob } from '../lib/jobs/finish.ts'
import { startFlows } from '../lib/jobs/flow.ts'
import { sharedFlows } from '../lib/jobs/flows-together.ts'
import { pauseQueue } from '../lib/jobs/pauses.ts'
import { postpone, retry } from '../lib/jobs/transitions.ts'
import type { Job } from '../lib/models/job.ts'
import { persist } from '../lib/persist.ts'
import { problem, toProblem } from '../lib/problems.ts'
import { type Attempt, type Outcome, openContext } from './attempt.ts'
import { Cancelled, ClaimLost } from './claims.ts'
import type { Runtime } from './runtime.ts'
import { start } from './start.ts'

/** The attempt ran out of time. */
class TimedOut extends Error {
  override name = 'TimedOut'
}

const INFRASTRUCTURE_RETRY_MS = 1_000
const UNKNOWN_TYPE_RETRY_MS = 5_000
/** The end of an attempt is a guarded update of a few rows: that it takes long is hardly its own fault. */
const FORGIVEN_TIMEOUTS = 3
/** From this attempt on a job that is only ever postponed is shown to the operators. */
const ATTEMPTS_BEFORE_ATTENTION = 10

/** Executes the job behind an engine id. @throws only when PostgreSQL cannot be reached to say how it ended. */
export async function execute(runtime: Runtime, engineId: string, type?: string): Promise<Outcome> {
  const delivered = parseEngineId(engineId)
  if (!delivered) return 'nothing-to-do'
  const job = await start(runtime, delivered.id, delivered.dispatchNumber, type)
  if (!job) return 'nothing-to-do'
  const startedAt = performance.now()
  const attempt: Attempt = { job, outcome: undefined }
  const policy = runtime.catalogue[job.type]?.cancel ?? 'any'
  // What is being committed is done: nothing of it is to be lost.
  const claim = runtime.claims.hold(job, () => policy === 'any' && !attempt.settling)
  try {
    await run(runtime, attempt, claim.lost)
  } catch (error) {
    // After a commit nothing a handler throws can turn its success into a failure.
    if (attempt.outcome)
      runtime.log.error({ err: error, jobId: job.id, type: job.type }, 'handler threw after it had settled')
    else attempt.outcome = await settleError(runtime, job, error)
  } finally {
    claim.release()
    runtime.places.freed(job.type)
  }
  const outcome = attempt.outcome ?? 'claim-lost'
  const durationMs = Math.round(performance.now() - startedAt)
  runtime.log.info({ jobId: job.id, type: job.type, attempt: job.attempt, outcome, durationMs }, 'attempt ended')
  return outcome
}

async function run(runtime: Runtime, attempt: Attempt, lost: AbortSignal): Promise<void> {
  const { job } = attempt
  const definition = runtime.catalogue[job.type]
  // A newer version has accepted it; one of its workers will know.
  if (!definition) throw new RetryLater(UNKNOWN_TYPE_RETRY_MS, `this worker does not know the type ${job.type}`)
  const input = parse(definition, job)
  const { work } = definition
  if ('flow' in work) {
    const { db, dispatch, catalogue } = runtime
    const alone = () => inTransaction(db, dispatch, (trx) => startFlows(trx, catalogue, [job]))
    await sharedFlows(runtime).begin({ flow: job, alone })
    attempt.outcome = 'awaiting-steps'
    return
  }
  // A handler that is at its commit was in time. Should the database be away, the lease ends the attempt first, at no cost.
  const extension = () => (attempt.settling ? 2 * runtime.leaseMs : 0)
  await withDeadline(definition.timeoutMs, extension, lost, (signal) =>
    work.run(input, openContext(runtime, attempt, signal)),
  )
}

function parse(definition: JobDefinition, job: Job): unknown {
  try {
    return definition.input.parse(job.input)
  } catch (error) {
    if (error instanceof ZodError)
      throw new PermanentError('invalid-input', 'The stored input does not fit the job type.', { cause: error })
    throw error
  }
}

/** Stops waiting when the time is up or the claim is lost, even for a handler that ignores its signal: its writes are fenced. */
async function withDeadline<R>(
  timeoutMs: number,
  extension: () => number,
  lost: AbortSignal,
  work: (signal: AbortSignal) => Promise<R>,
): Promise<R> {
  const controller = new AbortController()
  const abort = (reason: unknown) => controller.abort(reason)
  const timeOut = () => abort(new TimedOut(`no result after ${timeoutMs} ms`))
  let timer = setTimeout(() => {
    timer = setTimeout(timeOut, extension())
  }, timeoutMs)
  const onLost = () => abort(lost.reason)
  lost.addEventListener('abort', onLost, { once: true })
  if (lost.aborted) onLost()
  try {
    const aborted = new Promise<never>((_, reject) => {
      const onAbort = () => reject(controller.signal.reason)
      controller.signal.addEventListener('abort', onAbort, { once: true })
      if (controller.signal.aborted) onAbort()
    })
    return await Promise.race([work(controller.signal), aborted])
  } catch (error) {
    // What a handler throws because it was aborted says less than why it was.
    throw controller.signal.aborted ? controller.signal.reason : error
  } finally {
    clearTimeout(timer)
    lost.removeEventListener('abort', onLost)
  }
}

async function settleError(runtime: Runtime, job: Job, error: unknown): Promise<Outcome> {
  const { catalogue, log } = runtime
  const about = { err: error, jobId: job.id, type: job.type, attempt: job.attempt }
  if (error instanceof LostClaim || error instanceof ClaimLost) return 'claim-lost'
  const unlessCancelled = (write: (trx: Trx) => Promise<Outcome>) =>
    settle(runtime, async (trx) => ((await cancelIfAsked(trx, catalogue, job)) ? 'cancelled' : write(trx)))
  const later = (delayMs: number, attention: boolean) =>
    unlessCancelled(async (trx) => {
      const shown = attention || job.attempt >= ATTEMPTS_BEFORE_ATTENTION
      await postpone(trx, job, delayMs, shown && error instanceof Error ? error.message : null)
      if (error instanceof QueueBlocked) await pauseQueue(trx, job.queue, delayMs, error.message)
      return 'postponed'
    })
  if (error instanceof Cancelled) {
    log.info(about, 'attempt stopped')
    return later(0, false)
  }
  if (error instanceof RetryLater) {
    log.info(about, 'attempt postponed')
    return later(error.delayMs, error.attention)
  }
  if (isDatabaseFailure(error) && !isStatementTimeout(error)) {
    log.warn(about, 'the database failed during the attempt, which does not count')
    return later(INFRASTRUCTURE_RETRY_MS, false)
  }
  if (error instanceof PermanentError) {
    log.info(about, 'job failed for good')
    return settle(runtime, async (trx) => {
      await failJob(trx, catalogue, job, toProblem(error))
      return 'failed'
    })
  }
  log.warn(about, 'attempt failed')
  const why =
    error instanceof TimedOut ? problem('attempt-timed-out', 'The attempt ran out of time.') : toProblem(error)
  return unlessCancelled(async (trx) => {
    if (job.attempt >= job.maxAttempts) return exhaust(trx, catalogue, job, why)
    await retry(trx, job, why, backoffMs(job.attempt))
    return 'retried'
  })
}

/** Waits for a database that is away as long as the process runs: an attempt whose end is written costs nothing else. */
async function settle({ db, dispatch, claims }: Runtime, write: (trx: Trx) => Promise<Outcome>): Promise<Outcome> {
  try {
    return await persist(claims.stopping, () => inTransaction(db, dispatch, write), FORGIVEN_TIMEOUTS)
  } catch (failure) {
    if (failure instanceof LostClaim) return 'claim-lost'
    throw failure
  }
}
