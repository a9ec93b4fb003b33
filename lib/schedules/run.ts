// Runs what is due of the schedules: exactly one job for each tick, whatever number of processes and deaths. The row's lock, the
// proof of the tick, the job and the next tick are one transaction; the database's clock decides what is due.
import { raw } from 'objection'
import { type Db, isDatabaseFailure, isStatementTimeout, type Trx } from '../db.ts'
import type { Dispatch } from '../dispatch.ts'
import { AppError } from '../errors.ts'
import type { ScheduleId } from '../ids.ts'
import { accept, atInput, publicTypes, readRequest } from '../jobs/accept.ts'
import type { Catalogue } from '../jobs/definition.ts'
import { inSavepoint, inTransaction } from '../jobs/enqueue.ts'
import type { Logger } from '../logger.ts'
import { Schedule, ScheduleRun } from '../models/schedule.ts'
import { toProblem } from '../problems.ts'
import { dueTicks, nextTick } from './ticks.ts'

const BATCH = 20
/** How many ticks of a schedule are remembered; more than are ever made up for at once. */
const KEPT_RUNS = 200

type Outcome = Pick<ScheduleRun, 'tick' | 'jobId' | 'error'>

/**
 * Makes the jobs of the schedules that are due. A schedule of a type that this catalogue does not know is left to others.
 * @returns whether more may be due at once
 */
export async function runSchedules(db: Db, dispatch: Dispatch, catalogue: Catalogue, log: Logger): Promise<boolean> {
  const types = publicTypes(catalogue).map(({ type }) => type)
  const ids = await due(db).select('id').whereIn('type', types).orderBy('nextRunAt').limit(BATCH)
  let done = 0
  for (const { id } of ids) {
    try {
      await inTransaction(db, dispatch, (trx) => runOne(trx, catalogue, id, log))
      done++
    } catch (error) {
      // One that takes too long must not hold up the others; without a database there is nothing to go on with.
      if (isDatabaseFailure(error) && !isStatementTimeout(error)) throw error
      log.warn({ err: error, scheduleId: id }, 'a schedule could not be run; it is tried again')
    }
  }
  return done === BATCH
}

const due = (db: Db | Trx) => Schedule.query(db).where('nextRunAt', '<=', raw('now()'))

/** Another process may be at it, or done with it: then there is nothing to do. */
async function runOne(trx: Trx, catalogue: Catalogue, id: ScheduleId, log: Logger): Promise<void> {
  const schedule = await due(trx)
    .findById(id)
    .select('*', raw('now() AS now'))
    .forNoKeyUpdate()
    .skipLocked()
    .castTo<(Schedule & { now: Date }) | undefined>()
  if (!schedule) return
  const outcomes: Outcome[] = []
  for (const tick of await unproven(trx, schedule, dueTicks(schedule, schedule.now)))
    outcomes.push({ tick, ...(await runTick(trx, catalogue, schedule, log)) })
  const { accountId } = schedule
  if (outcomes.length)
    await ScheduleRun.query(trx).insert(outcomes.map((each) => ({ scheduleId: id, accountId, ...each })))
  await Schedule.query(trx)
    .patch({ nextRunAt: nextTick(schedule, schedule.now), ...seen(outcomes) })
    .findById(id)
  await forgetOldRuns(trx, id)
}

/** A clock that was set back makes a tick due again. */
async function unproven(trx: Trx, { id }: Schedule, ticks: Date[]): Promise<Date[]> {
  const runs = await ScheduleRun.query(trx).select('tick').where('scheduleId', id).whereIn('tick', ticks)
  const proven = new Set(runs.map(({ tick }) => +tick))
  return ticks.filter((tick) => !proven.has(+tick))
}

/** A tick whose request is not accepted any more leaves nothing but the reason, and the next one comes all the same. */
async function runTick(
  trx: Trx,
  catalogue: Catalogue,
  schedule: Schedule,
  log: Logger,
): Promise<Pick<Outcome, 'jobId' | 'error'>> {
  const { id, accountId, priority } = schedule
  try {
    const wanted = { ...readRequest(catalogue, schedule), priority }
    const job = await inSavepoint(trx, (savepoint) => accept(savepoint, accountId, wanted)).catch((error: unknown) => {
      throw atInput(error)
    })
    return { jobId: job.id, error: null }
  } catch (error) {
    if (isDatabaseFailure(error)) throw error
    if (!(error instanceof AppError)) log.error({ err: error, scheduleId: id }, 'a tick of a schedule made no job')
    return { jobId: null, error: toProblem(error) }
  }
}

function seen(outcomes: Outcome[]): Partial<Schedule> {
  const last = outcomes.at(-1)
  const lastJobId = outcomes.findLast(({ jobId }) => jobId)?.jobId
  return last ? { lastTick: last.tick, lastError: last.error, ...(lastJobId && { lastJobId }) } : {}
}

/** What is before the kept ones cannot be due again: `nextRunAt` is far past it. */
const forgetOldRuns = (trx: Trx, id: ScheduleId) =>
  trx.raw(
    `DELETE FROM schedule_runs WHERE schedule_id = :id AND tick < (
       SELECT tick FROM schedule_runs WHERE schedule_id = :id ORDER BY tick DESC OFFSET ${KEPT_RUNS - 1} LIMIT 1)`,
    { id },
  )
