// Places: what a type's limits give to so many of its jobs at a time. Who has one is read from the rows (running with a live
// lease, a flow under way, or on its way to a worker), under a lock of the type, and of the account where that is bounded. So
// a worker that dies leaves nothing behind: its places are free when its leases are over.
import type { Db, Trx } from '../db.ts'
import type { AccountId, JobId } from '../ids.ts'
import { Job, TOO_LATE } from '../models/job.ts'
import type { Bounds } from './job-limits.ts'

/** The queues that are paused: nothing of them is started, so nothing of them is called. */
export const PAUSED = '(SELECT queue FROM queue_pauses WHERE paused_until > now())'

/** Who has a place: of this type, or an attempt of any. */
export const TAKEN = `
  taken AS (
    SELECT account_id, type, true AS attempt, false AS kept FROM jobs WHERE lease_expires_at > now()
    UNION ALL
    SELECT account_id, type, false, false FROM jobs
    WHERE state = 'running' AND lease_expires_at IS NULL AND type = :type
    UNION ALL
    SELECT account_id, type, true, true FROM jobs WHERE place = 'kept' AND state = 'queued' AND NOT ${TOO_LATE}
  )`

/** The starts that count against the rate, and those that will within moments. */
export const STARTS = `
  (SELECT count(*) FROM job_starts
   WHERE type = :type AND started_at > now() - CAST(:perMs AS float) * interval '1 millisecond')
  + (SELECT count(*) FROM taken WHERE kept AND type = :type)`

/** Each type of which somebody waits for a place, by one step through jobs_places; and those whose queue is not paused. */
export const TYPES = `
  types AS (
    (SELECT type FROM jobs WHERE place = 'awaited' AND state = 'queued' ORDER BY type LIMIT 1)
    UNION ALL
    SELECT (SELECT next.type FROM jobs next WHERE next.place = 'awaited' AND next.state = 'queued'
              AND next.type > types.type ORDER BY next.type LIMIT 1)
    FROM types WHERE types.type IS NOT NULL
  ), callable AS (
    SELECT type FROM types WHERE split_part(type, '.', 1) NOT IN ${PAUSED}
  )`

/** Whether a place is free. Where somebody waits whom this one would overtake, none is. */
const FREE = `
  WITH RECURSIVE ${TAKEN}, ${TYPES}
  SELECT
    coalesce((SELECT count(*) FROM taken WHERE type = :type) < CAST(:concurrency AS integer), true)
    AND coalesce(
      (SELECT count(*) FROM taken WHERE type = :type AND account_id = :accountId) < CAST(:perAccount AS integer), true)
    AND coalesce(
      (SELECT count(*) FROM taken WHERE attempt AND account_id = :accountId) < CAST(:inAccount AS integer), true)
    AND coalesce(${STARTS} < CAST(:jobs AS integer), true)
    AND NOT EXISTS (
      SELECT FROM jobs WHERE place = 'awaited' AND state = 'queued' AND type = :type AND id <> :id
        AND (CAST(:inOneLine AS boolean) OR account_id = :accountId))
    AND NOT (CAST(:inAccount AS integer) IS NOT NULL AND EXISTS (
      SELECT FROM callable JOIN jobs ON jobs.type = callable.type
      WHERE place = 'awaited' AND state = 'queued' AND account_id = :accountId AND id <> :id)) AS free`

/** The bounds as the statements take them. */
export const flat = (type: string, { concurrency, rate, perAccount, inAccount }: Bounds) => ({
  type,
  concurrency: concurrency ?? null,
  perAccount: perAccount ?? null,
  inAccount: inAccount ?? null,
  jobs: rate?.jobs ?? null,
  perMs: rate?.perMs ?? null,
})

/** Whether the type has bounds that its accounts share. */
const isShared = ({ concurrency, rate }: Bounds) => concurrency !== undefined || rate !== undefined
export const hasOwn = (bounds: Bounds) => isShared(bounds) || bounds.perAccount !== undefined

/** Lets one transaction at a time give out places of the type, and of the account. The type always comes first. */
export async function lockPlaces(trx: Trx, type: string, bounds: Bounds, accountId: AccountId): Promise<void> {
  if (hasOwn(bounds)) await lock(trx, type)
  if (bounds.inAccount !== undefined) await lock(trx, accountId)
}

export const lock = (trx: Trx, name: string) =>
  trx.raw("SELECT pg_advisory_xact_lock(hashtextextended('errand:places:' || ?, 0))", [name])

/** Whether the job may start. The caller holds the lock. */
export async function isPlaceFree(
  trx: Trx,
  type: string,
  bounds: Bounds,
  { id, accountId }: { id: JobId; accountId: AccountId },
): Promise<boolean> {
  const values = { ...flat(type, bounds), id, accountId, inOneLine: isShared(bounds) }
  const { rows } = await trx.raw<{ rows: { free: boolean }[] }>(FREE, values)
  return rows[0]?.free === true
}

/** Takes a job that was delivered out of the engine's window and the backlog, until it is called. */
export async function awaitPlace(db: Db | Trx, id: JobId, dispatchNumber: number): Promise<undefined> {
  await Job.query(db)
    .patch({ place: 'awaited', dispatchedAt: null })
    .where({ id, state: 'queued', dispatchNumber })
    // Its place was given to it while it was looked at.
    .where((job) => job.whereNull('place').orWhere('place', 'awaited'))
}

/** Takes its place from a job that was called, and its queue paused before it started: it asks for one when that is over. */
export async function leavePlace(db: Db, id: JobId, dispatchNumber: number): Promise<void> {
  const patch = { place: null, dispatchedAt: null }
  await Job.query(db).patch(patch).where({ id, state: 'queued', dispatchNumber, place: 'kept' })
}

export const recordStart = (trx: Trx, type: string) =>
  trx('jobStarts').insert({ type, startedAt: trx.raw('clock_timestamp()') })
