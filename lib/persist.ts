// Writing through an outage: a transaction that fails because the database does is tried again, because giving up would turn
// work that was done into work to be done again.
import { setTimeout as delay } from 'node:timers/promises'
import { isDatabaseFailure, isDeadlock, isStatementTimeout } from './db.ts'

/** Each costs a second (deadlock_timeout), and one of those that waited for each other gets through. */
const DEADLOCKS = 5
const FIRST_PAUSE_MS = 100
const LAST_PAUSE_MS = 2_000

/**
 * Runs `write` until it ends in any other way than by a failure of the database, or until `stop` is aborted.
 * It may run again after it has committed, if the answer to the commit was lost: it must be guarded.
 * @param timeouts how many statements that took too long are forgiven: they may be the database's fault or their own
 */
export async function persist<R>(stop: AbortSignal, write: () => Promise<R>, timeouts = 0): Promise<R> {
  let forgiven = 0
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LAST_PAUSE_MS)) {
    try {
      return await write()
    } catch (error) {
      if (stop.aborted || !isDatabaseFailure(error)) throw error
      if (isStatementTimeout(error) && ++forgiven > timeouts) throw error
      await delay(pause, undefined, { signal: stop }).catch(() => {
        throw error
      })
    }
  }
}

/**
 * Runs `write`, one transaction, again where PostgreSQL ended it because it and another waited for each other: nothing of it
 * has happened, and the other goes on. For work that locks what its caller names, in whatever order.
 */
export async function throughDeadlocks<R>(write: () => Promise<R>): Promise<R> {
  for (let deadlocks = 1; ; deadlocks++) {
    try {
      return await write()
    } catch (error) {
      if (deadlocks === DEADLOCKS || !isDeadlock(error)) throw error
    }
  }
}
