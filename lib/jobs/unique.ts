// Jobs with a unique key: of an account's open jobs of a type only one has it. Whoever submits another gets the one that is
// there, and nothing of what was submitted is stored.
import { UniqueViolationError } from 'objection'
import type { Trx } from '../db.ts'
import { AppError } from '../errors.ts'
import type { AccountId } from '../ids.ts'
import { Job } from '../models/job.ts'
import { type Acceptable, accept } from './accept.ts'
import { inSavepoint } from './enqueue.ts'

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
export async function acceptUnique(trx: Trx, accountId: AccountId, acceptable: Acceptable): Promise<Accepted> {
  const { definition, uniqueKey } = acceptable
  if (uniqueKey === undefined) return { job: await accept(trx, accountId, acceptable), created: true }
  for (let tries = 0; tries < TRIES; tries++) {
    const open = { accountId, type: definition.type, uniqueKey, finishedAt: null }
    const known = await Job.query(trx).findOne(open)
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

const isTaken = (error: unknown) => error instanceof UniqueViolationError && error.constraint === 'jobs_unique_key'
