// (c)'s worker of the shop: a queue for each step, CONCURRENCY jobs of each at a time, as Errand's queues have it, in batches of
// 5; each job of a batch ends as it does. Settings: ../pg-boss.ts
import { openDatabase } from '../insert-table.ts'
import { fromKnex, openBoss, workOptions } from '../pg-boss.ts'
import { announceWorker } from '../worker.ts'
import { openMeans } from './means.ts'
import { createSteps, type Enqueue, steps } from './steps.ts'

const BATCH = Number(process.env.PG_BOSS_BATCH ?? 5)

const boss = await openBoss([...steps], true)
const db = openDatabase()
const { stripe, mail } = openMeans()
const enqueue: Enqueue = (trx, step, orderId) => boss.send(step, { orderId }, { db: fromKnex(trx) })
const run = createSteps({ db, enqueue, stripe, mail })
for (const step of steps) {
  await boss.work<{ orderId: string }>(step, workOptions(BATCH), (jobs) =>
    Promise.all(
      jobs.map(async ({ id, data }) => {
        try {
          await run[step](data.orderId)
          return { id, status: 'completed' as const }
        } catch (error) {
          process.stderr.write(`${error instanceof Error ? error.stack : error}\n`)
          return { id, status: 'failed' as const, output: { message: String(error) } }
        }
      }),
    ),
  )
}
announceWorker(async () => {
  await boss.stop()
  mail.close()
  await db.destroy()
})
