// BullMQ on Redis (ioredis): the engine for scale. Two connections with opposite tempers: producers fail fast, so that a
// lost Redis never delays an accept; consumers wait for Redis as long as it takes.
import { setTimeout as delay } from 'node:timers/promises'
import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { ConfigError } from '../errors.ts'
import type { Logger } from '../logger.ts'
import { consumerOptions, type Engine, engineJobOptions, openQueues } from './contract.ts'

const PRODUCER_TIMEOUT_MS = 2_000
/** A consumer's blocking read ends after 5 s; a connection on which nothing ends is dead, though TCP may not notice. */
const SILENCE_MS = 15_000
const CLOSE_WITHIN_MS = 3_000
const retryStrategy = (times: number) => Math.min(times * 100, 2_000)

/** Opens the engine. @throws ConfigError where Redis may evict keys: jobs would vanish from the window. */
export async function openRedisEngine(url: string, prefix: string, log: Logger): Promise<Engine> {
  const producer = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: PRODUCER_TIMEOUT_MS,
    socketTimeout: SILENCE_MS,
    retryStrategy,
  })
  const consumer = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: null,
    socketTimeout: SILENCE_MS,
    retryStrategy,
  })
  for (const connection of [producer, consumer]) {
    connection.on('error', (error) => log.warn({ err: error }, 'redis connection error'))
  }
  await producer.connect().catch((error) => log.warn({ err: error }, 'redis is not reachable yet'))
  await refuseEviction(producer, log)
  const { queue, close } = openQueues(
    (name) => new Queue(name, { connection: producer, prefix, defaultJobOptions: engineJobOptions }),
    log,
  )
  return {
    kind: 'redis',
    queue,
    work: (name, run, concurrency) =>
      new Worker(name, run, { connection: consumer, prefix, ...consumerOptions, concurrency }),
    ping: async () => {
      await producer.ping()
    },
    close: async () => {
      // BullMQ waits for ever for a Redis that is not there.
      await Promise.race([close(), delay(CLOSE_WITHIN_MS, undefined, { ref: false })])
      for (const connection of [producer, consumer]) connection.disconnect()
    },
  }
}

async function refuseEviction(redis: Redis, log: Logger): Promise<void> {
  if (redis.status !== 'ready') return
  const policy = await redis.config('GET', 'maxmemory-policy').catch((error) => {
    log.warn({ err: error }, 'could not read maxmemory-policy (managed Redis often hides it)')
    return undefined
  })
  const value = Array.isArray(policy) ? policy[1] : undefined
  if (value !== undefined && value !== 'noeviction') {
    redis.disconnect()
    throw new ConfigError(`REDIS_URL: this Redis has maxmemory-policy "${value}"; Errand needs "noeviction".`)
  }
}
