// (d)'s worker: graphile-worker, jobs that do nothing, CONCURRENCY at a time out of a local queue of 500, the size of its own
// measurements, or more where that is not enough. Settings and their sources: ./graphile.ts
import { openRunner, openUtils } from './graphile.ts'
import { settings } from './settings.ts'
import { announceWorker, countJobs } from './worker.ts'

const QUEUE_SIZE = 500

const utils = await openUtils()
const done = countJobs((id) =>
  utils.withPgClient(async (client) => {
    const { rows } = await client.query('SELECT 1 FROM graphile_worker._private_jobs WHERE id = $1', [id])
    return rows.length === 0
  }),
)
const { concurrency } = settings
const runner = await openRunner(
  { job: async (_, { job }) => done(job.id) },
  Math.max(QUEUE_SIZE, concurrency + 1),
  concurrency,
)
announceWorker(async () => {
  await runner.stop()
  await utils.release()
})
