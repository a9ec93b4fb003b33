// Jobs with a unique key: of an account's open jobs of a type only one has it. Whoever submits another gets the one that is
// there, and nothing of what was submitted is stored. One that is too late to begin ends, and is in nobody's way.
import { type Trx, violates } from '../db.ts'
import { AppError } from '../errors.ts'
import type { AccountId } from '../ids.ts'
import { Job } from '../models/job.ts'
import { type Acceptable, accept } from './accept.ts'
import type { Catalogue } from './definition.ts'
import { inSavepoint } from './enqueue.ts'
import { endIfLate } from './expire.ts'

export interface Accepted {
  job: Job
  /** false: it was there already. */
  created: boolean
}

/** The job that was there may end before it can be read. */
const TRIES = 5

/**
 * Accepts a job as `accept` does, or finds the open one with its unique key. Of two at once the second waits for the first.
 * @throws AppError when the type does not accept the request
 */
export async function acceptUnique(
  trx: Trx,
  catalogue: Catalogue,
  accountId: AccountId,
  acceptable: Acceptable,
): Promise<Accepted> {
  if (acceptable.uniqueKey === undefined) return { job: await accept(trx, accountId, acceptable), created: true }
  for (let tries = 0; tries < TRIES; tries++) {
    const [known] = (await findOpen(trx, catalogue, accountId, [acceptable])).values()
    if (known) return { job: known, created: false }
    try {
      const job = await inSavepoint(trx, (savepoint) => accept(savepoint, accountId, acceptable))
      return { job, created: true }
    } catch (error) {
      if (!isTaken(error)) throw error
    }
  }
  throw new AppError('conflict', 'Jobs with this unique key come and go; send the request again.')
}

/** What is the same of two items of which only one may be open; undefined without a unique key. */
export const keyOf = ({ definition, uniqueKey }: Pick<Acceptable, 'definition' | 'uniqueKey'>) =>
  uniqueKey === undefined ? undefined : `${definition.type} ${uniqueKey}`

/** @returns the open jobs that have a unique key of these, by `keyOf` */
export async function findOpen(
  trx: Trx,
  catalogue: Catalogue,
  accountId: AccountId,
  items: Acceptable[],
): Promise<Map<string, Job>> {
  const open = new Map<string, Job>()
  const uniqueKeys = items.flatMap(({ uniqueKey }) => uniqueKey ?? [])
  if (uniqueKeys.length === 0) return open
  const wanted = new Set(items.map(keyOf))
  const jobs = await Job.query(trx)
    .where({ accountId, finishedAt: null })
    .whereIn('type', [...new Set(items.map(({ definition }) => definition.type))])
    .whereIn('uniqueKey', uniqueKeys)
    .orderBy('id')
  for (const job of jobs) {
    const key = `${job.type} ${job.uniqueKey}`
    const still = wanted.has(key) && (await endIfLate(trx, catalogue, job))
    if (still) open.set(key, still)
  }
  return open
}

/** Whether another has just inserted the unique key. */
export const isTaken = (error: unknown) => violates(error, 'jobs_unique_key')
