// One transaction for what several attempts write at the same time. Whoever cannot be written in it goes alone, and learns there
// why: whose claim is lost, whose write is refused or waits for a lock, and everybody who was in a group with them.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Db, Trx } from '../db.ts'
import type { Dispatch } from '../dispatch.ts'
import { inTransaction } from './enqueue.ts'

/** One group is written while another one commits. */
export const GROUPS = { lanes: 2, most: 16 }
/** No group waits long for a lock that one of it needs. */
const LOCK_TIMEOUT_MS = 500

/** What is written for many is no work of the one that happened to come first. */
const outsideOfAll = AsyncLocalStorage.snapshot()

/**
 * @param chosen those of the group that may go together
 * @param write writes some or all of them, and returns which
 * @returns for each of the group whether it is written and committed; the others must go alone
 */
export async function inGroup<Item>(
  { db, dispatch }: { db: Db; dispatch: Dispatch },
  group: Item[],
  chosen: Item[],
  write: (trx: Trx, items: Item[]) => Promise<Item[]>,
): Promise<boolean[]> {
  if (chosen.length < 2) return group.map(() => false)
  try {
    const written = await outsideOfAll(() =>
      inTransaction(db, dispatch, async (trx) => {
        await trx.raw(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`)
        return new Set(await write(trx, chosen))
      }),
    )
    return group.map((item) => written.has(item))
  } catch {
    // Whoever it is about meets it again, alone; and if all was committed and the answer lost, the claims are lost with it.
    return group.map(() => false)
  }
}
