// Reads jobs with their steps: any number of them in one query, because many are followed at once.
import { raw } from 'objection'
import type { Db } from '../../lib/db.ts'
import { AppError } from '../../lib/errors.ts'
import type { AccountId, JobId } from '../../lib/ids.ts'
import { JOB_COLUMNS, Job, jobOf } from '../../lib/models/job.ts'
import { runPrepared } from '../../lib/prepared.ts'

/** A job and, if it is a flow, the jobs of its steps in the order they were enqueued. */
export interface JobWithSteps {
  job: Job
  steps: Job[]
}

/**
 * Tells whether anything of a job or of its steps was written to, and is cheap to read: the sum of their xmins, each of which
 * is the number of the transaction that wrote the row last.
 */
export type Stamp = number

const STAMP = 'xmin::text::bigint'

/** Of each of two indexes one step per id: the primary key, and the one that keeps a step from being enqueued twice. */
const rowsOf = (db: Db, ids: readonly JobId[]) =>
  Job.query(db).where((rows) => rows.where('id', '=', anyOf(ids)).orWhere('parentId', '=', anyOf(ids)))

/** One parameter, however many ids there are. */
const anyOf = (ids: readonly JobId[]) => raw('any(?::uuid[])', [ids])

/**
 * @param accountId whose jobs may be read: any other's, and ids that nobody has, are left out (invariant 9)
 * @returns the jobs by their ids
 */
export async function readJobs(db: Db, accountId: AccountId, ids: readonly JobId[]): Promise<Map<JobId, JobWithSteps>> {
  if (ids.length === 0) return new Map()
  return assemble(ids, await rowsOf(db, ids).where({ accountId }).orderBy(['createdAt', 'id']))
}

/** @throws AppError not-found for a job that is not the account's, too (invariant 9) */
export async function readJob(db: Db, accountId: AccountId, id: JobId): Promise<JobWithSteps> {
  const job = (await readJobs(db, accountId, [id])).get(id)
  if (!job) throw new AppError('not-found', 'There is no such job.')
  return job
}

const READ = `
  SELECT ${JOB_COLUMNS} FROM jobs WHERE id = any(:ids::uuid[]) OR parent_id = any(:ids::uuid[]) ORDER BY created_at, id`

/** Reads jobs of whatever accounts: who is shown one must own it. @returns in the order of the ids, undefined where there is none */
export async function readTogether(db: Db, ids: readonly JobId[]): Promise<(JobWithSteps | undefined)[]> {
  const { rows } = await runPrepared<object>(db, 'jobs-read', READ, { ids: [...new Set(ids)] })
  const jobs = assemble(ids, rows.map(jobOf))
  return ids.map((id) => jobs.get(id))
}

/** Reads jobs whose followers were let in already. @returns the jobs, with their stamps, by their ids */
export async function readFollowed(
  db: Db,
  ids: readonly JobId[],
): Promise<Map<JobId, JobWithSteps & { stamp: Stamp }>> {
  const rows = await rowsOf(db, ids)
    .select('jobs.*', raw(`${STAMP} AS row_stamp`))
    .orderBy(['createdAt', 'id'])
    .castTo<(Job & { rowStamp: Stamp })[]>()
  const stamps = new Map<JobId, Stamp>()
  for (const { id, parentId, rowStamp } of rows)
    for (const of of [id, parentId]) if (of) stamps.set(of, (stamps.get(of) ?? 0) + rowStamp)
  const jobs = [...assemble(ids, rows)]
  return new Map(jobs.map(([id, job]) => [id, { ...job, stamp: stamps.get(id) ?? 0 }]))
}

/** @returns the stamps of these jobs */
export async function readStamps(db: Db, ids: readonly JobId[]): Promise<Map<JobId, Stamp>> {
  const { rows } = await db.raw<{ rows: { id: JobId; stamp: Stamp }[] }>(
    `SELECT id, sum(stamp)::bigint AS stamp FROM (
       SELECT id, ${STAMP} AS stamp FROM jobs WHERE id = any(:ids::uuid[])
       UNION ALL SELECT parent_id, ${STAMP} FROM jobs WHERE parent_id = any(:ids::uuid[])
     ) AS stamps GROUP BY id`,
    { ids },
  )
  return new Map(rows.map(({ id, stamp }) => [id, stamp]))
}

function assemble(ids: readonly JobId[], rows: Job[]): Map<JobId, JobWithSteps> {
  const asked = new Set(ids)
  const jobs = new Map<JobId, JobWithSteps>()
  for (const job of rows) if (asked.has(job.id)) jobs.set(job.id, { job, steps: [] })
  for (const job of rows) if (job.parentId) jobs.get(job.parentId)?.steps.push(job)
  return jobs
}
