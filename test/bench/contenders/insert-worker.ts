// (b)'s worker: runs the job, which does nothing, and updates its row to its final state. Settings and their sources: ./bullmq.ts
import { openWorker } from './bullmq.ts'
import { createTable, JobRow, openDatabase } from './insert-table.ts'
import { announceWorker, countJobs } from './worker.ts'

const db = openDatabase()
await createTable(db)
const worker = await openWorker(async ({ data }) => {
  await JobRow.query(db).findById(data.id).patch({ state: 'succeeded', result: {}, finishedAt: new Date() })
})
const done = countJobs()
worker.on('completed', ({ id = '' }) => done(id))
announceWorker(async () => {
  await worker.close()
  await db.destroy()
})
