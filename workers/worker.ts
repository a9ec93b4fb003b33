// The Procfile's `worker` process. Any number may run; each may be killed at any moment.
import { loadWorkerConfig } from '../lib/config.ts'
import { openDatabase } from '../lib/db.ts'
import { createDispatch } from '../lib/dispatch.ts'
import { openEngine } from '../lib/engine/index.ts'
import { createLogger } from '../lib/logger.ts'
import { createMailer } from '../lib/mail/mailer.ts'
import { createGateway } from '../lib/payments/gateway.ts'
import { announceReady, closeOnSignal, exitOnError } from '../lib/shutdown.ts'
import { createClaims } from './claims.ts'
import { startConsumers } from './consumers.ts'
import { registry } from './registry.ts'

await exitOnError(async () => {
  const config = loadWorkerConfig()
  const log = createLogger('worker', config.LOG_LEVEL)
  const db = openDatabase(config.DATABASE_URL, config.DATABASE_POOL_SIZE, 'errand-worker')
  const engine = await openEngine(config, log)
  const dispatch = createDispatch(db, engine, log)
  const mail = createMailer(config)
  const payments = createGateway(config)
  const claims = createClaims(db, config.LEASE_MS)
  const runtime = { db, dispatch, catalogue: registry, payments, mail, log, claims, leaseMs: config.LEASE_MS }
  const starting = startConsumers(runtime, engine, config)

  closeOnSignal(log, config.SHUTDOWN_TIMEOUT_MS, async () => {
    const stop = await starting
    await stop()
    await engine.close()
    await mail.close()
    await db.destroy()
  })
  await starting
  log.info({ engine: engine.kind }, 'worker is ready')
  announceReady()
})
