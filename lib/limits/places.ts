// Starts jobs within the limits of their types and accounts. What may not start waits in a line of its own, does not count as
// an attempt, and is called when a place is free: each job is put into the line once and called once, however long it waits.
// A place that is given is kept until its job has started, so that nobody overtakes who waits.
import { raw } from 'objection'
import type { Db, Trx } from '../db.ts'
import type { Dispatch } from '../dispatch.ts'
import type { JobId } from '../ids.ts'
import type { Logger } from '../logger.ts'
import { keepDoing } from '../loop.ts'
import { Job, TOO_LATE } from '../models/job.ts'
import { boundsFor, type TypeLimits } from './job-limits.ts'
import { callNext, letGo, nextStartInMs, waitingTypes } from './line-queries.ts'
import { awaitPlace, hasOwn, isPlaceFree, leavePlace, lockPlaces, recordStart } from './place-queries.ts'
import { createTimers } from './timers.ts'

interface Delivered {
  id: JobId
  dispatchNumber: number
  /** As the engine says it; looked up where it is not known. */
  type: string | undefined
}

type Waiting = Pick<Job, 'accountId' | 'place'> & { late: boolean }

export interface Places {
  /**
   * Starts a job that was delivered, by `begin`, or puts it into the line. Costs nothing for a type without limits.
   * @returns what `begin` does; undefined also for a job that waits now
   */
  start(db: Db, job: Delivered, begin: (db: Db) => Promise<Job | undefined>): Promise<Job | undefined>
  /** An attempt of this type has ended in this process: whoever waits for its place is called. */
  freed(type: string): void
  /** Calls who waits, from now on. @returns stops it */
  attend(db: Db, dispatch: Dispatch, everyMs: number, log: Logger): () => Promise<void>
}

/** Ends that come together are one look at the line; a crowd of refusals is no crowd of looks. */
const LOOK_MS = 10
/** How long a process believes that there is no place left, and asks no more: lining up in vain does no harm. */
const BELIEVE_MS = 100
const MOST_IN_TURN = 4
/** Said instead of a job: there is no place for it now. */
const WAIT = 'wait'
/** Not a type: all of them. */
const ALL = '*'

export function createPlaces(limits: TypeLimits): Places {
  const fullUntil = new Map<string, number>()
  const inTurn = createTurns()
  let wake = (_type: string, _inMs: number) => {}

  const start: Places['start'] = async (db, { id, dispatchNumber, ...delivered }, begin) => {
    const type = delivered.type ?? (limits.any ? await typeOf(db, id) : undefined)
    const ofType = type === undefined ? undefined : limits.of(type)
    if (type === undefined || !ofType) return begin(db)
    const job = await Job.query(db)
      .select('accountId', 'place', raw(`${TOO_LATE} AS late`))
      .findOne({ id, state: 'queued', dispatchNumber })
      .castTo<Waiting | undefined>()
    if (!job) return undefined
    const { accountId } = job
    const bounds = boundsFor(ofType, accountId)
    const isBound = hasOwn(bounds) || bounds.inAccount !== undefined
    const beginIn = async (trx: Trx) => {
      const started = await begin(trx)
      if (started && bounds.rate) await recordStart(trx, type)
      return started
    }
    if (!isBound || job.late) return begin(db)
    if (job.place === 'kept') {
      const started = await db.transaction(beginIn)
      if (!started) await leavePlace(db, id, dispatchNumber)
      return started
    }
    const name = `${type} ${accountId}`
    const startIfFree = () =>
      db.transaction(async (trx) => {
        await lockPlaces(trx, type, bounds, accountId)
        if (await isPlaceFree(trx, type, bounds, { id, accountId })) return beginIn(trx)
        fullUntil.set(name, performance.now() + BELIEVE_MS)
        return WAIT
      })
    const isFull = performance.now() < (fullUntil.get(name) ?? 0)
    const started = isFull ? WAIT : await inTurn(hasOwn(bounds) ? type : accountId, startIfFree)
    if (started !== WAIT) return started
    await awaitPlace(db, id, dispatchNumber)
    wake(type, LOOK_MS)
    return undefined
  }

  const attend: Places['attend'] = (db, dispatch, everyMs, log) => {
    const look = async () => {
      for (const type of await waitingTypes(db)) timers.set(type, 0)
    }
    const call = async (type: string) => {
      fullUntil.clear()
      if (type === ALL) return look()
      const bounds = limits.of(type)
      // A worker that does not know the type does not know its limits.
      if (!bounds) return limits.knows(type) ? letGo(db, type) : undefined
      const jobs = await db.transaction((trx) => callNext(trx, type, bounds))
      if (jobs.length > 0) await dispatch.handOver(jobs)
      const inMs = bounds.rate && (await nextStartInMs(db, type, bounds.rate.perMs))
      if (inMs !== undefined) timers.set(type, Math.max(inMs, LOOK_MS))
    }
    const failed = (error: unknown) => log.warn({ err: error }, 'who waits could not be called; it is looked at again')
    const timers = createTimers(call, failed)
    const stopLooking = keepDoing('looking who waits for a place', everyMs, log, look)
    wake = (type, inMs) => {
      // Jobs of other types may wait for the place that an account has again.
      if (limits.acrossTypes) timers.set(ALL, inMs)
      // Old starts are forgotten by who calls, though nobody waits.
      if (!limits.acrossTypes || limits.of(type)?.rate) timers.set(type, inMs)
    }
    return async () => {
      wake = () => {}
      await stopLooking()
      await timers.stop()
    }
  }

  return {
    start,
    attend,
    freed: (type) => {
      if (limits.of(type)) wake(type, LOOK_MS)
    },
  }
}

const typeOf = async (db: Db, id: JobId) => (await Job.query(db).findById(id).select('type'))?.type

/**
 * Lets the starts of a type in this process follow each other: all but one would hold a connection only to wait for a lock.
 * Who comes when some wait already is sent to the line, from which many are called at once.
 */
function createTurns() {
  const queues = new Map<string, { last: Promise<unknown>; length: number }>()
  return async <R>(name: string, work: () => Promise<R>): Promise<R | typeof WAIT> => {
    const queue = queues.get(name) ?? { last: Promise.resolve(), length: 0 }
    if (queue.length >= MOST_IN_TURN) return WAIT
    queues.set(name, queue)
    queue.length++
    const mine = queue.last.then(work)
    queue.last = mine.catch(() => {})
    try {
      return await mine
    } finally {
      queue.length--
      if (queue.length === 0) queues.delete(name)
    }
  }
}
