// Accepting what many clients submit at the same time in one transaction: one look at their idempotency keys, one insertion of
// their jobs, one of their answers, and one commit for all of them. Each is answered after that commit (invariant 1). What this
// cannot do, the caller does alone: an answer that is there already or in flight, and what is refused.
import { type Db, isDatabaseFailure, isRefusal, type Trx } from '../db.ts'
import type { Dispatch } from '../dispatch.ts'
import type { AccountId } from '../ids.ts'
import type { Job } from '../models/job.ts'
import { type Together, together } from '../together.ts'
import { type Acceptable, writeRows } from './accept.ts'
import { inSavepoint, insertJobs, inTransaction, type NewJob } from './enqueue.ts'
import { type Answered, busyKeys, type Claim, keepAnswers, keyName } from './idempotency.ts'

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
/** So many are done again where one of them is refused. */
const MOST = 64

export const openAccepting = (db: Db, dispatch: Dispatch): AcceptTogether =>
  together((group: Submitted[]) => acceptGroup(db, dispatch, group), { lanes: LANES, most: MOST })

async function acceptGroup(db: Db, dispatch: Dispatch, group: Submitted[]): Promise<(Taken | undefined)[]> {
  // The second time each is guarded from the others: it costs two round trips each.
  for (const write of [writeRows, writeGuarded]) {
    let written = false
    try {
      return await inTransaction(db, dispatch, async (trx) => {
        const taken = await acceptAll(trx, group, write)
        written = true
        return taken
      })
    } catch (error) {
      // What is thrown before the commit undoes all of it; of the commit itself only PostgreSQL's own refusal does.
      if (!isRefusal(error) && (written || isDatabaseFailure(error))) throw error
    }
  }
  return group.map(() => undefined)
}

type Write = (trx: Trx, accountId: AccountId, acceptable: Acceptable) => Promise<NewJob | undefined>

/** @returns undefined for one that is refused, whatever the reason: it hears it alone. @throws when PostgreSQL fails */
async function writeGuarded(trx: Trx, accountId: AccountId, acceptable: Acceptable): Promise<NewJob | undefined> {
  try {
    return await inSavepoint(trx, (savepoint) => writeRows(savepoint, accountId, acceptable))
  } catch (error) {
    if (isDatabaseFailure(error)) throw error
    return undefined
  }
}

async function acceptAll(trx: Trx, group: Submitted[], write: Write): Promise<(Taken | undefined)[]> {
  const busy = await busyKeys(trx, group)
  const fresh: Submitted[] = []
  const rows: NewJob[] = []
  for (const submission of group) {
    const { accountId, claim, acceptable } = submission
    const name = claim && keyName(accountId, claim.key)
    if (name !== undefined && busy.has(name)) continue
    // Of two with the same key the second one waits for the first.
    if (name !== undefined) busy.add(name)
    const row = await write(trx, accountId, acceptable)
    if (!row) continue
    fresh.push(submission)
    rows.push(row)
  }
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
