// (c)'s worker: pg-boss, jobs that do nothing. CONCURRENCY jobs at a time in batches of at most 50, each of them fetched by one
// statement and completed by one. Settings and their sources: ./pg-boss.ts
import { openBoss, workOptions } from './pg-boss.ts'
import { announceWorker, countJobs } from './worker.ts'

const QUEUE = 'jobs'
const BATCH = 50

const boss = await openBoss([QUEUE], true)
const done = countJobs(async (id) => {
  const { rows } = await boss
    .getDb()
    .executeSql("SELECT 1 FROM pgboss.job WHERE name = $1 AND id = $2 AND state < 'completed'", [QUEUE, id])
  return rows.length === 0
})
await boss.work<object>(QUEUE, workOptions(BATCH), async (jobs) => {
  for (const { id } of jobs) done(id)
  return jobs.map(({ id }) => ({ id, status: 'completed' }))
})
announceWorker(() => boss.stop())
