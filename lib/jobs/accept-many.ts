// Accepting many jobs in one transaction: what one of them is refused for undoes what that one did, and no more.
import type { Trx } from '../db.ts'
import { AppError } from '../errors.ts'
import type { AccountId } from '../ids.ts'
import type { Job } from '../models/job.ts'
import { type Acceptable, writeRows } from './accept.ts'
import type { Catalogue } from './definition.ts'
import { inSavepoint, insertJobs, type NewJob } from './enqueue.ts'
import { type Accepted, acceptUnique, findOpen, isTaken, keyOf } from './unique.ts'

export type Outcome = Accepted | { refusal: AppError }

/** Together in one savepoint: few are refused, and more than 64 savepoints would slow down all other transactions. */
const GROUP = 50

/** @returns what became of each, in the same order */
export async function acceptMany(
  trx: Trx,
  catalogue: Catalogue,
  accountId: AccountId,
  items: Acceptable[],
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  const order = inLockOrder(items)
  for (let at = 0; at < order.length; at += GROUP) {
    const places = order.slice(at, at + GROUP)
    const group = places.flatMap((place) => items[place] ?? [])
    for (const [index, outcome] of (await acceptGroup(trx, catalogue, accountId, group)).entries())
      outcomes[places[index] ?? 0] = outcome
  }
  return outcomes
}

/**
 * Who inserts a unique key waits for another that has inserted it: two batches with the same keys that met them in opposite
 * orders would wait for each other, until PostgreSQL ends one of them, after a second.
 * @returns the items' places: without a key first, as they came; then by key
 */
function inLockOrder(items: Acceptable[]): number[] {
  const keyed = items.map((item, place) => ({ place, key: keyOf(item) ?? '' }))
  return keyed.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))).map(({ place }) => place)
}

/** All of them, or, where one of them is refused or another has just taken one's unique key, each by itself. */
async function acceptGroup(
  trx: Trx,
  catalogue: Catalogue,
  accountId: AccountId,
  items: Acceptable[],
): Promise<Outcome[]> {
  try {
    return await inSavepoint(trx, (savepoint) => acceptAll(savepoint, catalogue, accountId, items))
  } catch (error) {
    if (!(error instanceof AppError || isTaken(error))) throw error
    const outcomes: Outcome[] = []
    for (const item of items) outcomes.push(await acceptAlone(trx, catalogue, accountId, item))
    return outcomes
  }
}

/** Their jobs are inserted by one statement, after the types wrote their rows. @throws AppError that one is refused for */
async function acceptAll(
  trx: Trx,
  catalogue: Catalogue,
  accountId: AccountId,
  items: Acceptable[],
): Promise<Accepted[]> {
  const jobs = new Map<string | number, Job>(await findOpen(trx, catalogue, accountId, items))
  const keys = items.map((item, place) => keyOf(item) ?? place)
  /** The first item with each key that no job has yet makes one. */
  const makers = new Map<string | number, number>()
  const made: NewJob[] = []
  for (const [place, item] of items.entries()) {
    const key = keys[place] ?? place
    if (jobs.has(key) || makers.has(key)) continue
    makers.set(key, place)
    made.push(await writeRows(trx, accountId, item))
  }
  const inserted = await insertJobs(trx, made)
  for (const key of makers.keys()) {
    const job = inserted.shift()
    if (job) jobs.set(key, job)
  }
  return keys.flatMap((key, place) => {
    const job = jobs.get(key)
    return job ? { job, created: makers.get(key) === place } : []
  })
}

async function acceptAlone(trx: Trx, catalogue: Catalogue, accountId: AccountId, item: Acceptable): Promise<Outcome> {
  try {
    return await inSavepoint(trx, (savepoint) => acceptUnique(savepoint, catalogue, accountId, item))
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { refusal: error }
  }
}
