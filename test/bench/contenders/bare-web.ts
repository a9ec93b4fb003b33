// (a) Koa and `Queue.add`, nothing else: what is accepted is as durable as Redis is. ENGINE=postgres: on BullMQ's PostgreSQL.
// `GET /jobs/:id?wait=` is `waitUntilFinished`, as BullMQ offers it. Settings and their sources: ./bullmq.ts; the bulk call:
// https://docs.bullmq.io/guide/queues/adding-bulks
import { Job } from 'bullmq'
import { openEvents, openQueue, openRedisQueue } from './bullmq.ts'
import { settings } from './settings.ts'
import { inChunks, serveJobs } from './web.ts'

const BULK = 1_000

const queue = await openQueue()

async function openWaiting() {
  const [waited, events] = [openRedisQueue(), openEvents()]
  await events.waitUntilReady()
  return {
    async show(id: string, waitMs: number) {
      const job = await Job.fromId(waited, id)
      if (waitMs > 0) await job?.waitUntilFinished(events, waitMs)
      return job && { id, state: await job.getState() }
    },
    close: () => Promise.all([events.close(), waited.close()]),
  }
}

const waiting = settings.engine === 'redis' ? await openWaiting() : undefined

await serveJobs({
  add: async (type, input) => String((await queue.add(type, input)).id),
  fill: (n) =>
    inChunks(
      n,
      BULK,
      () => ({ name: 'noop', data: {} }),
      (jobs) => queue.addBulk(jobs),
    ),
  ...(waiting && { show: waiting.show }),
  close: async () => {
    await waiting?.close()
    await queue.close()
  },
})
