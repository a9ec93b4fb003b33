// (b) the usual: Koa, INSERT of a row through Objection, then `Queue.add`. The row is durable (PostgreSQL's defaults); a job
// whose process dies in between is never run. Settings and their sources: ./bullmq.ts; Objection and knex have none for speed.
import { Job } from 'bullmq'
import { openEvents, openRedisQueue } from './bullmq.ts'
import { createTable, JobRow, newRow, openDatabase } from './insert-table.ts'
import { inChunks, serveJobs } from './web.ts'

const BULK = 1_000

const db = openDatabase()
await createTable(db)
const queue = openRedisQueue()
const events = openEvents()
await events.waitUntilReady()

await serveJobs({
  async add(type, input) {
    const { id } = await JobRow.query(db).insert(newRow(type, input))
    await queue.add(type, { id }, { jobId: id })
    return id
  },
  fill: (n) =>
    inChunks(
      n,
      BULK,
      () => newRow('noop', {}),
      async (rows) => {
        await JobRow.query(db).insert(rows)
        await queue.addBulk(rows.map(({ id, type }) => ({ name: type, data: { id }, opts: { jobId: id } })))
      },
    ),
  async show(id, waitMs) {
    if (waitMs > 0) await (await Job.fromId(queue, id))?.waitUntilFinished(events, waitMs)
    return JobRow.query(db).findById(id)
  },
  close: async () => {
    await events.close()
    await queue.close()
    await db.destroy()
  },
})
