// The Procfile's `web` process. The one place where the API meets the job types: it hands their catalogue to the app.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { loadWebConfig } from '../lib/config.ts'
import { openDatabase } from '../lib/db.ts'
import { createDispatch } from '../lib/dispatch.ts'
import { openEngine } from '../lib/engine/index.ts'
import { ConfigError } from '../lib/errors.ts'
import { createLogger } from '../lib/logger.ts'
import { announceReady, closeOnSignal, exitOnError } from '../lib/shutdown.ts'
import { registry } from '../workers/registry.ts'
import { createApp } from './app.ts'

const REQUEST_TIMEOUT_MS = 30_000

await exitOnError(async () => {
  const config = loadWebConfig()
  const log = createLogger('web', config.LOG_LEVEL)
  const db = openDatabase(config.DATABASE_URL, config.DATABASE_POOL_SIZE, 'errand-web')
  const engine = await openEngine(config, log)
  const dispatch = createDispatch(db, engine, log, config.DISPATCH_WINDOW)
  const { OPERATOR_EMAIL: email, OPERATOR_PASSWORD: password } = config
  const operator = email && password ? { email, password } : undefined
  const stripeWebhookSecrets = config.STRIPE_WEBHOOK_SECRET
  const app = createApp({ db, engine, dispatch, catalogue: registry, log, operator, stripeWebhookSecrets })

  // A client that sends its request more slowly than this holds no connection for longer.
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, app.callback())
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
    await new Promise((resolve) => {
      server.close(resolve)
      server.closeIdleConnections()
    })
    await dispatch.idle()
    await engine.close()
    await db.destroy()
  })
  const { port } = server.address() as AddressInfo
  log.info({ port, engine: engine.kind }, 'web is ready')
  announceReady({ port })
})
