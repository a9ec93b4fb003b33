// The API on a port of its own, within limits that a test sets.
import { randomBytes } from 'node:crypto'
import { createApiKey } from '../../lib/api-keys.ts'
import type { Db } from '../../lib/db.ts'
import { openLimits } from '../../lib/limits/api-limits.ts'
import { createClient } from './client.ts'
import { environment } from './environment.ts'
import { type Harness, quiet } from './harness.ts'
import { serveApp } from './serve-app.ts'

type Settings = Parameters<typeof openLimits>[0]

/** Nothing is limited but what a test says. */
const none = (): Settings => ({
  REDIS_URL: environment.redisUrl,
  QUEUE_PREFIX: `{limits-${randomBytes(4).toString('hex')}}`,
  RATE_LIMIT_PER_KEY: undefined,
  RATE_LIMIT_PER_ACCOUNT: undefined,
  RATE_LIMIT_GUESSES: undefined,
  PROXY_HOPS: 0,
  SHED_WAITING: 100_000,
  SHED_WAIT_MS: 60_000,
  BODIES_MAX_BYTES: 64 * 1024 * 1024,
  BODY_TIMEOUT_MS: 30_000,
  BACKLOG_MAX: 0,
})

/** @param db the API's own pool, where a test slows it; @param corsOrigins whose pages may use it */
export async function serveWithin(
  harness: Harness,
  settings: Partial<Settings>,
  db: Db = harness.db,
  corsOrigins: string[] = [],
) {
  const limits = openLimits({ ...none(), ...settings }, db, quiet)
  const { url, close } = await serveApp(harness, { limits, db, corsOrigins })
  return {
    url,
    limits,
    /** Calls it with the key, by default the harness's own. */
    client: (key = harness.api.key) => createClient(url, key),
    close: async () => {
      await close()
      limits.close()
    },
  }
}

/** Another key of the harness's account. */
export const anotherKey = ({ db, accountId }: Harness) =>
  db.transaction((trx) => createApiKey(trx, accountId, 'another'))
