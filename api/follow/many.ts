// Many jobs at once, for a client that follows a list of them.
import type { Db } from '../../lib/db.ts'
import type { AccountId, JobId } from '../../lib/ids.ts'
import { presentJob } from '../presenters/job.ts'
import { readJobs } from './read.ts'

/** @returns the jobs in the order in which they were asked for, and the ids that are not the account's, or nobody's. */
export async function presentJobs(db: Db, accountId: AccountId, ids: readonly JobId[]) {
  const wanted = [...new Set(ids)]
  const jobs = await readJobs(db, accountId, wanted)
  const found = wanted.flatMap((id) => jobs.get(id) ?? [])
  return {
    data: found.map(({ job, steps }) => presentJob(job, steps)),
    missing: wanted.filter((id) => !jobs.has(id)),
  }
}
