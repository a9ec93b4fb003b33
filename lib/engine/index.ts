// Opens the engine the settings name; the rest of the product knows only its contract.
import type { SharedConfig } from '../config.ts'
import type { Logger } from '../logger.ts'
import type { Engine } from './contract.ts'
import { openPostgresEngine } from './postgres.ts'
import { openRedisEngine } from './redis.ts'

export type { Engine, EngineKind } from './contract.ts'

/** Opens the engine that the settings name: Redis where REDIS_URL is set, else PostgreSQL. */
export const openEngine = (config: SharedConfig, log: Logger): Promise<Engine> =>
  config.REDIS_URL
    ? openRedisEngine(config.REDIS_URL, config.QUEUE_PREFIX, log)
    : openPostgresEngine(config.DATABASE_URL, config.DATABASE_POOL_SIZE, log)
