// How handler files state their definition: typed on the way in, one plain shape on the way out.
import type { z } from 'zod'
import type { Trx } from '../db.ts'
import type { Problem } from '../problems.ts'
import type {
  AcceptContext,
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
}

interface JobSpec<T extends JobType> extends Common<T> {
  maxAttempts?: number
  whenExhausted?: 'fail' | 'ask'
  timeoutMs?: number
  recurring?: { everyMs: number }
  whenFailed?: (input: JobInputs[T], trx: Trx, error: Problem) => Promise<string | null>
  run(input: JobInputs[T], context: JobContext): Promise<Settled>
}

/** Defines a job type. The file path, the type and the registry's key are one string: `workers/<queue>/<verb>.ts`. */
export function defineJob<T extends JobType>(spec: JobSpec<T>): JobDefinition<T> {
  return {
    type: spec.type,
    summary: spec.summary,
    input: spec.input,
    public: spec.public,
    maxAttempts: spec.maxAttempts ?? DEFAULT_ATTEMPTS,
    whenExhausted: spec.whenExhausted ?? 'fail',
    timeoutMs: spec.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    recurring: spec.recurring,
    whenFailed: async (input, trx, error) => (await spec.whenFailed?.(input as JobInputs[T], trx, error)) ?? null,
    // The executor has parsed the input with this very schema.
    work: { run: (input, context) => spec.run(input as JobInputs[T], context) },
  }
}

interface FlowSpec<T extends JobType> extends Common<T> {
  steps: FlowStepOf<T>[]
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
    undo?: FlowStepOf<T>
    optional?: boolean
  }
}[JobType]

/** Defines a flow: steps that run one after the other, each a job in its own queue, undone in reverse when one fails for good. */
export function defineFlow<T extends JobType>(spec: FlowSpec<T>): JobDefinition<T> {
  const erase = (step: FlowStepOf<T>): FlowStep => ({
    type: step.type,
    input: async (flow, trx, error) =>
      (await step.input(flow as JobInputs[T], trx, error)) as Record<string, unknown> | undefined,
    whenDone: step.whenDone && (async (flow, trx) => step.whenDone?.(flow as JobInputs[T], trx)),
    undo: step.undo && erase(step.undo),
    optional: step.optional,
  })
  return {
    type: spec.type,
    summary: spec.summary,
    input: spec.input,
    public: spec.public,
    maxAttempts: DEFAULT_ATTEMPTS,
    whenExhausted: 'fail',
    timeoutMs: DEFAULT_TIMEOUT_MS,
    work: {
      flow: {
        steps: spec.steps.map(erase),
        whenUndone: async (flow, trx, error) => spec.whenUndone?.(flow as JobInputs[T], trx, error),
        undone: (spec.undone ?? []).map(erase),
        result: (flow, trx) => spec.result(flow as JobInputs[T], trx),
      },
    },
  }
}

interface PublicSpec<R extends z.ZodType, I> {
  request: R
  idempotencyKey: 'required' | 'optional'
  accept(request: z.infer<R>, context: AcceptContext): Promise<{ input: I; runAt?: Date | undefined }>
}

/** States how clients submit a type: the schema of their request, and the rows that accepting it writes. */
export function acceptedAs<R extends z.ZodType, I extends Record<string, unknown>>(spec: PublicSpec<R, I>): PublicFace {
  return {
    request: spec.request,
    idempotencyKey: spec.idempotencyKey,
    // The route has parsed the request with this very schema.
    accept: (request, context) => spec.accept(request as z.infer<R>, context),
  }
}
