// Accepting what many clients submit at the same time in one transaction: one look at their idempotency keys, one insertion of
// their jobs, one of their answers, and one commit for all of them. Each is answered after that commit (invariant 1). What this
// cannot do, the caller does alone: an answer that is there already, and whatever was refused, which undoes the whole group.
import { type Db, isDatabaseFailure, isDeadlock, type Trx } from '../db.ts'
import type { Dispatch } from '../dispatch.ts'
import type { AccountId } from '../ids.ts'
import type { Job } from '../models/job.ts'
import { type Together, together } from '../together.ts'
import { type Acceptable, writeRows } from './accept.ts'
import { insertJobs, inTransaction, type NewJob } from './enqueue.ts'
import { type Answered, type Claim, keepAnswers, keyName, knownKeys } from './idempotency.ts'

export interface Submitted {
  accountId: AccountId
  claim: Claim | undefined
  acceptable: Acceptable
  /** What is answered, and kept under the key. */
  answer(trx: Trx, job: Job): Promise<Record<string, unknown>>
}

interface Taken {
  job: Job
  body: Record<string, unknown>
}

/** @returns undefined for one that must be accepted alone: nothing of it is stored. @throws when PostgreSQL fails */
export type AcceptTogether = Together<Submitted, Taken | undefined>

/** One group is written while another one commits. More would be smaller, and commit more often. */
const LANES = 2
/** So many transactions at most are undone by one that is refused. */
const MOST = 64

export const openAccepting = (db: Db, dispatch: Dispatch): AcceptTogether =>
  together((group: Submitted[]) => acceptGroup(db, dispatch, group), { lanes: LANES, most: MOST })

async function acceptGroup(db: Db, dispatch: Dispatch, group: Submitted[]): Promise<(Taken | undefined)[]> {
  try {
    return await inTransaction(db, dispatch, (trx) => acceptAll(trx, group))
  } catch (error) {
    if (isDatabaseFailure(error) && !isDeadlock(error)) throw error
    return group.map(() => undefined)
  }
}

async function acceptAll(trx: Trx, group: Submitted[]): Promise<(Taken | undefined)[]> {
  const known = await knownKeys(trx, group)
  const fresh = group.filter(({ claim, accountId }) => {
    if (!claim) return true
    const name = keyName(accountId, claim.key)
    if (known.has(name)) return false
    // Of two with the same key the second one waits for the first.
    known.add(name)
    return true
  })
  const rows: NewJob[] = []
  for (const { accountId, acceptable } of fresh) rows.push(await writeRows(trx, accountId, acceptable))
  const jobs = await insertJobs(trx, rows)
  const taken = new Map<Submitted, Taken>()
  const answered: Answered[] = []
  for (const [index, submission] of fresh.entries()) {
    const { accountId, claim } = submission
    const job = jobs[index] as Job
    const body = await submission.answer(trx, job)
    taken.set(submission, { job, body })
    if (claim) answered.push({ accountId, claim, jobId: job.id, answer: body })
  }
  await keepAnswers(trx, answered)
  return group.map((submission) => taken.get(submission))
}
