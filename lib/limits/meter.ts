// Counts requests against a quota: in Redis, for all web processes together, or in memory, for this one alone. A Redis that
// fails, or is slow, neither stops requests nor lets them all through: this process then counts by itself.
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { Counters } from '../engine/counters.ts'
import { inBlocks } from './blocks.ts'
import type { Count, Quota } from './quota.ts'

export interface Meter {
  /** Its policy's name in the headers. */
  readonly name: string
  readonly quota: Quota
  /** Counts one request of this key. Never throws. */
  count(key: string): Promise<Count>
}

/** Where counts are shared. */
export interface Shared {
  redis: Counters
  /** Of its keys there. */
  prefix: string
  onFailure(error: unknown): void
}

/** How long Redis is left alone after it failed: not every request should wait for it to fail again. */
const REST_MS = 1_000
/** A process takes a hundredth of the quota from Redis at a time: asking for each request would cost more than most of them. */
const BLOCKS = 100

/** @param shared where all processes count together; each counts for itself where it is absent */
export function createMeter(name: string, quota: Quota, shared?: Shared): Meter {
  const options = { points: quota.requests, duration: quota.seconds }
  const own = new RateLimiterMemory(options)
  if (!shared) return { name, quota, count: (key) => take(own, key, 1) }
  const common = new RateLimiterRedis({
    ...options,
    storeClient: shared.redis,
    keyPrefix: `${shared.prefix}:rate:${name}`,
    // Who is over the limit costs Redis nothing more until the window ends.
    inMemoryBlockOnConsumed: quota.requests,
  })
  const size = Math.max(1, Math.floor(quota.requests / BLOCKS))
  const countInBlocks = inBlocks(size, (key) => take(common, key, size))
  let restUntil = 0
  const count = async (key: string) => {
    if (performance.now() < restUntil) return take(own, key, 1)
    try {
      return await countInBlocks(key)
    } catch (error) {
      // Of those that fail together one is told.
      if (performance.now() >= restUntil) shared.onFailure(error)
      restUntil = performance.now() + REST_MS
      return take(own, key, 1)
    }
  }
  return { name, quota, count }
}

/** @throws what the store threw */
async function take(limiter: RateLimiterMemory | RateLimiterRedis, key: string, requests: number): Promise<Count> {
  try {
    const { remainingPoints, msBeforeNext } = await limiter.consume(key, requests)
    return { exceeded: false, remaining: remainingPoints, resetMs: msBeforeNext }
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal
    return { exceeded: true, remaining: 0, resetMs: refusal.msBeforeNext }
  }
}
