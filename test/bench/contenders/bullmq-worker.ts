// The raw limit of the workers: BullMQ, and a job that does nothing. ENGINE=redis|postgres. Settings and their sources: ./bullmq.ts
import { openWorker } from './bullmq.ts'
import { announceWorker, countJobs } from './worker.ts'

const worker = await openWorker(async () => {})
const done = countJobs()
worker.on('completed', ({ id = '' }) => done(id))
announceWorker(() => worker.close())
