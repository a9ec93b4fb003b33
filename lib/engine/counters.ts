// A connection to Redis for counters that may be lost: it fails at once rather than hold up whoever counts, and sends what
// many requests count at the same moment together.
import { Redis } from 'ioredis'
import type { Logger } from '../logger.ts'

export type Counters = Redis

const ANSWER_WITHIN_MS = 500
const SILENCE_MS = 15_000

/** Opens the connection; it comes up by itself, now or later. The caller disconnects it. */
export function openCounters(url: string, log: Logger): Counters {
  const redis = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: ANSWER_WITHIN_MS,
    socketTimeout: SILENCE_MS,
    retryStrategy: (times) => Math.min(times * 100, 2_000),
  })
  redis.on('error', (error) => log.warn({ err: error }, 'redis connection error'))
  // It says so itself, and tries again.
  redis.connect().catch(() => {})
  return redis
}
