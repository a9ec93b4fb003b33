// The line: jobs that wait for a place of their type or account, outside the backlog, and how they are called, fairly.
import type { Db, Trx } from '../db.ts'
import type { Dispatchable } from '../dispatch.ts'
import { SYSTEM_ACCOUNT } from '../ids.ts'
import { Job, TOO_LATE } from '../models/job.ts'
import type { Bounds } from './job-limits.ts'
import { flat, hasOwn, lock, PAUSED, STARTS, TAKEN, TYPES } from './place-queries.ts'

/** At most so many are called at once: they are handed over past the window's bound. */
const MOST = 200

/** Each account that waits for a place of the type, by one step through jobs_places. */
const WAITING = `
  waiting AS (
    (SELECT account_id FROM jobs WHERE place = 'awaited' AND state = 'queued' AND type = :type
     ORDER BY account_id LIMIT 1)
    UNION ALL
    SELECT (SELECT next.account_id FROM jobs next
            WHERE next.place = 'awaited' AND next.state = 'queued' AND next.type = :type
              AND next.account_id > waiting.account_id
            ORDER BY next.account_id LIMIT 1)
    FROM waiting WHERE waiting.account_id IS NOT NULL
  )`

/**
 * Gives the free places to jobs that wait: to accounts that have fewer of the type first, chance deciding between those that
 * have as many; of an account the most urgent first, then the oldest.
 */
const CALL = `
  WITH RECURSIVE ${TAKEN}, ${WAITING}, free AS (
    SELECT least(
      :most,
      CAST(:concurrency AS integer) - (SELECT count(*) FROM taken WHERE type = :type),
      CAST(:jobs AS integer) - (${STARTS})
    ) AS places
  ), has AS (
    SELECT account_id, count(*) FILTER (WHERE type = :type) AS of_type, count(*) FILTER (WHERE attempt) AS at_work
    FROM taken GROUP BY account_id
  ), accounts AS (
    SELECT account_id, random() AS lot, coalesce(of_type, 0) AS of_type, coalesce(at_work, 0) AS at_work
    FROM waiting LEFT JOIN has USING (account_id)
    WHERE account_id IS NOT NULL AND coalesce(account_id = ANY(CAST(:accounts AS uuid[])), true)
      AND split_part(:type, '.', 1) NOT IN ${PAUSED}
  ), turns AS (
    SELECT job.id, accounts.lot, of_type
      + row_number() OVER (PARTITION BY account_id ORDER BY job.priority, job.run_at, job.id) AS turn
    FROM accounts CROSS JOIN free CROSS JOIN LATERAL (
      SELECT id, priority, run_at FROM jobs
      WHERE place = 'awaited' AND state = 'queued' AND type = :type AND jobs.account_id = accounts.account_id
        AND NOT ${TOO_LATE}
      ORDER BY priority, run_at, id
      LIMIT greatest(0, least(
        free.places,
        CAST(:perAccount AS integer) - of_type,
        CASE WHEN accounts.account_id <> '${SYSTEM_ACCOUNT}' THEN CAST(:inAccount AS integer) - at_work END))
    ) job
  ), called AS (
    SELECT id FROM turns ORDER BY turn, lot LIMIT (SELECT greatest(0, places) FROM free)
  )
  UPDATE jobs SET place = 'kept', dispatched_at = now(), dispatch_number = dispatch_number + 1
  FROM called WHERE jobs.id = called.id AND state = 'queued' AND place = 'awaited'
  RETURNING jobs.id, type, queue, dispatch_number AS "dispatchNumber", 0 AS turn`

/** Gives the free places of a type to who waits, and marks them as dispatched: the caller hands them over after the commit. */
export async function callNext(trx: Trx, type: string, bounds: Bounds): Promise<Dispatchable[]> {
  if (hasOwn(bounds)) await lock(trx, type)
  if (bounds.rate)
    await trx.raw(
      `DELETE FROM job_starts WHERE type = :type AND started_at < now() - :perMs * interval '1 millisecond'`,
      {
        type,
        perMs: bounds.rate.perMs,
      },
    )
  const accounts = bounds.inAccount === undefined ? null : await lockWaiting(trx, type)
  const { rows } = await trx.raw<{ rows: Dispatchable[] }>(CALL, { ...flat(type, bounds), most: MOST, accounts })
  return rows
}

/** Locks some of the accounts that wait, in one order for all. @returns which */
async function lockWaiting(trx: Trx, type: string): Promise<string[]> {
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `WITH RECURSIVE ${WAITING}, picked AS (
       SELECT account_id FROM waiting WHERE account_id IS NOT NULL ORDER BY random() LIMIT ${MOST}
     )
     SELECT id, pg_advisory_xact_lock(hashtextextended('errand:places:' || id::text, 0))
     FROM (SELECT account_id AS id FROM picked ORDER BY account_id OFFSET 0) ordered`,
    { type },
  )
  return rows.map(({ id }) => id)
}

/** @returns in how many ms the oldest start of the period is over; undefined where nobody waits, or none is in it. */
export async function nextStartInMs(db: Db, type: string, perMs: number): Promise<number | undefined> {
  const { rows } = await db.raw<{ rows: { ms: number | null }[] }>(
    `SELECT extract(epoch FROM min(started_at) - now())::float * 1000 + :perMs AS ms FROM job_starts
     WHERE type = :type AND started_at > now() - :perMs * interval '1 millisecond'
       AND EXISTS (SELECT FROM jobs WHERE place = 'awaited' AND state = 'queued' AND type = :type)`,
    { type, perMs },
  )
  return rows[0]?.ms ?? undefined
}

/**
 * The types of which somebody waits for a place and may be called, in no order: where they wait for the same, none always
 * comes first.
 */
export async function waitingTypes(db: Db): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { type: string }[] }>(
    `WITH RECURSIVE ${TYPES} SELECT type FROM callable ORDER BY random()`,
  )
  return rows.map(({ type }) => type)
}

/** Puts jobs of a type that has no limits any more back into the backlog. */
export const letGo = (db: Db, type: string) =>
  Job.query(db)
    .patch({ place: null })
    .whereIn('id', Job.query(db).select('id').where({ place: 'awaited', state: 'queued', type }).limit(1_000))
    .where({ place: 'awaited' })
