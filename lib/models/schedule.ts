// A schedule, and the ticks of it that were run: a row a tick, with its job or with why there is none.
import type { AccountId, JobId, ScheduleId } from '../ids.ts'
import type { Problem } from '../problems.ts'
import { Row } from './base.ts'

/** What becomes of the ticks at which nothing could run: nothing, one job for all of them, or a job for each. */
export const missedPolicies = ['skip', 'once', 'all'] as const
export type MissedPolicy = (typeof missedPolicies)[number]

export class Schedule extends Row {
  static override tableName = 'schedules'
  static override jsonAttributes = ['input', 'lastError']
  declare id: ScheduleId
  declare accountId: AccountId
  declare name: string
  declare cron: string
  /** An IANA name. */
  declare timezone: string
  declare type: string
  /** The type's request, as it was sent. */
  declare input: Record<string, unknown>
  /** 0 (first) to 9. */
  declare priority: number
  declare missed: MissedPolicy
  declare paused: boolean
  /** No tick before it is run any more. Null while paused, or when no tick is left. */
  declare nextRunAt: Date | null
  declare lastTick: Date | null
  /** The last job that a tick made. */
  declare lastJobId: JobId | null
  /** Why the last tick made no job. */
  declare lastError: Problem | null
  declare revision: number
  declare createdAt: Date
  declare updatedAt: Date
}

export class ScheduleRun extends Row {
  static override tableName = 'scheduleRuns'
  static override idColumn = ['scheduleId', 'tick']
  static override jsonAttributes = ['error']
  declare scheduleId: ScheduleId
  declare accountId: AccountId
  declare tick: Date
  declare jobId: JobId | null
  declare error: Problem | null
}
