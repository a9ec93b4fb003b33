// Accepting many jobs in one transaction: what one of them is refused for undoes what that one did, and no more.
import type { Trx } from '../db.ts'
import { AppError } from '../errors.ts'
import type { AccountId } from '../ids.ts'
import { type Acceptable, writeRows } from './accept.ts'
import { inSavepoint, insertJobs, type NewJob } from './enqueue.ts'
import { type Accepted, acceptUnique } from './unique.ts'

export type Outcome = Accepted | { refusal: AppError }

/** Together in one savepoint: few are refused, and more than 64 savepoints would slow down all other transactions. */
const GROUP = 50

/** @returns what became of each, in the same order */
export async function acceptMany(trx: Trx, accountId: AccountId, items: Acceptable[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  const order = inLockOrder(items)
  for (let at = 0; at < order.length; at += GROUP) {
    const places = order.slice(at, at + GROUP)
    const group = places.flatMap((place) => items[place] ?? [])
    for (const [index, outcome] of (await acceptGroup(trx, accountId, group)).entries())
      outcomes[places[index] ?? 0] = outcome
  }
  return outcomes
}

/**
 * Who inserts a unique key waits for another that has inserted it: two batches with the same keys must meet them in the same
 * order, or each would wait for the other. @returns the items' places: without a key first, as they came; then by key
 */
function inLockOrder(items: Acceptable[]): number[] {
  const keyed = items.map(({ definition, uniqueKey }, place) => ({
    place,
    key: uniqueKey === undefined ? '' : `${definition.type} ${uniqueKey}`,
  }))
  return keyed.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))).map(({ place }) => place)
}

/** All of them, or, where one of them is refused, each by itself. */
async function acceptGroup(trx: Trx, accountId: AccountId, items: Acceptable[]): Promise<Outcome[]> {
  try {
    return await inSavepoint(trx, (savepoint) => acceptAll(savepoint, accountId, items))
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    if (items.length === 1) return [{ refusal: error }]
    const outcomes: Outcome[] = []
    for (const item of items) outcomes.push(...(await acceptGroup(trx, accountId, [item])))
    return outcomes
  }
}

/** Their jobs are inserted by one statement, after the types wrote their rows. @throws AppError that one is refused for */
async function acceptAll(trx: Trx, accountId: AccountId, items: Acceptable[]): Promise<Accepted[]> {
  const accepted: Accepted[] = []
  const plain = new Map<number, NewJob>()
  for (const [index, item] of items.entries()) {
    if (item.uniqueKey === undefined) plain.set(index, await writeRows(trx, accountId, item))
    else accepted[index] = await acceptUnique(trx, accountId, item)
  }
  const jobs = await insertJobs(trx, [...plain.values()])
  for (const index of plain.keys()) {
    const job = jobs.shift()
    if (job) accepted[index] = { job, created: true }
  }
  return accepted
}
