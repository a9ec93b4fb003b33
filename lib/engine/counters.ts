// A connection to Redis for counters that may be lost: it fails at once rather than hold up whoever counts, and sends what
// many requests count at the same moment together.
import type { Logger } from '../logger.ts'
import { type Connection, openConnection } from './connect.ts'

export type Counters = Connection

const ANSWER_WITHIN_MS = 500

/** Opens the connection; it comes up by itself, now or later. The caller disconnects it. */
export function openCounters(url: string, log: Logger): Counters {
  const patience = {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: ANSWER_WITHIN_MS,
    maxRedirections: 4,
  }
  const redis = openConnection(url, patience, log)
  // It says so itself, and tries again.
  redis.connect().catch(() => {})
  return redis
}
