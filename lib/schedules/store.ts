// Schedules as their account keeps them. What changes when a schedule is due starts anew from the database's now: no tick that
// has passed comes of it. Who writes a row holds its lock, as the worker that runs its tick does.
import { isDeepStrictEqual } from 'node:util'
import { raw } from 'objection'
import type { Db, Trx } from '../db.ts'
import { AppError } from '../errors.ts'
import { type AccountId, newId, type ScheduleId } from '../ids.ts'
import { Schedule, ScheduleRun } from '../models/schedule.ts'
import type { ScheduleRequest } from './request.ts'
import { nextTick } from './ticks.ts'

export const MAX_SCHEDULES = 500
const LISTED = [
  ...['name', 'cron', 'timezone', 'type', 'priority', 'missed', 'paused', 'nextRunAt', 'lastTick', 'lastJobId'],
  ...['lastError', 'revision', 'createdAt', 'updatedAt'],
]

/** @throws AppError not-found, also for another account's (invariant 9) */
export async function findSchedule(db: Db | Trx, accountId: AccountId, name: string): Promise<Schedule> {
  return known(await Schedule.query(db).findOne({ accountId, name }))
}

/** @returns the account's schedules by name, without their input: of all of them together it may be much. */
export const listSchedules = (db: Db, accountId: AccountId): Promise<Omit<Schedule, 'input'>[]> =>
  Schedule.query(db).select(LISTED).where({ accountId }).orderBy('name').limit(MAX_SCHEDULES).execute()

/** @returns the ticks that were run of late, the latest first. */
export const recentRuns = (db: Db | Trx, { id }: Schedule, count: number): Promise<ScheduleRun[]> =>
  ScheduleRun.query(db).where('scheduleId', id).orderBy('tick', 'desc').limit(count).execute()

/**
 * Makes the schedule of this name what is wanted; the same again changes nothing.
 * @throws AppError conflict when the account has MAX_SCHEDULES of them
 */
export async function putSchedule(
  trx: Trx,
  accountId: AccountId,
  name: string,
  request: ScheduleRequest,
): Promise<{ schedule: Schedule; isNew: boolean }> {
  // One at a time for each account: two of the same name would collide, and the bound be passed.
  await trx.raw('SELECT pg_advisory_xact_lock(hashtextextended(?, 0))', [`errand:schedules:${accountId}`])
  const before = await locked(trx, accountId, name)
  const { paused = before?.paused ?? false, ...rest } = request
  const wanted = { ...rest, paused }
  if (before) return { schedule: await change(trx, before, wanted), isNew: false }
  if ((await Schedule.query(trx).where({ accountId }).resultSize()) >= MAX_SCHEDULES)
    throw new AppError('conflict', `An account has at most ${MAX_SCHEDULES} schedules.`)
  const nextRunAt = await nextOf(trx, wanted)
  const row = { id: newId<ScheduleId>(), accountId, name, ...wanted, nextRunAt }
  return { schedule: await Schedule.query(trx).insert(row).returning('*'), isNew: true }
}

/** Pauses a schedule, or lets it go on; ticks in between are not made up for. @throws AppError not-found */
export async function setPaused(trx: Trx, accountId: AccountId, name: string, paused: boolean): Promise<Schedule> {
  return change(trx, known(await locked(trx, accountId, name)), { paused })
}

/** Ends a schedule; the jobs that it made stay. @throws AppError not-found */
export async function removeSchedule(db: Db, accountId: AccountId, name: string): Promise<void> {
  known((await Schedule.query(db).delete().where({ accountId, name })) || undefined)
}

type Wanted = Partial<Pick<Schedule, keyof ScheduleRequest>>

async function change(trx: Trx, before: Schedule, wanted: Wanted): Promise<Schedule> {
  const differs = (...keys: (keyof ScheduleRequest)[]) =>
    keys.some((key) => key in wanted && !isDeepStrictEqual(before[key], wanted[key]))
  if (!differs('cron', 'timezone', 'type', 'input', 'priority', 'missed', 'paused')) return before
  const due = differs('cron', 'timezone', 'paused') && { nextRunAt: await nextOf(trx, { ...before, ...wanted }) }
  return Schedule.query(trx)
    .patch({ ...wanted, ...due, revision: raw('revision + 1'), updatedAt: raw('now()') })
    .findById(before.id)
    .returning('*')
    .first()
    .castTo<Schedule>()
}

/** By the database's clock, which also says what is due. */
async function nextOf(trx: Trx, schedule: Pick<Schedule, 'cron' | 'timezone' | 'paused'>): Promise<Date | null> {
  if (schedule.paused) return null
  const { rows } = await trx.raw<{ rows: { now: Date }[] }>('SELECT clock_timestamp() AS now')
  return rows[0] ? nextTick(schedule, rows[0].now) : null
}

const locked = (trx: Trx, accountId: AccountId, name: string) =>
  Schedule.query(trx).findOne({ accountId, name }).forNoKeyUpdate()

function known<T>(found: T | undefined): T {
  if (!found) throw new AppError('not-found', 'There is no such schedule.')
  return found
}
