// The transitions of flows and their steps, of several by one statement. Guarded as those in ./transitions.ts are; but here all
// of them happen or none.
import type { Trx } from '../db.ts'
import { LostClaim } from '../errors.ts'
import type { JobId } from '../ids.ts'
import { JOB_COLUMNS, type Job, jobOf, type Progress } from '../models/job.ts'
import { runPrepared } from '../prepared.ts'
import { noteChange } from './changes.ts'

const AWAIT_STEPS = `
  UPDATE jobs SET progress = begun.progress, lease_expires_at = NULL, dispatched_at = NULL
  FROM unnest(:ids::uuid[], :attempts::integer[], :progress::jsonb[]) AS begun (id, attempt, progress)
  WHERE jobs.id = any(:ids::uuid[]) AND jobs.id = begun.id AND jobs.attempt = begun.attempt AND state = 'running'
    AND lease_expires_at IS NOT NULL
  RETURNING ${JOB_COLUMNS}`

/**
 * Keeps flows running without a lease: from here their steps carry them.
 * @returns their rows. @throws LostClaim where one of the claims is lost
 */
export async function awaitSteps(trx: Trx, begun: { job: Job; progress: Progress }[]): Promise<Job[]> {
  const claims = begun.map(({ job }) => job)
  const progress = begun.map((each) => JSON.stringify(each.progress))
  const flows = await write(trx, 'jobs-await-steps', AWAIT_STEPS, claims, { progress })
  return begun.map(({ job }) => {
    const flow = flows.get(job.id)
    if (!flow) throw new LostClaim(job.id, job.attempt)
    return noteChange(trx, flow)
  })
}

// The lock makes the ends of two steps, and a cancellation, take their turns. A step's row is always locked before its flow's.
const SUCCEED_STEPS = `
  WITH done AS (
    UPDATE jobs SET state = 'succeeded', result = ended.result, error = NULL, finished_at = now(),
      lease_expires_at = NULL, dispatched_at = NULL
    FROM unnest(:ids::uuid[], :attempts::integer[], :results::jsonb[]) AS ended (id, attempt, result)
    WHERE jobs.id = any(:ids::uuid[]) AND jobs.id = ended.id AND jobs.attempt = ended.attempt AND state = 'running'
    RETURNING parent_id
  )
  SELECT ${JOB_COLUMNS} FROM jobs WHERE id = any(ARRAY(SELECT parent_id FROM done)) ORDER BY id FOR UPDATE`

/**
 * running → succeeded, of steps of different flows.
 * @returns the flow of each, locked. @throws LostClaim where one of the claims is lost
 */
export async function succeedSteps(trx: Trx, ended: { step: Job; result: Record<string, unknown> }[]): Promise<Job[]> {
  const claims = ended.map(({ step }) => step)
  const results = ended.map(({ result }) => JSON.stringify(result))
  const flows = await write(trx, 'jobs-succeed-steps', SUCCEED_STEPS, claims, { results })
  return ended.map(({ step }) => {
    const flow = step.parentId && flows.get(step.parentId)
    if (!flow) throw new LostClaim(step.id, step.attempt)
    noteChange(trx, step)
    return flow
  })
}

/** Runs such a statement for these claims. @returns the flows that it returns */
async function write(trx: Trx, name: string, sql: string, claims: Job[], values: object): Promise<Map<JobId, Job>> {
  const ids = claims.map(({ id }) => id)
  const attempts = claims.map(({ attempt }) => attempt)
  const { rows } = await runPrepared<object>(trx, name, sql, { ids, attempts, ...values })
  return new Map(rows.map(jobOf).map((flow) => [flow.id, flow]))
}
