// When a schedule is due: the ticks of a cron expression in a time zone. Pure. Where clocks change, croner's rule, which is
// Vixie cron's, decides: hours and minutes that are named come once a day, those with * or a step go by the time that passes.
import { Cron } from 'croner'
import type { Schedule } from '../models/schedule.ts'

type Ticking = Pick<Schedule, 'cron' | 'timezone'>

/** How late a tick is taken for missed: the least time between two ticks. */
const MISSED_AFTER_MS = 60_000
/** How many missed ticks are made up for, at most: the latest. */
export const MOST_MISSED = 100

const NICKNAMES = ['@hourly', '@daily', '@midnight', '@weekly', '@monthly', '@yearly', '@annually']
const FIVE_FIELDS = /^[\w*,/#?+-]+( [\w*,/#?+-]+){4}$/
const FORM = `must have five fields (minute, hour, day of month, month, day of week) or be one of ${NICKNAMES.join(', ')}`

const parse = ({ cron, timezone }: Ticking) =>
  new Cron(cron, { timezone, mode: '5-part', fixedTimeRule: 'no-wildcard' })

/** @returns why this is no cron expression that can be taken, or undefined. There are no seconds: a tick a minute is the most. */
export function refuseCron(cron: string): string | undefined {
  if (!FIVE_FIELDS.test(cron) && !NICKNAMES.includes(cron)) return FORM
  try {
    return parse({ cron, timezone: 'UTC' }).nextRun() ? undefined : 'never comes: there is no such day'
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error
    // Days and months are counted from 0 in its messages.
    const reason = error.message.replace(/^CronPattern: /, '').replace(/(Invalid value for \w+): .*/, '$1')
    return `is no cron expression: ${reason}`
  }
}

/** Whether this is a time zone's name (https://www.iana.org/time-zones); an offset such as +02:00 is none. */
export function isTimeZone(name: string): boolean {
  if (!/^[a-z]/i.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return false
  }
}

/** @returns the `count` ticks that follow `after`; fewer when there are no more. */
export const nextTicks = (schedule: Ticking, after: Date, count: number): Date[] =>
  parse(schedule).nextRuns(count, after)

/** @returns the first tick after `after`, or null when there is none any more. */
export const nextTick = (schedule: Ticking, after: Date): Date | null => nextTicks(schedule, after, 1)[0] ?? null

/**
 * @param schedule its `nextRunAt` is the first tick that has not been run
 * @returns the ticks that are run now, oldest first. Of those that were missed, by policy: none, the latest alone, or the
 * latest MOST_MISSED.
 */
export function dueTicks(schedule: Ticking & Pick<Schedule, 'missed' | 'nextRunAt'>, now: Date): Date[] {
  const { missed, nextRunAt } = schedule
  if (!nextRunAt) return []
  const from = missed === 'skip' ? Math.max(+nextRunAt, +now - MISSED_AFTER_MS) : +nextRunAt
  const most = missed === 'all' ? MOST_MISSED : 1
  const cron = parse(schedule)
  const before = (moment: Date) => cron.previousRuns(1, moment)[0]
  const ticks: Date[] = []
  for (let tick = before(new Date(+now + 1)); tick && +tick >= from && ticks.length < most; tick = before(tick)) {
    ticks.unshift(tick)
  }
  return ticks
}
