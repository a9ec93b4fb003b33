// Compares our payments and refunds with the provider's books, both ways: what webhooks did not bring is found here, and a
// charge without a row of ours is filed for the operators within one interval.
import { z } from 'zod'
import { isDatabaseFailure } from '../../lib/db.ts'
import { LostClaim, RetryLater } from '../../lib/errors.ts'
import { defineJob } from '../../lib/jobs/define.ts'
import type { JobContext } from '../../lib/jobs/definition.ts'
import { type Counts, type Phase, phases, type Reconciliation } from '../../lib/models/reconciliation.ts'
import { tellOperators } from '../../lib/payments/reconcile-findings.ts'
import { type Outcome, type Settle, unchanged } from '../../lib/payments/reconcile-jobs.ts'
import { type PageOfChecks, readPage } from '../../lib/payments/reconcile-pages.ts'
import { finishRun, nextPlace, openRun, saveRun } from '../../lib/payments/reconcile-run.ts'
import { AnswerLost, Refused } from '../../lib/payments/refusal.ts'
import { codeOf } from '../../lib/problems.ts'
import { ClaimLost } from '../claims.ts'

const EVERY_MS = 5 * 60_000
const TIMEOUT_MS = 10 * 60_000
/** Of up to 100 things each. A run that has more goes on in the next job. */
const PAGES_PER_JOB = 50
/** The provider is asked about so many at a time: it takes 100 requests a second. https://docs.stripe.com/rate-limits */
const AT_A_TIME = 5
const PROVIDER_DOWN_MS = 30_000

const Input = z.strictObject({})

declare module '../../lib/jobs/definition.ts' {
  interface JobInputs {
    'maintenance.reconcile': z.infer<typeof Input>
  }
}

export default defineJob({
  type: 'maintenance.reconcile',
  summary: "Compares payments and refunds with the payment provider's books, both ways.",
  input: Input,
  recurring: { everyMs: EVERY_MS },
  whenFailed: async (_, _trx, error) => `nothing was compared (${codeOf(error)})`,
  timeoutMs: TIMEOUT_MS,
  async run(_, context) {
    const run = await context.checkpoint(openRun)
    const skippedBefore = run.counts.skipped ?? 0
    const complete = await compareAll(run, context).catch(waitForProvider)
    return context.commit(async (trx) => {
      const { windowFrom, windowTo, counts } = run
      const { told, ...shown } = counts
      const skipped = (counts.skipped ?? 0) - skippedBefore
      if (counts.filed > told || skipped > 0) await tellOperators(trx, context, counts.filed - told, skipped)
      await saveRun(trx, run, { counts: { ...counts, told: counts.filed } })
      if (complete) await finishRun(trx, run)
      return { window: { from: windowFrom.toISOString(), to: windowTo.toISOString() }, ...shown, complete }
    })
  },
})

/** @returns whether the run is at its end; `run` says how far it is. */
async function compareAll(run: Reconciliation, context: JobContext): Promise<boolean> {
  const restarted = new Set<Phase>()
  for (let page = 0; page < PAGES_PER_JOB; page++) {
    context.signal.throwIfAborted()
    await context.progress(phases.indexOf(run.phase), phases.length, `${run.phase}, ${run.counts.compared} compared`)
    const { checks, cursor } = await readPage[run.phase](context, run).catch((error: unknown) => {
      if (!(error instanceof Refused)) throw error
      skip(error, run, context)
      return { checks: [], cursor: undefined }
    })
    await compareEach(checks, run, context)
    run.counts = { ...run.counts, compared: run.counts.compared + checks.length }
    // A page that is refused, as its cursor is not known any more, say, is looked for from the beginning, once.
    const again = cursor === undefined && run.cursor !== null && !restarted.has(run.phase)
    if (again) restarted.add(run.phase)
    const next = again ? { phase: run.phase, cursor: null } : nextPlace(run.phase, cursor ?? null)
    await context.checkpoint((trx) => saveRun(trx, run, { ...next, counts: run.counts }))
    if (!next) return true
    Object.assign(run, next)
  }
  return false
}

async function compareEach(checks: PageOfChecks['checks'], run: Reconciliation, context: JobContext): Promise<void> {
  const skipped = (error: unknown) => skip(error, run, context)
  for (let from = 0; from < checks.length; from += AT_A_TIME) {
    context.signal.throwIfAborted()
    const settles = await Promise.all(checks.slice(from, from + AT_A_TIME).map((check) => check().catch(skipped)))
    for (const settle of settles)
      if (settle) run.counts = (await act(settle, run, context).catch(skipped)) ?? run.counts
  }
}

/** One thing that cannot be compared must not keep all others from being: it is counted, logged and told. */
function skip(error: unknown, run: Reconciliation, { signal, log }: JobContext): undefined {
  const isOurs = error instanceof LostClaim || error instanceof ClaimLost || isDatabaseFailure(error)
  if (signal.aborted || isOurs || error instanceof AnswerLost || error instanceof RetryLater) throw error
  log.error({ err: error, phase: run.phase, cursor: run.cursor }, 'could not be compared')
  run.counts = { ...run.counts, skipped: (run.counts.skipped ?? 0) + 1 }
}

/**
 * Acts, and counts it in the same transaction. A row that changed while it was looked at is looked at by the next run: it has
 * changed in its window.
 */
async function act(settle: Settle, run: Reconciliation, context: JobContext): Promise<Counts> {
  const { counts, filed } = await context.checkpoint(async (trx) => {
    const outcome = (await settle(trx)) ?? unchanged
    const counts = plus(run.counts, outcome)
    await saveRun(trx, run, { counts })
    return { counts, filed: outcome.filed }
  })
  for (const { kind, subject } of filed) context.log.error({ kind, subject }, 'a discrepancy was filed')
  return counts
}

const plus = (counts: Counts, { advanced, filed, resolved }: Outcome): Counts => ({
  ...counts,
  advanced: counts.advanced + Number(advanced),
  filed: counts.filed + filed.length,
  resolved: counts.resolved + Number(resolved),
})

/** The run goes on where it was. */
function waitForProvider(error: unknown): never {
  if (!(error instanceof AnswerLost)) throw error
  throw new RetryLater(PROVIDER_DOWN_MS, 'the payment provider cannot be asked', { cause: error })
}
