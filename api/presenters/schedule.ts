// A schedule as its account sees it. Pure; columns never leak.
import { z } from 'zod'
import { missedPolicies, type Schedule, type ScheduleRun } from '../../lib/models/schedule.ts'
import { ScheduleName } from '../../lib/schedules/request.ts'
import { nextTicks } from '../../lib/schedules/ticks.ts'
import { ProblemView } from './problem.ts'
import { Id, Link, Time } from './shapes.ts'

/** How many of the ticks to come are shown. */
const NEXT_RUNS = 5

const fields = {
  name: ScheduleName,
  cron: z.string().meta({ examples: ['30 6 * * mon-fri'] }),
  timezone: z.string().meta({ examples: ['Europe/Berlin'] }),
  type: z.string().meta({ examples: ['emails.send'] }),
  priority: z
    .int()
    .min(0)
    .max(9)
    .meta({ examples: [5] }),
  missed: z.enum(missedPolicies).meta({ examples: ['once'] }),
  paused: z.boolean().meta({ examples: [false] }),
  nextRunAt: Time.nullable().meta({ description: 'Null while it is paused.' }),
  lastTick: Time.nullable().meta({ description: 'The last tick that was run.' }),
  lastError: ProblemView.nullable().meta({
    description: 'Why the last tick made no job. The next one comes all the same.',
    examples: [null],
  }),
  revision: z.int().min(1).meta({ description: 'One more with every change.' }),
  createdAt: Time,
  updatedAt: Time,
  links: z.strictObject({
    self: Link.meta({ examples: ['/v1/schedules/welcome-mail'] }),
    lastJob: Link.optional().meta({ description: 'The last job that a tick made.' }),
  }),
}

const RunView = z
  .strictObject({ tick: Time, jobId: Id.nullable(), error: ProblemView.nullable() })
  .meta({ id: 'ScheduleRun', description: 'A tick, and the job that it made or why it made none.' })

export const ScheduleView = z.strictObject(fields).meta({ id: 'Schedule' })

export const ScheduleDetailView = z
  .strictObject({
    ...fields,
    input: z.record(z.string(), z.unknown()).meta({ description: 'As it was sent.' }),
    nextRuns: z.array(Time).max(NEXT_RUNS).meta({ description: 'The ticks to come; none while it is paused.' }),
    recentRuns: z.array(RunView).meta({ description: 'The latest first.' }),
  })
  .meta({ id: 'ScheduleDetail', description: 'A schedule with what it did of late, and what is to come.' })

export function presentSchedule(schedule: Omit<Schedule, 'input'>): z.input<typeof ScheduleView> {
  const { name, lastJobId } = schedule
  return {
    name,
    cron: schedule.cron,
    timezone: schedule.timezone,
    type: schedule.type,
    priority: schedule.priority,
    missed: schedule.missed,
    paused: schedule.paused,
    nextRunAt: schedule.nextRunAt,
    lastTick: schedule.lastTick,
    lastError: schedule.lastError,
    revision: schedule.revision,
    createdAt: schedule.createdAt,
    updatedAt: schedule.updatedAt,
    links: { self: `/v1/schedules/${name}`, ...(lastJobId && { lastJob: `/v1/jobs/${lastJobId}` }) },
  }
}

/** @param runs the latest first */
export function presentScheduleDetail(
  schedule: Schedule,
  runs: ScheduleRun[],
  now: Date,
): z.input<typeof ScheduleDetailView> {
  return {
    ...presentSchedule(schedule),
    input: schedule.input,
    nextRuns: schedule.paused ? [] : nextTicks(schedule, now, NEXT_RUNS),
    recentRuns: runs.map(({ tick, jobId, error }) => ({ tick, jobId, error })),
  }
}
