// The engine's window: how much of each queue the engine may hold (invariant 7), and whose turn is next in it. Counted from
// the rows at most every REFRESH_MS while jobs come, and guessed in between, so that accepting a job costs no query: the
// first after a pause goes by the count before it, and processes that guess at once may pass the bound by what they accept.
import type { Db } from './db.ts'
import type { AccountId } from './ids.ts'
import { Job } from './models/job.ts'
import type { QueueName } from './queues.ts'

const REFRESH_MS = 200
/** A full window takes this share more, of accounts that have next to nothing in it: who floods it lets nobody wait for a sweep. */
const RESERVE = 0.1
const NEXT_TO_NOTHING = 10
/** The priority that goes last. */
const LOWEST = 9

interface Place {
  queue: QueueName
  accountId: AccountId
  /** 0 (first) to 9. */
  priority: number
}

export interface Window {
  /** How many jobs of a queue the engine may hold, but for a tenth more of accounts that hold next to nothing. */
  readonly size: number
  /**
   * Takes a place for a due job.
   * @returns its turn: how many jobs of its account stand before it, so that nobody waits behind another's flood; undefined
   * where the queue's window is full, and the job stays in the backlog.
   */
  take(place: Place): number | undefined
}

/** Opens the window of `size` jobs a queue. */
export function createWindow(db: Db, size: number): Window {
  const reserve = Math.floor(size * RESERVE)
  let held = new Held()
  let countedAt = Number.NEGATIVE_INFINITY
  let counting = false
  const refresh = async () => {
    counting = true
    const counted = new Held()
    for (const { jobs, ...place } of await countHeld(db)) counted.add(place, jobs)
    held = counted
    countedAt = performance.now()
  }
  const counted = () => {
    counting = false
  }
  return {
    size,
    take(place) {
      if (!counting && performance.now() - countedAt >= REFRESH_MS) {
        // A database that cannot be asked accepts nothing, either; whoever comes next asks again.
        refresh().then(counted, counted)
      }
      const isNewcomer = held.before({ ...place, priority: LOWEST }) < NEXT_TO_NOTHING
      if (held.inQueue(place) >= (isNewcomer ? size + reserve : size)) return undefined
      const before = held.before(place)
      held.add(place, 1)
      return turnAfter(before)
    },
  }
}

/**
 * @returns the engine's priority of a job with so many jobs of its account before it. It grows with their logarithm: what a
 * flood's window is topped up with must share the turn of what it holds already, or would overtake it again and again.
 */
export const turnAfter = (before: number) => Math.floor(Math.log2(before + 1))

/** Counts of what the engine holds, by queue, account and priority. */
class Held {
  readonly #queues = new Map<QueueName, number>()
  readonly #accounts = new Map<string, number[]>()

  add({ queue, accountId, priority }: Place, jobs: number): void {
    this.#queues.set(queue, (this.#queues.get(queue) ?? 0) + jobs)
    const key = `${queue} ${accountId}`
    const byPriority = this.#accounts.get(key) ?? []
    byPriority[priority] = (byPriority[priority] ?? 0) + jobs
    this.#accounts.set(key, byPriority)
  }

  inQueue = ({ queue }: Place) => this.#queues.get(queue) ?? 0

  /** Jobs of the account that are as urgent, or more. */
  before({ queue, accountId, priority }: Place): number {
    const byPriority = this.#accounts.get(`${queue} ${accountId}`) ?? []
    return byPriority.slice(0, priority + 1).reduce((sum, jobs = 0) => sum + jobs, 0)
  }
}

const countHeld = (db: Db) =>
  Job.query(db)
    .select('queue', 'accountId', 'priority')
    .count('* as jobs')
    .whereNotNull('dispatchedAt')
    .groupBy('queue', 'accountId', 'priority')
    .castTo<(Place & { jobs: number })[]>()
    .execute()
