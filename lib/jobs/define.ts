// How handler files state their definition: typed on the way in, one plain shape on the way out.
import type { z } from 'zod'
import type { Trx } from '../db.ts'
import type { JobLimits } from '../limits/job-limits.ts'
import type { Problem } from '../problems.ts'
import type {
  AcceptContext,
  CancelPolicy,
  FlowStep,
  JobContext,
  JobDefinition,
  JobInputs,
  JobType,
  PublicFace,
  Settled,
} from './definition.ts'

const DEFAULT_ATTEMPTS = 8
const DEFAULT_TIMEOUT_MS = 30_000

interface Common<T extends JobType> {
  type: T
  /** One sentence for the documentation. */
  summary: string
  input: z.ZodType<JobInputs[T]>
  public?: PublicFace
  limits?: JobLimits
  cancel?: CancelPolicy
  whenCancelled?: (input: JobInputs[T], trx: Trx, error: Problem) => Promise<string | null>
}

export interface JobSpec<T extends JobType> extends Common<T> {
  maxAttempts?: number
  whenExhausted?: 'fail' | 'ask'
  timeoutMs?: number
  recurring?: { everyMs: number }
  whenFailed?: (input: JobInputs[T], trx: Trx, error: Problem) => Promise<string | null>
  whenRetried?: (input: JobInputs[T], trx: Trx) => Promise<void>
  run(input: JobInputs[T], context: JobContext): Promise<Settled>
}

/** Defines a job type. The file path, the type and the registry's key are one string: `workers/<queue>/<verb>.ts`. */
export function defineJob<T extends JobType>(spec: JobSpec<T>): JobDefinition<T> {
  // What the system runs by itself works on no rows of its own.
  const { whenRetried = spec.recurring && (async () => {}) } = spec
  return {
    ...common(spec),
    maxAttempts: spec.maxAttempts ?? DEFAULT_ATTEMPTS,
    whenExhausted: spec.whenExhausted ?? 'fail',
    timeoutMs: spec.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    recurring: spec.recurring,
    whenFailed: async (input, trx, error) => (await spec.whenFailed?.(input as JobInputs[T], trx, error)) ?? null,
    whenRetried: whenRetried && ((input, trx) => whenRetried(input as JobInputs[T], trx)),
    // The executor has parsed the input with this very schema.
    work: { run: (input, context) => spec.run(input as JobInputs[T], context) },
  }
}

const common = <T extends JobType>({
  type,
  summary,
  input,
  public: face,
  limits,
  cancel,
  whenCancelled,
}: Common<T>) => ({
  type,
  summary,
  input,
  public: face,
  limits,
  cancel,
  whenCancelled:
    whenCancelled && ((parsed: unknown, trx: Trx, error: Problem) => whenCancelled(parsed as JobInputs[T], trx, error)),
})

interface FlowSpec<T extends JobType> extends Common<T> {
  /** One after the other; those in a list of their own side by side. */
  steps: (FlowStepOf<T> | SideBySide<T>[])[]
  whenUndone?: (flow: JobInputs[T], trx: Trx, error: Problem | null) => Promise<void>
  undone?: FlowStepOf<T>[]
  result(flow: JobInputs[T], trx: Trx): Promise<Record<string, unknown>>
}

type StepInput<T extends JobType, S extends JobType> = (
  flow: JobInputs[T],
  trx: Trx,
  error: Problem | null,
) => JobInputs[S] | undefined | Promise<JobInputs[S] | undefined>

/** Distributes over the job types, so that each step's input is checked against its own type. */
type FlowStepOf<T extends JobType> = {
  [S in JobType]: {
    type: S
    input: StepInput<T, S>
    whenDone?: (flow: JobInputs[T], trx: Trx) => Promise<void>
    undo?: FlowStepOf<T> | null
    optional?: boolean
  }
}[JobType]

/** While it runs, another one may fail: it says how it is taken back (null: it does nothing), or that it does not matter. */
type SideBySide<T extends JobType> = FlowStepOf<T> & ({ undo: FlowStepOf<T> | null } | { optional: true })

/**
 * Defines a flow: steps that run one after the other, or side by side, each a job in its own queue, undone when one fails for
 * good.
 */
export function defineFlow<T extends JobType>(spec: FlowSpec<T>): JobDefinition<T> {
  const erase = (step: FlowStepOf<T>, group = 0): FlowStep => ({
    type: step.type,
    group,
    input: async (flow, trx, error) =>
      (await step.input(flow as JobInputs[T], trx, error)) as Record<string, unknown> | undefined,
    whenDone: step.whenDone && (async (flow, trx) => step.whenDone?.(flow as JobInputs[T], trx)),
    undo: step.undo && erase(step.undo),
    optional: step.optional,
  })
  return {
    ...common(spec),
    maxAttempts: DEFAULT_ATTEMPTS,
    whenExhausted: 'fail',
    timeoutMs: DEFAULT_TIMEOUT_MS,
    work: {
      flow: {
        steps: spec.steps.flatMap((group, index) => [group].flat().map((step) => erase(step, index))),
        whenUndone: async (flow, trx, error) => spec.whenUndone?.(flow as JobInputs[T], trx, error),
        undone: (spec.undone ?? []).map((step) => erase(step)),
        result: (flow, trx) => spec.result(flow as JobInputs[T], trx),
      },
    },
  }
}

interface PublicSpec<R extends z.ZodType, I> {
  request: R
  idempotencyKey: 'required' | 'optional'
  finishing?: boolean
  accept?(request: z.infer<R>, context: AcceptContext): Promise<{ input: I; runAt?: Date | undefined }>
}

/** States how clients submit a type: the schema of their request, and the rows that accepting it writes. */
export function acceptedAs<R extends z.ZodType, I extends Record<string, unknown>>(spec: PublicSpec<R, I>): PublicFace {
  const { accept } = spec
  return {
    request: spec.request,
    idempotencyKey: spec.idempotencyKey,
    finishing: spec.finishing,
    // The route has parsed the request with this very schema.
    accept: accept && ((request, context) => accept(request as z.infer<R>, context)),
  }
}
