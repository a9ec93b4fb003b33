// Accepting jobs of types that write no rows of their own: whatever many clients submit at the same time is one statement, and
// so one commit and one round trip. It makes the jobs and keeps the answers under their idempotency keys; a job whose key is
// taken, or in flight, is left out, and its caller looks alone what is to be answered; all do where PostgreSQL refuses one.
import { type Db, isRefusal } from '../db.ts'
import type { Dispatch, Dispatchable } from '../dispatch.ts'
import type { AccountId, JobId } from '../ids.ts'
import type { Job } from '../models/job.ts'
import { runPrepared } from '../prepared.ts'
import { type Together, together } from '../together.ts'
import { type Acceptable, newJobOf, plain } from './accept.ts'
import { dispatchable, planJob } from './enqueue.ts'
import { type Claim, keyLock, WAIT_TOGETHER_MS } from './idempotency.ts'
import { INSERT_COLUMNS, INSERT_VALUES, ROW_TYPES, UNTOUCHED } from './insert.ts'

export interface PlainSubmission {
  accountId: AccountId
  claim: Claim | undefined
  acceptable: Acceptable
  /** JSON of what is answered. Of the job's times it has what the job given to it has: see NOW. */
  answer(job: Job): string
}

interface Taken {
  job: Job
  /** JSON, with the times. */
  body: string
}

/** @returns undefined for one that must be accepted alone: nothing of it is stored. @throws when PostgreSQL fails */
export type AcceptPlain = Together<PlainSubmission, Taken | undefined>

/** Two groups at a time would each be half as large, and cost as much. */
const GROUPS = { lanes: 1, most: 100 }

/** Stands for the time of acceptance, which the database knows first. No client can write it into an answer: jobs are answered without their input. */
const NOW = '@now@'

export const openPlainAccepting = (db: Db, dispatch: Dispatch): AcceptPlain =>
  together((group: PlainSubmission[]) => acceptGroup(db, dispatch, group), GROUPS)

// In the order of the keys: two groups that waited for each other's would be a deadlock.
const ACCEPT = `
  WITH asked AS MATERIALIZED (
    SELECT job.*, to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS time
    FROM (SELECT set_config('lock_timeout', '${WAIT_TOGETHER_MS}ms', true) AS bounded) AS waiting,
      json_to_recordset(:group) AS job (${ROW_TYPES}, key text, fingerprint text, answer text)
    WHERE bounded IS NOT NULL
  ), kept AS (
    INSERT INTO idempotency_keys (account_id, key, fingerprint, job_id, answer)
    SELECT "accountId", key, decode(fingerprint, 'hex'), id, replace(answer, '${NOW}', time)::jsonb
    FROM asked WHERE key IS NOT NULL AND pg_try_advisory_xact_lock(${keyLock('"accountId"', 'key')}) ORDER BY "accountId", key
    ON CONFLICT (account_id, key) DO NOTHING
    RETURNING job_id
  ), made AS (
    INSERT INTO jobs (${INSERT_COLUMNS})
    SELECT ${INSERT_VALUES} FROM asked AS job WHERE key IS NULL OR id IN (SELECT job_id FROM kept)
    RETURNING jobs.id
  )
  SELECT id, time FROM asked WHERE id IN (SELECT id FROM made)`

async function acceptGroup(db: Db, dispatch: Dispatch, group: PlainSubmission[]): Promise<(Taken | undefined)[]> {
  const planned = group.map(({ accountId, acceptable, claim, answer }) => {
    const { row, turn } = planJob(newJobOf(accountId, acceptable, plain(acceptable.request)), dispatch.window)
    // To be shown: it needs no model.
    const job = { ...UNTOUCHED, ...row, createdAt: NOW, runAt: row.runAt ?? NOW } as unknown as Job
    return { row, turn, job, body: answer(job), claim }
  })
  const asked = planned.map(({ row, claim, body }) => ({
    ...row,
    key: claim?.key ?? null,
    fingerprint: claim?.fingerprint.toString('hex') ?? null,
    answer: claim ? body : null,
  }))
  const rows = await insertAll(db, asked)
  if (!rows) return group.map(() => undefined)
  const times = new Map(rows.map(({ id, time }) => [id, time]))
  const due: Dispatchable[] = []
  const taken = planned.map(({ row, turn, job, body }) => {
    const time = times.get(row.id)
    if (time === undefined) return undefined
    if (turn !== undefined) due.push(dispatchable(row, turn))
    job.createdAt = new Date(time)
    job.runAt = row.runAt ?? job.createdAt
    return { job, body: body.replaceAll(NOW, time) }
  })
  if (due.length) dispatch(due)
  return taken
}

/** @returns undefined where PostgreSQL refuses one of them: it is one statement, so nothing is stored. */
async function insertAll(db: Db, asked: object[]): Promise<{ id: JobId; time: string }[] | undefined> {
  try {
    const group = JSON.stringify(asked)
    return (await runPrepared<{ id: JobId; time: string }>(db, 'jobs-accept', ACCEPT, { group })).rows
  } catch (error) {
    if (isRefusal(error)) return undefined
    throw error
  }
}
