// One transaction for what several attempts write at the same time. Whoever cannot be written in it goes alone, and learns why
// there: whose claim is lost, whose write is refused or waits for a lock, and everybody who was in a group with them.
import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { type Db, isDatabaseFailure, isDeadlock, isLockTimeout, type Trx } from '../db.ts'
import type { Dispatch } from '../dispatch.ts'
import { LostClaim, PermanentError } from '../errors.ts'
import type { Logger } from '../logger.ts'
import { inTransaction } from './enqueue.ts'

/** No group waits longer for a lock that one of it needs, and nobody for who waits alone. */
const LOCK_TIMEOUT_MS = 500

export interface Shared {
  db: Db
  dispatch: Dispatch
  log: Logger
}

interface Member {
  /** Does alone what is asked for. */
  alone(): Promise<unknown>
}

/** What is written for many is no work of the one that happened to come first. */
const outsideOfAll = AsyncLocalStorage.snapshot()

/**
 * @param chosen those of the group that may go together
 * @param write writes some or all of them, and returns which
 * @returns for each of the group whether it is written and committed; the others must go alone
 * @throws when PostgreSQL fails
 */
export async function inGroup<M extends Member>(
  { db, dispatch, log }: Shared,
  group: M[],
  chosen: M[],
  write: (trx: Trx, members: M[]) => Promise<M[]>,
): Promise<(boolean | Promise<boolean>)[]> {
  const [first] = chosen
  if (first && chosen.length === 1) {
    const done = first.alone().then(() => true)
    // Who comes meanwhile waits, and goes with the next; whether it failed is heard by who asked for it.
    await Promise.race([done.catch(() => {}), delay(LOCK_TIMEOUT_MS, undefined, { ref: false })])
    return group.map((member) => member === first && done)
  }
  try {
    const written = await outsideOfAll(() =>
      inTransaction(db, dispatch, async (trx) => {
        await trx.raw(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`)
        return new Set(await write(trx, chosen))
      }),
    )
    return group.map((member) => written.has(member))
  } catch (error) {
    if (isDatabaseFailure(error) && !isDeadlock(error)) throw error
    // Whoever it is about meets it again, alone.
    const usual =
      error instanceof LostClaim || error instanceof PermanentError || isLockTimeout(error) || isDeadlock(error)
    if (!usual) log.warn({ err: error, jobs: chosen.length }, 'jobs could not be written together; each goes alone')
    return group.map(() => false)
  }
}
