// The record of what an account did to its jobs (invariant 8): written in the transaction that did it.
import type { Db, Trx } from '../db.ts'
import type { JobId } from '../ids.ts'
import type { Job } from '../models/job.ts'
import { JobAction, type JobActionKind } from '../models/job-action.ts'

/** Who does something to a job, and why. */
export interface Actor {
  /** Of the API key; where it is not known, null. */
  keyId: string | null
  reason: string | null
}

const MOST_SHOWN = 100

/** @param job as it was before */
export async function recordAction(trx: Trx, job: Job, action: JobActionKind, actor: Actor): Promise<void> {
  const { id: jobId, accountId, attempt } = job
  await JobAction.query(trx).insert({ jobId, accountId, attempt, action, ...actor })
}

/** @returns the latest actions on a job, oldest first. */
export async function readActions(db: Db, jobId: JobId): Promise<JobAction[]> {
  const latest = await JobAction.query(db).where({ jobId }).orderBy('id', 'desc').limit(MOST_SHOWN)
  return latest.reverse()
}
