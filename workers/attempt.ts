// What a handler sees of its attempt. `commit` and `reject` write the handler's effect, the job's new state and the next
// step in one transaction (invariant 3), fenced by the attempt (invariant 4).
import type { Trx } from '../lib/db.ts'
import type { Effect, JobContext, Settled } from '../lib/jobs/definition.ts'
import { inTransaction } from '../lib/jobs/enqueue.ts'
import { failJob, succeedJob } from '../lib/jobs/finish.ts'
import { sharedFlows } from '../lib/jobs/flows-together.ts'
import { type Result, SharedEffect } from '../lib/jobs/shared-effect.ts'
import { fence, showProgress } from '../lib/jobs/transitions.ts'
import { sharedTransitions } from '../lib/jobs/transitions-together.ts'
import type { Job } from '../lib/models/job.ts'
import { persist } from '../lib/persist.ts'
import { toProblem } from '../lib/problems.ts'
import type { Runtime } from './runtime.ts'

export type Outcome =
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'retried'
  | 'postponed'
  | 'awaiting-steps'
  | 'claim-lost'
  | 'nothing-to-do'

export interface Attempt {
  readonly job: Job
  outcome: Outcome | undefined
  /** The handler is done, and what it did is being written. */
  settling?: boolean
}

const proof = {} as Settled

export function openContext(runtime: Runtime, attempt: Attempt, signal: AbortSignal): JobContext {
  const { job } = attempt
  const { db, dispatch, catalogue, payments, mail } = runtime
  const settle = async (outcome: Outcome, write: () => Promise<unknown>) => {
    if (attempt.outcome) throw new Error('the attempt is settled already')
    attempt.settling = true
    try {
      await persist(signal, write)
    } finally {
      attempt.settling = false
    }
    attempt.outcome = outcome
    return proof
  }
  return {
    jobId: job.id,
    accountId: job.accountId,
    attempt: job.attempt,
    signal,
    db,
    // Most handlers say nothing.
    get log() {
      return runtime.log.child({ jobId: job.id, type: job.type, attempt: job.attempt })
    },
    payments,
    mail,
    checkpoint: (write) =>
      inTransaction(db, dispatch, async (trx) => {
        await fence(trx, job)
        return write(trx)
      }),
    commit: (effect) => settle('succeeded', () => succeed(runtime, job, effect)),
    reject: (error, effect) =>
      settle('failed', () =>
        inTransaction(db, dispatch, async (trx) => {
          await effect?.(trx)
          await failJob(trx, catalogue, job, toProblem(error))
        }),
      ),
    progress: async (done, total, message) => {
      dispatch.changes.announce([await showProgress(db, job, { done, total, message: message ?? null })])
    },
  }
}

/** Writes the effect and the success, with other jobs where that can be. */
async function succeed(runtime: Runtime, job: Job, effect: Effect): Promise<unknown> {
  const { db, dispatch, catalogue, leaseMs } = runtime
  const alone = () =>
    inTransaction(db, dispatch, async (trx) => succeedJob(trx, catalogue, job, await write(trx, effect)))
  // A step's end is also its flow's.
  if (job.parentId)
    return effect instanceof SharedEffect ? sharedFlows(runtime).end({ step: job, effect, alone }) : alone()
  if (effect instanceof SharedEffect || typeof effect === 'function') return alone()
  if (!(await sharedTransitions(db, leaseMs).succeed(job, effect))) return alone()
  dispatch.changes.announce([job])
}

async function write(trx: Trx, effect: Effect): Promise<Result> {
  if (effect instanceof SharedEffect) return effect.kind.alone(trx, effect.item)
  return typeof effect === 'function' ? effect(trx) : effect
}
