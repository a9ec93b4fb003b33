// How many wait for PostgreSQL, and for how long: what tells first that it is slow, or that too much is asked
// of it.
import type { Db } from '../db.ts'

export interface Waits {
  /** How many wait at the moment. */
  waiting(): number
  /** How long the one that has waited longest has, in ms. */
  waitedMs(): number
}

/** Several places where requests wait for PostgreSQL, seen as one. */
export interface AllWaits extends Waits {
  add(...more: Waits[]): void
}

export function openWaits(...all: Waits[]): AllWaits {
  return {
    add: (...more) => all.push(...more),
    waiting: () => all.reduce((sum, each) => sum + each.waiting(), 0),
    waitedMs: () => Math.max(...all.map((each) => each.waitedMs())),
  }
}

/** What is used of knex's pool (tarn). */
interface Pool {
  on(event: 'acquireRequest' | 'acquireSuccess' | 'acquireFail', listener: (request: number) => void): void
}

export function watchPool(db: Db): Waits {
  const pool: Pool = db.client.pool
  // In the order in which they came, which is the one in which they are served.
  const since = new Map<number, number>()
  pool.on('acquireRequest', (request) => since.set(request, performance.now()))
  pool.on('acquireSuccess', (request) => since.delete(request))
  pool.on('acquireFail', (request) => since.delete(request))
  return {
    waiting: () => since.size,
    waitedMs() {
      for (const oldest of since.values()) return performance.now() - oldest
      return 0
    },
  }
}
