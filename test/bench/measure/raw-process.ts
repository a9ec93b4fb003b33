// The raw limit of waiting for a job: BullMQ on Redis as its documentation has it, queue, worker and QueueEvents in one program.
// `{samples: N}`: adds N jobs, one after the other, each when the one before is done.
import { openEvents, openRedisQueue, openWorker } from '../contenders/bullmq.ts'

const WITHIN_MS = 10_000

const queue = openRedisQueue()
const events = openEvents()
await Promise.all([events.waitUntilReady(), openWorker(async () => {})])

process.on('message', ({ samples }: { samples: number }) => {
  void addAll(samples).then((times) => process.send?.({ times }))
})
process.once('disconnect', () => process.exit())
process.send?.({ ready: true })

async function addAll(samples: number): Promise<number[]> {
  const times: number[] = []
  while (times.length < samples) {
    const begin = performance.now()
    const job = await queue.add('noop', {})
    await job.waitUntilFinished(events, WITHIN_MS)
    times.push(performance.now() - begin)
  }
  return times
}
