// The Procfile's `web` process. The one place where the API meets the job types: it hands their catalogue to the app.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { loadWebConfig } from '../lib/config.ts'
import { openDatabase } from '../lib/db.ts'
import { createDispatch } from '../lib/dispatch.ts'
import { openEngine } from '../lib/engine/index.ts'
import { ConfigError } from '../lib/errors.ts'
import { openLimits } from '../lib/limits/api-limits.ts'
import { createLogger } from '../lib/logger.ts'
import { announceReady, closeOnSignal, exitOnError } from '../lib/shutdown.ts'
import { registry } from '../workers/registry.ts'
import { createApp } from './app.ts'
import { openFollowing } from './follow/index.ts'

/** A client that sends more slowly holds no connection for longer: headers, and the largest file as a whole. */
const HEADERS_TIMEOUT_MS = 30_000
const REQUEST_TIMEOUT_MS = 300_000
const CLOSE_IDLE_EVERY_MS = 50
/** How much of the shutdown time requests under way get to be answered. */
const DRAIN_SHARE = 0.7

await exitOnError(async () => {
  const config = loadWebConfig()
  const log = createLogger('web', config.LOG_LEVEL)
  const db = openDatabase(config.DATABASE_URL, config.DATABASE_POOL_SIZE, 'errand-web')
  const engine = await openEngine(config, log)
  const dispatch = createDispatch(db, engine, log, config.DISPATCH_WINDOW)
  const { OPERATOR_EMAIL: email, OPERATOR_PASSWORD: password } = config
  const operator = email && password ? { email, password } : undefined
  const stripeWebhookSecrets = config.STRIPE_WEBHOOK_SECRET
  const limits = openLimits(config, db, log)
  const following = openFollowing(db, log, { inAll: config.FOLLOWERS_MAX, perAccount: config.FOLLOWERS_PER_ACCOUNT })
  const app = createApp({
    following,
    limits,
    db,
    engine,
    dispatch,
    catalogue: registry,
    log,
    operator,
    stripeWebhookSecrets,
    corsOrigins: config.CORS_ORIGINS,
  })

  const timeouts = { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS }
  const server = createServer(timeouts, app.callback())
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new ConfigError(`Port ${config.PORT} is in use; choose another with PORT=….`)
          : error,
      ),
    )
    server.listen(config.PORT, config.HOST, resolve)
  })

  closeOnSignal(log, config.SHUTDOWN_TIMEOUT_MS, async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    // Connections become idle one by one, as what is under way is answered.
    const closeIdle = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS)
    // What then is still open belongs to clients that do not read their answers.
    const cut = setTimeout(() => server.closeAllConnections(), config.SHUTDOWN_TIMEOUT_MS * DRAIN_SHARE)
    await following.close()
    await closed
    clearTimeout(cut)
    clearInterval(closeIdle)
    await dispatch.idle()
    limits.close()
    await engine.close()
    await db.destroy()
  })
  const { port } = server.address() as AddressInfo
  log.info({ port, engine: engine.kind }, 'web is ready')
  announceReady({ port })
})
