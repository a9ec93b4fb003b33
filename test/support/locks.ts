// Races that a test decides: one transaction stands still with its locks, another one comes and waits for it.
import type { Db, Trx } from '../../lib/db.ts'
import { waitFor } from './wait-for.ts'

/**
 * Does `first` in a transaction that stays open until `second`, in another one, waits for a lock.
 * @returns what `second` came to; its error, if it was rejected.
 */
export async function makeWait<R>(
  db: Db,
  first: (trx: Trx) => Promise<unknown>,
  second: (trx: Trx) => Promise<R>,
): Promise<{ value?: R; error?: Error & { code?: string } }> {
  let waiting: Promise<PromiseSettledResult<R>> | undefined
  await db.transaction(async (trx) => {
    await first(trx)
    waiting = Promise.allSettled([db.transaction(second)]).then(([result]) => result)
    await waitFor('the second transaction to wait for the first', async () => (await countBlocked(db)) > 0)
  })
  const result = await (waiting as Promise<PromiseSettledResult<R>>)
  return result.status === 'fulfilled' ? { value: result.value } : { error: result.reason as Error }
}

/** @returns how many sessions of this database wait for what another one has locked. */
export async function countBlocked(db: Db): Promise<number> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0`,
  )
  return rows.length
}
