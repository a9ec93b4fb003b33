// The Procfile's `worker` process: one consumer for each queue, the sweep, and the renewal of claims.
// Any number may run; each may be killed at any moment.
import { UnrecoverableError } from 'bullmq'
import { loadWorkerConfig } from '../lib/config.ts'
import { openDatabase } from '../lib/db.ts'
import { createDispatch } from '../lib/dispatch.ts'
import { openEngine } from '../lib/engine/index.ts'
import { createLogger } from '../lib/logger.ts'
import { keepDoing } from '../lib/loop.ts'
import { createMailer } from '../lib/mail/mailer.ts'
import { createGateway } from '../lib/payments/gateway.ts'
import { queues } from '../lib/queues.ts'
import { announceReady, closeOnSignal, exitOnError } from '../lib/shutdown.ts'
import { sweep } from '../lib/sweep.ts'
import { createClaims } from './claims.ts'
import { execute } from './execute.ts'
import { reclaimExpired } from './reclaim.ts'
import { registry } from './registry.ts'
import type { Runtime } from './runtime.ts'

/** How much of the shutdown time running attempts get before they are asked to stop. */
const DRAIN_SHARE = 0.6

await exitOnError(async () => {
  const config = loadWorkerConfig()
  const log = createLogger('worker', config.LOG_LEVEL)
  const db = openDatabase(config.DATABASE_URL, config.DATABASE_POOL_SIZE, 'errand-worker')
  const engine = await openEngine(config, log)
  const dispatch = createDispatch(db, engine, log)
  const mail = createMailer(config)
  const claims = createClaims(db, config.LEASE_MS)
  const payments = createGateway(config)
  const runtime: Runtime = { db, dispatch, catalogue: registry, payments, mail, log, claims, leaseMs: config.LEASE_MS }

  const consumers = queues.map((queue) => {
    const consumer = engine.work(queue, async (job) => settleEngine(await execute(runtime, job.id ?? '')), config.CONCURRENCY)
    consumer.on('error', (error) => log.warn({ err: error, queue }, 'consumer error'))
    consumer.run().catch((error) => log.error({ err: error, queue }, 'consumer stopped'))
    return consumer
  })
  const stopRenewing = keepDoing('renewing claims', config.LEASE_MS / 3, log, claims.renew)
  const stopSweeping = keepDoing('sweep', config.SWEEP_INTERVAL_MS, log, async () => {
    const more = await reclaimExpired(runtime)
    return (await sweep(db, engine, dispatch, config.DISPATCH_GRACE_MS)) || more
  })

  closeOnSignal(log, config.SHUTDOWN_TIMEOUT_MS, async () => {
    const interrupt = setTimeout(claims.interrupt, config.SHUTDOWN_TIMEOUT_MS * DRAIN_SHARE)
    await stopSweeping()
    await Promise.all(consumers.map((consumer) => consumer.close()))
    clearTimeout(interrupt)
    await stopRenewing()
    await dispatch.idle()
    await engine.close()
    await mail.close()
    await db.destroy()
  })
  await Promise.all(consumers.map((consumer) => consumer.waitUntilReady()))
  log.info({ engine: engine.kind, queues }, 'worker is ready')
  announceReady()
})

/** The engine learns the outcome alone: a failed attempt shows as failed in the dashboard, without its reason or data. */
function settleEngine(outcome: Awaited<ReturnType<typeof execute>>): string {
  if (outcome === 'failed' || outcome === 'retried') throw new UnrecoverableError(outcome)
  return outcome
}
