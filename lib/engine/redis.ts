// BullMQ on Redis (ioredis), a Redis Cluster, or a master behind Redis Sentinel: the engine for scale. Two connections with
// opposite tempers: producers fail fast, so that a lost Redis never delays an accept; consumers wait for Redis as long as it takes.
import { setTimeout as delay } from 'node:timers/promises'
import { Queue, Worker } from 'bullmq'
import { Cluster, type Redis } from 'ioredis'
import { ConfigError } from '../errors.ts'
import type { Logger } from '../logger.ts'
import { clusterPrefix } from './address.ts'
import { type Connection, openConnection } from './connect.ts'
import { consumerOptions, type Engine, engineJobOptions, openQueues } from './contract.ts'

const PRODUCER_TIMEOUT_MS = 2_000
/** Sentinels and nodes are asked one after the other; a process starts without any of them, too. */
const CONNECT_WITHIN_MS = 5_000
const CLOSE_WITHIN_MS = 3_000
/** For producers fewer than their timeout lets through; for consumers as many as ioredis gives by itself. */
const REDIRECTIONS = 16
/** A cluster, unlike one server, gives up a command when its master stays away: the consumer asks again. */
const ASK_AGAIN_MS = 1_000

/** Opens the engine. @throws ConfigError where Redis may evict keys: jobs would vanish from the window. */
export async function openRedisEngine(url: string, prefix: string, log: Logger): Promise<Engine> {
  const impatient = { enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: PRODUCER_TIMEOUT_MS }
  const patient = { enableOfflineQueue: true, maxRetriesPerRequest: null }
  const producer = openConnection(url, { ...impatient, maxRedirections: REDIRECTIONS }, log)
  const consumer = openConnection(url, { ...patient, maxRedirections: REDIRECTIONS }, log)
  const prefixOf = (name: string) => (producer instanceof Cluster ? clusterPrefix(prefix, name) : prefix)
  const connecting = producer.connect().catch((error) => log.warn({ err: error }, 'redis is not reachable yet'))
  await Promise.race([connecting, delay(CONNECT_WITHIN_MS, undefined, { ref: false })])
  await refuseEviction(producer, log)
  const { queue, close } = openQueues(
    (name) => new Queue(name, { connection: producer, prefix: prefixOf(name), defaultJobOptions: engineJobOptions }),
    log,
  )
  return {
    kind: 'redis',
    queue,
    work: (name, run, concurrency) =>
      new Worker(name, run, {
        connection: consumer,
        prefix: prefixOf(name),
        ...consumerOptions,
        runRetryDelay: ASK_AGAIN_MS,
        concurrency,
      }),
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

/** Asks every master there is. */
async function refuseEviction(connection: Connection, log: Logger): Promise<void> {
  if (connection.status !== 'ready') return
  const masters = connection instanceof Cluster ? connection.nodes('master') : [connection]
  const policies = await Promise.all(masters.map((redis) => policyOf(redis, log)))
  const wrong = policies.find((policy) => policy !== undefined && policy !== 'noeviction')
  if (wrong === undefined) return
  connection.disconnect()
  throw new ConfigError(`REDIS_URL: this Redis has maxmemory-policy "${wrong}"; Errand needs "noeviction".`)
}

async function policyOf(redis: Redis, log: Logger): Promise<string | undefined> {
  const policy = await redis.config('GET', 'maxmemory-policy').catch((error) => {
    log.warn({ err: error }, 'could not read maxmemory-policy (managed Redis often hides it)')
    return undefined
  })
  return Array.isArray(policy) ? policy[1] : undefined
}
