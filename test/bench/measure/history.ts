// A database that has been in use for long: a million finished jobs and those that wait, made by SQL, and what Errand's own
// dispatch takes of them into the engine's window.
import type pg from 'pg'
import { topUp } from '../../../lib/backlog.ts'
import { type Errand, PING } from './errand.ts'

/** Rows as the product leaves them: finished by a success, or waiting in the backlog. Their ids are UUIDv7 of their time. */
const INSERT = `
  INSERT INTO jobs (id, account_id, type, queue, state, input, result, attempt, max_attempts, run_at, dispatch_number,
    created_at, started_at, finished_at)
  SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || left(md5(random()::text), 3)
      || '8' || left(md5(random()::text), 15))::uuid,
    $1, $2, 'maintenance', $3, '{}', CASE WHEN $4 THEN '{}'::jsonb END, $5, 3, at, $5,
    at, CASE WHEN $4 THEN at + interval '5 ms' END, CASE WHEN $4 THEN at + interval '9 ms' END
  FROM (SELECT now() - interval '1 hour' - interval '30 days' * (1 - n::float8 / $6) AS at
        FROM generate_series(1, $6::integer) n) made`

/** Puts so many rows of a state in; the youngest is an hour old. */
export async function insertHistory(
  client: pg.Client,
  accountId: string,
  state: 'succeeded' | 'queued',
  jobs: number,
): Promise<void> {
  const done = state === 'succeeded'
  // It is only to be there.
  await client.query('SET synchronous_commit = off')
  await client.query(INSERT, [accountId, PING, state, done, done ? 1 : 0, jobs])
}

/** @returns how many jobs are in the backlog */
async function countBacklog(client: pg.Client): Promise<number> {
  const counted = "SELECT count(*)::integer AS jobs FROM jobs WHERE state = 'queued' AND dispatched_at IS NULL"
  return (await client.query<{ jobs: number }>(counted)).rows[0]?.jobs ?? 0
}

/** Has so many jobs wait, and the statistics and the visibility map as autovacuum would have left them. */
export async function fillBacklog(client: pg.Client, accountId: string, jobs: number): Promise<void> {
  const missing = jobs - (await countBacklog(client))
  if (missing > 0) await insertHistory(client, accountId, 'queued', missing)
  await client.query('VACUUM (ANALYZE) jobs')
}

/** Fills the engine's window as a worker's sweep does, without anybody who takes jobs from it. */
export async function fillWindow({ db, dispatch }: Errand): Promise<void> {
  while (await topUp(db, dispatch));
}
