// The two busiest transitions, for many attempts in one statement and one commit each. Guarded as those in ./transitions.ts
// are. A row that somebody else has locked is passed over, so that nobody waits who need not: who gets no row here asks for it
// alone, and learns there whether there is one.
import { type Db, isRefusal } from '../db.ts'
import type { JobId } from '../ids.ts'
import { JOB_COLUMNS, type Job, jobOf, TOO_LATE } from '../models/job.ts'
import { runPrepared } from '../prepared.ts'
import { together } from '../together.ts'
import { startAttempt } from './transitions.ts'

type Delivered = Pick<Job, 'id' | 'dispatchNumber'>
type Claim = Pick<Job, 'id' | 'attempt'>

export interface SharedTransitions {
  /** queued → running, as `startAttempt` does it. */
  start(delivered: Delivered): Promise<Job | undefined>
  /** running → succeeded. @returns false where it must be done alone, or the claim is lost */
  succeed(claim: Claim, result: Record<string, unknown>): Promise<boolean>
}

/** While one group is written another one commits. */
const GROUPS = { lanes: 2, most: 100 }

const opened = new WeakMap<Db, Map<number, SharedTransitions>>()

/** @returns those of this pool: all attempts that use it share them */
export function sharedTransitions(db: Db, leaseMs: number): SharedTransitions {
  const ofPool = opened.get(db) ?? new Map<number, SharedTransitions>()
  const shared = ofPool.get(leaseMs) ?? open(db, leaseMs)
  opened.set(db, ofPool.set(leaseMs, shared))
  return shared
}

function open(db: Db, leaseMs: number): SharedTransitions {
  const start = together((group: Delivered[]) => startAll(db, group, leaseMs), GROUPS)
  const succeed = together((group: (Claim & { result: object })[]) => succeedAll(db, group), GROUPS)
  return {
    start: async (delivered) =>
      (await start(delivered)) ?? startAttempt(db, delivered.id, delivered.dispatchNumber, leaseMs),
    succeed: ({ id, attempt }, result) => succeed({ id, attempt, result }),
  }
}

// Found by their ids, whatever the planner thinks of the table: a group must never be looked for in all of it.
const START = `
  WITH free AS (
    SELECT id FROM jobs WHERE id = any(:ids::uuid[]) AND state = 'queued' AND NOT ${TOO_LATE}
      AND (id, dispatch_number) IN (SELECT * FROM unnest(:ids::uuid[], :numbers::integer[]))
      AND NOT EXISTS (SELECT FROM queue_pauses WHERE queue_pauses.queue = jobs.queue AND paused_until > now())
    FOR NO KEY UPDATE OF jobs SKIP LOCKED
  )
  UPDATE jobs SET state = 'running', attempt = attempt + 1, dispatched_at = NULL, place = NULL, needs_attention = NULL,
    lease_expires_at = now() + :leaseMs * interval '1 millisecond', started_at = coalesce(started_at, now())
  FROM free WHERE jobs.id = free.id
  RETURNING ${JOB_COLUMNS}`

async function startAll(db: Db, group: Delivered[], leaseMs: number): Promise<(Job | undefined)[]> {
  const ids = group.map(({ id }) => id)
  const numbers = group.map(({ dispatchNumber }) => dispatchNumber)
  const { rows } = await runPrepared<object>(db, 'jobs-start', START, { ids, numbers, leaseMs })
  const jobs = rows.map(jobOf)
  const started = new Map(jobs.map((job) => [job.id, job]))
  return group.map(({ id }) => {
    const job = started.get(id)
    // One that was delivered twice is started once.
    started.delete(id)
    return job
  })
}

const SUCCEED = `
  WITH free AS (
    SELECT id FROM jobs WHERE id = any(:ids::uuid[]) AND state = 'running'
      AND (id, attempt) IN (SELECT * FROM unnest(:ids::uuid[], :attempts::integer[]))
    FOR NO KEY UPDATE OF jobs SKIP LOCKED
  )
  UPDATE jobs SET state = 'succeeded', result = ended.result, error = NULL, finished_at = now(), lease_expires_at = NULL
  FROM free JOIN unnest(:ids::uuid[], :results::jsonb[]) AS ended (id, result) USING (id)
  WHERE jobs.id = free.id
  RETURNING jobs.id`

async function succeedAll(db: Db, group: (Claim & { result: object })[]): Promise<boolean[]> {
  const ids = group.map(({ id }) => id)
  const attempts = group.map(({ attempt }) => attempt)
  const results = group.map(({ result }) => JSON.stringify(result))
  try {
    const { rows } = await runPrepared<{ id: JobId }>(db, 'jobs-succeed', SUCCEED, { ids, attempts, results })
    const ended = new Set(rows.map(({ id }) => id))
    return group.map(({ id }) => ended.has(id))
  } catch (error) {
    // One result cannot be stored: whose it is learns it alone, and the others succeed alone.
    if (isRefusal(error)) return group.map(() => false)
    throw error
  }
}
