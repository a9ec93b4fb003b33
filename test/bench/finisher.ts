// Another process of the benchmark, as a worker is one: it starts jobs, and ends them when it is told to, with the product's
// own transitions and announcements. Its parent talks to it: {prepare, accountId}, then {finish: jobs a second, or 0}.
import { setTimeout as delay } from 'node:timers/promises'
import { loadSharedConfig } from '../../lib/config.ts'
import { openDatabase } from '../../lib/db.ts'
import { createDispatch } from '../../lib/dispatch.ts'
import { openEngine } from '../../lib/engine/index.ts'
import type { AccountId } from '../../lib/ids.ts'
import { insertJob, inTransaction } from '../../lib/jobs/enqueue.ts'
import { startAttempt, succeed } from '../../lib/jobs/transitions.ts'
import { createLogger } from '../../lib/logger.ts'
import type { Job } from '../../lib/models/job.ts'
import { now } from './followers.ts'

const CONNECTIONS = 10
const LEASE_MS = 600_000

const config = loadSharedConfig()
const log = createLogger('finisher', config.LOG_LEVEL)
const db = openDatabase(config.DATABASE_URL, CONNECTIONS + 2, 'errand-bench-finisher')
const engine = await openEngine(config, log)
const dispatch = createDispatch(db, engine, log, 0)
const jobs: Job[] = []

async function prepare(n: number, accountId: AccountId): Promise<void> {
  const prepareOne = async () => {
    const job = await inTransaction(db, dispatch, (trx) =>
      insertJob(trx, { type: 'maintenance.audit', input: {}, accountId, maxAttempts: 3 }),
    )
    const running = await startAttempt(db, job.id, job.dispatchNumber, LEASE_MS)
    if (running) jobs.push(running)
  }
  for (let done = 0; done < n; done += CONNECTIONS)
    await Promise.all(Array.from({ length: Math.min(CONNECTIONS, n - done) }, prepareOne))
}

/** @returns of each job when its end was committed, in ms since 1970 */
async function finish(rate: number): Promise<[string, number][]> {
  const commits: [string, number][] = []
  const startedAt = performance.now()
  let next = 0
  const work = async () => {
    for (let at = next++; at < jobs.length; at = next++) {
      const job = jobs[at] as Job
      if (rate > 0) await delay(Math.max(0, startedAt + (at / rate) * 1000 - performance.now()))
      await inTransaction(db, dispatch, (trx) => succeed(trx, job, { place: at }))
      commits.push([job.id, now()])
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, work))
  return commits
}

process.on('message', async (message: { prepare?: number; accountId?: AccountId; finish?: number }) => {
  if (message.prepare && message.accountId) {
    await prepare(message.prepare, message.accountId)
    process.send?.(jobs.map(({ id }) => id))
  } else process.send?.(await finish(message.finish ?? 0))
})
process.once('disconnect', async () => {
  await dispatch.idle()
  await engine.close()
  await db.destroy()
})
