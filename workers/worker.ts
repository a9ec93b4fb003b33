// The Procfile's `worker` process. Any number may run; each may be killed at any moment.
import { loadWorkerConfig } from '../lib/config.ts'
import { openDatabase } from '../lib/db.ts'
import { createDispatch } from '../lib/dispatch.ts'
import { openEngine } from '../lib/engine/index.ts'
import { createTypeLimits } from '../lib/limits/job-limits.ts'
import { createPlaces } from '../lib/limits/places.ts'
import { createLogger } from '../lib/logger.ts'
import { createMailer } from '../lib/mail/mailer.ts'
import { createGateway } from '../lib/payments/gateway.ts'
import { announceReady, closeOnSignal, exitOnError } from '../lib/shutdown.ts'
import { createClaims } from './claims.ts'
import { startConsumers } from './consumers.ts'
import { withKillPoints } from './kill-points.ts'
import { registry } from './registry.ts'

/** The rounds that care for all jobs run side by side; one of them listens. */
const CARE_CONNECTIONS = 6
/** Renewing claims waits for nothing else. */
const LEASE_CONNECTIONS = 1

await exitOnError(async () => {
  const config = loadWorkerConfig()
  const log = createLogger('worker', config.LOG_LEVEL)
  const places = createPlaces(createTypeLimits(registry, config.TYPE_LIMITS, config.ACCOUNT_CONCURRENCY))
  const db = openDatabase(config.DATABASE_URL, config.DATABASE_POOL_SIZE, 'errand-worker')
  const { engine, mail, payments, watch } = withKillPoints(
    { db, engine: await openEngine(config, log), mail: createMailer(config), payments: createGateway(config) },
    process.env,
  )
  const dispatch = createDispatch(db, engine, log, config.DISPATCH_WINDOW)
  const careDb = openDatabase(config.DATABASE_URL, CARE_CONNECTIONS, 'errand-worker-care')
  const leaseDb = openDatabase(config.DATABASE_URL, LEASE_CONNECTIONS, 'errand-worker-lease')
  const claims = createClaims(leaseDb, config.LEASE_MS)
  const leaseMs = config.LEASE_MS
  const runtime = { db, dispatch, catalogue: registry, payments, mail, log, claims, leaseMs, places, watch }
  const consumers = startConsumers(runtime, careDb, engine, config)

  closeOnSignal(log, config.SHUTDOWN_TIMEOUT_MS, async () => {
    await consumers.stop()
    await engine.close()
    await mail.close()
    await Promise.all([db.destroy(), careDb.destroy(), leaseDb.destroy()])
  })
  await consumers.ready
  log.info({ engine: engine.kind }, 'worker is ready')
  announceReady()
})
