// How far the jobs of a batch are. Read from the jobs each time: nothing is counted while they run.
import { raw } from 'objection'
import type { Db } from '../db.ts'
import type { BatchId } from '../ids.ts'
import { Job } from '../models/job.ts'

/** Jobs that are in the same state; `finishedAt` is when the last of them ended. */
export type Standing = Pick<Job, 'state' | 'finishedAt'> & { jobs: number }

export const standingOf = (db: Db, batchId: BatchId): Promise<Standing[]> =>
  Job.query(db)
    .select('state', raw('count(*)').as('jobs'), raw('max(finished_at)').as('finishedAt'))
    .where({ batchId })
    .groupBy('state')
    .castTo<Standing[]>()
    .execute()
