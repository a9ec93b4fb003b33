// A job: the public thing a client follows, and the only truth about it. Its state changes in lib/jobs/transitions.ts alone.
import { snakeCaseMappers } from 'objection'
import type { AccountId, BatchId, JobId } from '../ids.ts'
import type { Problem } from '../problems.ts'
import type { QueueName } from '../queues.ts'
import { Row } from './base.ts'

export const jobStates = ['scheduled', 'queued', 'running', 'succeeded', 'failed', 'cancelled'] as const
export type JobState = (typeof jobStates)[number]
/** do: a step of the flow; undo: takes a step back; undone: what is left to do once all is taken back. */
export type StepRole = 'do' | 'undo' | 'undone'

export interface Progress {
  done: number
  total: number
  message: string | null
}

/** In SQL: it was to begin before now, and has not. It must not any more; whoever ends it may hold its row for long. */
export const TOO_LATE = '(attempt = 0 AND start_before <= now()) IS TRUE'

const columns = [
  'id',
  'accountId',
  'type',
  'queue',
  'state',
  'needsAttention',
  'input',
  'result',
  'error',
  'progress',
  'attempt',
  'maxAttempts',
  'priority',
  'runAt',
  'dispatchNumber',
  'dispatchedAt',
  'leaseExpiresAt',
  'place',
  'cancelRequestedAt',
  'startBefore',
  'uniqueKey',
  'batchId',
  'parentId',
  'step',
  'stepRole',
  'createdAt',
  'startedAt',
  'finishedAt',
] as const satisfies readonly (keyof Job)[]

const { format } = snakeCaseMappers()

/** All columns of jobs, for statements that are written by hand: `jobOf` makes a job of such a row. */
export const JOB_COLUMNS = columns.map((name) => `jobs.${Object.keys(format({ [name]: 0 }))} AS "${name}"`).join(', ')

export const jobOf = (row: object): Job => Object.assign(new Job(), row)

export class Job extends Row {
  static override tableName = 'jobs'
  static override jsonAttributes = ['input', 'result', 'error', 'progress']
  declare id: JobId
  declare accountId: AccountId
  declare type: string
  declare queue: QueueName
  declare state: JobState
  /** Why an operator should look, or null. */
  declare needsAttention: string | null
  declare input: Record<string, unknown>
  declare result: Record<string, unknown> | null
  declare error: Problem | null
  declare progress: Progress | null
  declare attempt: number
  declare maxAttempts: number
  /** 0 (first) to 9. */
  declare priority: number
  declare runAt: Date
  declare dispatchNumber: number
  declare dispatchedAt: Date | null
  declare leaseExpiresAt: Date | null
  /** Whether it waits for a place that its limits give, or was given one that is kept for it (lib/limits/places.ts). */
  declare place: 'awaited' | 'kept' | null
  /** When its running attempt, or the flow, was asked to stop; it may still end otherwise. */
  declare cancelRequestedAt: Date | null
  /** Unless its first attempt has begun by then, it is cancelled. */
  declare startBefore: Date | null
  /** One open job of its account and type has this key. */
  declare uniqueKey: string | null
  /** The batch it was accepted in. */
  declare batchId: BatchId | null
  declare parentId: JobId | null
  declare step: number | null
  declare stepRole: StepRole | null
  declare createdAt: Date
  declare startedAt: Date | null
  declare finishedAt: Date | null
}
