// All that bounds what callers of the API can ask of it, opened from the settings.
import type { WebConfig } from '../config.ts'
import type { Db } from '../db.ts'
import { openCounters } from '../engine/counters.ts'
import type { Logger } from '../logger.ts'
import { type BacklogBound, createBacklogBound } from './backlog-bound.ts'
import { type BodyBudget, createBodyBudget } from './body-budget.ts'
import { createGuesses, type Guesses } from './guesses.ts'
import { createMeter, type Meter, type Shared } from './meter.ts'
import { type AllWaits, openWaits, watchPool } from './waits.ts'

export interface ApiLimits {
  /** Of each API key; undefined where it is off. */
  perKey: Meter | undefined
  /** Of each account, whatever number of keys it has. */
  perAccount: Meter | undefined
  guesses: Guesses | undefined
  /** How many proxies stand before us that add to X-Forwarded-For. */
  proxyHops: number
  /** What waits for PostgreSQL. */
  waits: AllWaits
  /** Nothing more is let in while so many wait for a connection, or one for so long. */
  mostWaiting: number
  longestWaitMs: number
  bodies: BodyBudget
  /** What is no file must have arrived within so many ms after its headers. */
  bodyWithinMs: number
  backlog: BacklogBound | undefined
  close(): void
}

type Settings = Pick<
  WebConfig,
  | 'REDIS_URL'
  | 'QUEUE_PREFIX'
  | 'RATE_LIMIT_PER_KEY'
  | 'RATE_LIMIT_PER_ACCOUNT'
  | 'RATE_LIMIT_GUESSES'
  | 'PROXY_HOPS'
  | 'SHED_WAITING'
  | 'SHED_WAIT_MS'
  | 'BODIES_MAX_BYTES'
  | 'BODY_TIMEOUT_MS'
  | 'BACKLOG_MAX'
>

/** Counts in Redis where the engine is Redis, and in this process alone where it is PostgreSQL: a write a request is too much. */
export function openLimits(settings: Settings, db: Db, log: Logger): ApiLimits {
  const { REDIS_URL, QUEUE_PREFIX: prefix } = settings
  const { RATE_LIMIT_PER_KEY: perKey, RATE_LIMIT_PER_ACCOUNT: perAccount, RATE_LIMIT_GUESSES: guesses } = settings
  const redis = REDIS_URL && (perKey || perAccount) ? openCounters(REDIS_URL, log) : undefined
  const onFailure = (error: unknown) =>
    log.warn({ err: error }, 'requests cannot be counted in redis; this process counts its own')
  const shared: Shared | undefined = redis && { redis, prefix, onFailure }
  return {
    perKey: perKey && createMeter('key', perKey, shared),
    perAccount: perAccount && createMeter('account', perAccount, shared),
    guesses: guesses && createGuesses(guesses),
    proxyHops: settings.PROXY_HOPS,
    waits: openWaits(watchPool(db)),
    mostWaiting: settings.SHED_WAITING,
    longestWaitMs: settings.SHED_WAIT_MS,
    bodies: createBodyBudget(settings.BODIES_MAX_BYTES),
    bodyWithinMs: settings.BODY_TIMEOUT_MS,
    backlog: settings.BACKLOG_MAX > 0 ? createBacklogBound(db, settings.BACKLOG_MAX, log) : undefined,
    close: () => redis?.disconnect(),
  }
}
