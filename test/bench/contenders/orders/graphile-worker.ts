// (d)'s worker of the shop: as many jobs at a time as Errand's queues of the four steps run together, which is CONCURRENCY of
// each, out of a local queue of one more, as the library's page on performance has it. Settings: ../graphile.ts
import { openRunner } from '../graphile.ts'
import { openDatabase } from '../insert-table.ts'
import { settings } from '../settings.ts'
import { announceWorker } from '../worker.ts'
import { addInTransaction } from './graphile-enqueue.ts'
import { openMeans } from './means.ts'
import { createSteps, steps } from './steps.ts'

const db = openDatabase()
const { stripe, mail } = openMeans()
const run = createSteps({ db, enqueue: addInTransaction, stripe, mail })
const tasks = Object.fromEntries(
  steps.map((step) => [step, (payload: unknown) => run[step]((payload as { orderId: string }).orderId)]),
)
const concurrentJobs = Number(process.env.GRAPHILE_JOBS ?? settings.concurrency * steps.length)
const runner = await openRunner(tasks, concurrentJobs + 1, concurrentJobs)
announceWorker(async () => {
  await runner.stop()
  mail.close()
  await db.destroy()
})
