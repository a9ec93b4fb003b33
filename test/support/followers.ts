// What the tests of following share: requests that wait, jobs that are under way, and another process's writes.
import { type IncomingMessage, request } from 'node:http'
import { after, before } from 'mocha'
import { type Db, openDatabase } from '../../lib/db.ts'
import { LISTENER_NAME } from '../../lib/jobs/listen.ts'
import { startAttempt } from '../../lib/jobs/transitions.ts'
import type { Job } from '../../lib/models/job.ts'
import type { TestAnswer, TestClient } from './client.ts'
import type { Harness } from './harness.ts'
import { insertProbe } from './probe.ts'
import { waitFor } from './wait-for.ts'

const LEASE_MS = 60_000

/** Asks for a job, and waits for it. */
export const poll = (
  api: TestClient,
  { id }: Pick<Job, 'id'>,
  wait = 20,
  headers: Record<string, string> = {},
): Promise<TestAnswer> => api.send('GET', `/v1/jobs/${id}`, { headers: { prefer: `wait=${wait}`, ...headers } })

/** Resolves when exactly so many wait, and all of them were looked at. */
export const seated = ({ following, db }: Pick<Harness, 'following' | 'db'>, n: number) =>
  waitFor(`${n} to wait`, async () => {
    if (following.waiters.size !== n) return false
    const { rows } = await listeners(db)
    return n === 0 || rows.length > 0
  })

/** The connections that hear of changes. */
export const listeners = (db: Db) =>
  db.raw<{ rows: { pid: number }[] }>(
    'SELECT pid FROM pg_stat_activity WHERE application_name = ? AND datname = current_database()',
    [LISTENER_NAME],
  )

/** A job whose first attempt runs, somewhere. */
export async function runningJob(harness: Harness): Promise<Job> {
  const job = await insertProbe(harness)
  const running = await startAttempt(harness.db, job.id, job.dispatchNumber, LEASE_MS)
  if (!running) throw new Error('the job did not start')
  return running
}

/** A pool of its own, as another process has: what is written through it is not among the harness's queries. */
export function useElsewhere(harness: Harness): { db: Db } {
  const elsewhere = {} as { db: Db }
  before(() => {
    elsewhere.db = openDatabase(harness.databaseUrl, 3, 'errand-test-elsewhere')
  })
  after(() => elsewhere.db.destroy())
  return elsewhere
}

/** Opens a stream of events and reads nothing of it. */
export const stalledEvents = (url: string, { key }: Pick<TestClient, 'key'>): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const open = request(url, { headers: { authorization: `Bearer ${key}` } }, (response) => {
      response.pause()
      // How it is cut off is not what the tests are about.
      response.on('error', () => {})
      resolve(response)
    })
    open.once('error', reject).end()
  })
