// Who waits for which job in this process. A job that has changed is read and serialized once, however many wait for it, and
// all jobs that were woken at about the same time are read in one query. While nobody waits, nothing is asked or held.
import { setImmediate } from 'node:timers/promises'
import type { Db } from '../../lib/db.ts'
import type { AccountId, JobId } from '../../lib/ids.ts'
import type { Logger } from '../../lib/logger.ts'
import { createEars } from './ears.ts'
import { type JobWithSteps, readFollowed, readStamps, type Stamp } from './read.ts'
import { createRoom, type Limits } from './room.ts'
import { createSeat, type Seat } from './seat.ts'
import { type Snapshot, takeSnapshot } from './snapshot.ts'

/** So many jobs are read at once at most. */
const MOST_AT_ONCE = 500

export interface Waiters {
  /** How many wait. */
  readonly size: number
  /** Whether one more request of the account may wait. */
  hasRoomFor(accountId: AccountId): boolean
  /**
   * Takes a seat at a job that the account may see. The job is looked at anew at once, so that nothing is missed between the
   * caller's own look and this. The seat is given up by itself when `signal` is aborted.
   * @throws TryLater past the limits
   */
  join(accountId: AccountId, id: JobId, signal: AbortSignal): Seat
  /** Ends all waiting, now and later: whoever asks gets the job as it is. */
  close(): Promise<void>
}

interface Waited {
  /** Whom it is shown to, and from which round on: an earlier one may have read before the client itself did. */
  seats: Map<Seat, { show: (snapshot: Snapshot) => void; from: number }>
  /** Of what was shown last; undefined while it must be looked at. */
  stamp: Stamp | undefined
}

export function createWaiters(db: Db, log: Logger, limits: Limits, lingerMs: number): Waiters {
  const room = createRoom(limits)
  const jobs = new Map<JobId, Waited>()
  const woken = new Set<JobId>()
  let round = 0
  let looking: Promise<void> | undefined
  let closed = false

  const wake = (ids: Iterable<JobId>) => {
    for (const id of ids) if (jobs.has(id)) woken.add(id)
    if (woken.size > 0) looking ??= look()
  }
  const look = async () => {
    // Who comes in the same moment is served with the others.
    await setImmediate()
    while (woken.size > 0) {
      const ids = [...woken].slice(0, MOST_AT_ONCE)
      round++
      try {
        await showAll(ids)
      } catch (error) {
        log.warn({ err: error, jobs: ids.length }, 'jobs that are waited for could not be read; they are polled')
      }
    }
    looking = undefined
  }
  const showAll = async (ids: JobId[]) => {
    for (const id of ids) {
      woken.delete(id)
      const waited = jobs.get(id)
      // Should it not be read now, the poll takes it for changed.
      if (waited) waited.stamp = undefined
    }
    const found = await readFollowed(db, ids)
    for (const id of ids) show(jobs.get(id), found.get(id))
  }
  const show = (waited: Waited | undefined, job: (JobWithSteps & { stamp: Stamp }) | undefined) => {
    if (!waited) return
    // There is no such job any more.
    if (!job) return leave(waited)
    waited.stamp = job.stamp
    const snapshot = takeSnapshot(job)
    for (const { show, from } of waited.seats.values()) if (from <= round) show(snapshot)
  }
  const leave = ({ seats }: Waited) => {
    for (const seat of [...seats.keys()]) seat.leave()
  }
  const poll = async () => {
    const ids = [...jobs.keys()]
    if (ids.length === 0) return
    const stamps = await readStamps(db, ids)
    wake(ids.filter((id) => jobs.get(id)?.stamp !== stamps.get(id)))
  }
  const ears = createEars(db, log, lingerMs, { heard: wake, poll, lookAtAll: () => wake(jobs.keys()) })

  return {
    get size() {
      return room.taken
    },
    hasRoomFor: room.isFree,
    join(accountId, id, signal) {
      const giveBack = room.take(accountId)
      const waited = jobs.get(id) ?? { seats: new Map(), stamp: undefined }
      const { seat, show } = createSeat(() => {
        signal.removeEventListener('abort', seat.leave)
        giveBack()
        waited.seats.delete(seat)
        if (waited.seats.size === 0) jobs.delete(id)
        if (jobs.size === 0) ears.rest()
      })
      signal.addEventListener('abort', seat.leave)
      waited.seats.set(seat, { show, from: round + 1 })
      jobs.set(id, waited)
      if (closed || signal.aborted) seat.leave()
      else {
        ears.open()
        wake([id])
      }
      return seat
    },
    async close() {
      closed = true
      for (const waited of [...jobs.values()]) leave(waited)
      await Promise.all([ears.close(), looking])
    },
  }
}
