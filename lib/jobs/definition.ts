// The contract of a job type. A handler's file declares its input here and exports one definition; API, worker,
// documentation and tests read everything they know about a type from it.
import type { z } from 'zod'
import type { Db, Trx } from '../db.ts'
import type { PermanentError } from '../errors.ts'
import type { AccountId, JobId } from '../ids.ts'
import type { JobLimits } from '../limits/job-limits.ts'
import type { Logger } from '../logger.ts'
import type { Mailer } from '../mail/mailer.ts'
import type { PaymentGateway } from '../payments/gateway.ts'
import type { Problem } from '../problems.ts'
import type { Result, SharedEffect } from './shared-effect.ts'

/** Type of each job's stored input. Every handler's file adds its line: `interface JobInputs { 'queue.verb': Input }`. */
// biome-ignore lint/suspicious/noEmptyInterface: it is filled by declaration merging.
export interface JobInputs {}

export type JobType = keyof JobInputs & string

declare const settled: unique symbol
/** Proof that a handler settled its attempt: only `commit` and `reject` make one, so no handler can forget to. */
export interface Settled {
  readonly [settled]: true
}

/** What a job's success writes besides it, and the result; or the result alone. */
export type Effect = ((trx: Trx) => PromiseLike<Result>) | SharedEffect | Result

/** What a running attempt can use. Everything outside the transaction must be safe to do again. */
export interface JobContext {
  readonly jobId: JobId
  readonly accountId: AccountId
  /** 1 for the first run; it fences this attempt's writes (invariant 4). */
  readonly attempt: number
  /** Aborted when the attempt's time is up, its claim is lost, its job is to be cancelled or the process shuts down. */
  readonly signal: AbortSignal
  readonly db: Db
  readonly log: Logger
  readonly payments: PaymentGateway
  readonly mail: Mailer
  /** Writes, fenced, what must be known before or after the outside world is touched; the attempt goes on. */
  checkpoint<R>(write: (trx: Trx) => PromiseLike<R>): Promise<R>
  /**
   * Writes the effect and the job's success in one transaction; `effect` returns the job's result. Tried again while the
   * database is away, so `effect` must do nothing outside its transaction. Where there is nothing to write but the result, that
   * is given instead: many such jobs share a commit, as steps of flows do that give a SharedEffect.
   */
  commit(effect: Effect): Promise<Settled>
  /** Writes what a permanent failure changes and the job's failure in one transaction. */
  reject(error: PermanentError, effect?: (trx: Trx) => PromiseLike<unknown>): Promise<Settled>
  /** Shows how far the attempt is. Best effort between transactions, fenced like every write. */
  progress(done: number, total: number, message?: string): Promise<void>
}

export interface AcceptContext {
  trx: Trx
  accountId: AccountId
  jobId: JobId
}

/** What makes a type public: clients may submit it, and `accept` turns their request into rows and the job's input. */
export interface PublicFace {
  request: z.ZodType
  idempotencyKey: 'required' | 'optional'
  /** Ends, or gives back, what was accepted before: taken even while the backlog is over its bound. */
  finishing?: boolean | undefined
  /** Writes the type's rows. Where absent it has none, and the request is the job's input: such jobs are accepted fastest. */
  accept?:
    | ((
        request: unknown,
        context: AcceptContext,
      ) => Promise<{ input: Record<string, unknown>; runAt?: Date | undefined }>)
    | undefined
}

/** A step of a flow; `input` runs in the transaction that enqueues the step, so it may write what the step works on. */
export interface FlowStep {
  type: string
  input(flow: Record<string, unknown>, trx: Trx, error: Problem | null): Promise<Record<string, unknown> | undefined>
  /** Steps with the same number run side by side. */
  group: number
  /** Takes the step back. Its `input` returns undefined where nothing was done. Null: it does nothing to be taken back. */
  undo?: FlowStep | null | undefined
  /** Runs in the transaction that ends the step with success. */
  whenDone?: ((flow: Record<string, unknown>, trx: Trx) => Promise<void>) | undefined
  /** Its failure, even to be prepared, is shown, but does not fail the flow. */
  optional?: boolean | undefined
}

export interface Flow {
  steps: FlowStep[]
  /** Runs when everything is taken back, before what is left to do: `undone`. */
  whenUndone(flow: Record<string, unknown>, trx: Trx, error: Problem | null): Promise<void>
  undone: FlowStep[]
  result(flow: Record<string, unknown>, trx: Trx): Promise<Record<string, unknown>>
}

/**
 * Until when a job can be cancelled. any: also while it runs; what its attempt has not committed is not there.
 * before-start: money or a mail may be under way from its first attempt on, and must not be guessed (invariant 3).
 */
export type CancelPolicy = 'any' | 'before-start' | 'never'

/** A job type as the rest of the product sees it. */
export interface JobDefinition<T extends string = string> {
  type: T
  summary: string
  input: z.ZodType
  public: PublicFace | undefined
  maxAttempts: number
  /**
   * What happens when the last attempt ended without an answer: `fail`, or, for money, `ask`: it is tried on, rarely, and an
   * operator is told. An unknown outcome is never recorded as failed (invariant 3).
   */
  whenExhausted: 'fail' | 'ask'
  /** An attempt that takes longer is aborted and retried. */
  timeoutMs: number
  /** How much of it may run at a time and start in a period, across all workers; TYPE_LIMITS says otherwise. */
  limits?: JobLimits | undefined
  /** Run by the system itself, with an empty input, so often; never two at a time. */
  recurring?: { everyMs: number } | undefined
  /**
   * Runs in the transaction in which the job fails, however it came to that: a handler's own rows end with it.
   * @returns why an operator should look, or null
   */
  whenFailed?: ((input: unknown, trx: Trx, error: Problem) => Promise<string | null>) | undefined
  /** `any` when absent. Of a flow: `any` turns it back, as a failure would. */
  cancel?: CancelPolicy | undefined
  /**
   * The same as `whenFailed`, which is taken where this is absent, for a job that is cancelled or has expired. A flow that has
   * one and did not begin ends with it at once, without being turned back.
   */
  whenCancelled?: ((input: unknown, trx: Trx, error: Problem) => Promise<string | null>) | undefined
  /**
   * Opens the rows of a failed job again, in the transaction that retries it. Types without it cannot be retried.
   * @throws AppError not-retryable
   */
  whenRetried?: ((input: unknown, trx: Trx) => Promise<void>) | undefined
  work: { run(input: unknown, context: JobContext): Promise<Settled> } | { flow: Flow }
}

/** Every job type by its name; `workers/registry.ts` is the one instance. */
export type Catalogue = Readonly<Record<string, JobDefinition>>
