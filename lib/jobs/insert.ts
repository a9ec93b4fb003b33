// Inserts jobs, any number by one statement whose text is always the same. It is written by hand because it is the busiest of
// all: the query builder took longer to write it down than PostgreSQL to run it.
import type { Trx } from '../db.ts'
import type { JobId } from '../ids.ts'
import { type Job, jobOf, type Progress } from '../models/job.ts'
import { runPrepared } from '../prepared.ts'

/** What a job is inserted with; its times are the database's, unless it is to run later. */
export type NewRow = Pick<
  Job,
  | 'id'
  | 'accountId'
  | 'type'
  | 'queue'
  | 'priority'
  | 'state'
  | 'input'
  | 'maxAttempts'
  | 'startBefore'
  | 'uniqueKey'
  | 'batchId'
  | 'dispatchNumber'
  | 'parentId'
  | 'step'
  | 'stepRole'
> & {
  /** null: now. */
  runAt: Date | null
}

/** What the columns are at first that a new row does not name. */
export const UNTOUCHED = {
  needsAttention: null,
  result: null,
  error: null,
  progress: null,
  attempt: 0,
  leaseExpiresAt: null,
  place: null,
  cancelRequestedAt: null,
  startedAt: null,
  finishedAt: null,
}

/** The row as JSON has it, for `json_to_recordset`. */
export const ROW_TYPES = `id uuid, "accountId" uuid, type text, queue text, priority smallint, state text, input jsonb,
  "maxAttempts" integer, "startBefore" timestamptz, "uniqueKey" text, "batchId" uuid, "dispatchNumber" integer,
  "parentId" uuid, step smallint, "stepRole" text, "runAt" timestamptz`
export const INSERT_COLUMNS = `id, account_id, type, queue, priority, state, input, max_attempts, start_before, unique_key,
  batch_id, dispatch_number, parent_id, step, step_role, run_at, dispatched_at`
/** Of such a row, named `job`. */
export const INSERT_VALUES = `id, "accountId", type, queue, priority, state, input, "maxAttempts", "startBefore", "uniqueKey",
  "batchId", "dispatchNumber", "parentId", step, "stepRole", coalesce("runAt", now()),
  CASE WHEN "dispatchNumber" > 0 THEN now() END`

const INSERT = `
  INSERT INTO jobs (${INSERT_COLUMNS})
  SELECT ${INSERT_VALUES} FROM json_to_recordset(?) AS job (${ROW_TYPES})
  RETURNING id, created_at AS "createdAt", run_at AS "runAt", dispatched_at AS "dispatchedAt"`

type Times = Pick<Job, 'id' | 'createdAt' | 'runAt' | 'dispatchedAt'>

/** @returns the jobs as they are stored, in the same order */
export async function insertRows(trx: Trx, rows: NewRow[]): Promise<Job[]> {
  const inserted = await runPrepared<Times>(trx, 'jobs-insert', INSERT, [JSON.stringify(rows)])
  return stored(rows, inserted.rows)
}

const INSERT_AND_SHOW = `
  WITH shown AS (
    UPDATE jobs SET progress = shown.progress FROM json_to_recordset(?) AS shown (id uuid, progress jsonb)
    WHERE jobs.id = any(?::uuid[]) AND jobs.id = shown.id
  ) ${INSERT}`

/** How far a flow is. */
export type Shown = Pick<Job, 'id'> & { progress: Progress }

/** The same, and shows in flows how far they are. */
export async function insertRowsAndShow(trx: Trx, rows: NewRow[], shown: Shown[]): Promise<Job[]> {
  const values = [JSON.stringify(shown), shown.map(({ id }) => id), JSON.stringify(rows)]
  const inserted = await runPrepared<Times>(trx, 'jobs-insert-and-show', INSERT_AND_SHOW, values)
  return stored(rows, inserted.rows)
}

function stored(rows: NewRow[], inserted: Times[]): Job[] {
  const times = new Map<JobId, Times>(inserted.map((each) => [each.id, each]))
  return rows.map((row) => jobOf({ ...UNTOUCHED, ...row, ...times.get(row.id) }))
}
