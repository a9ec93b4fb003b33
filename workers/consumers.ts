// What a worker process does at the same time: consume every queue, renew its claims, take back those of the dead, sweep,
// enqueue what recurs, and run what is due of the accounts' schedules.
import type { SharedConfig, WorkerConfig } from '../lib/config.ts'
import type { Db } from '../lib/db.ts'
import type { Engine } from '../lib/engine/index.ts'
import { CANCEL_CHANNEL } from '../lib/jobs/cancel.ts'
import { expireUnstarted } from '../lib/jobs/expire.ts'
import { listenTo } from '../lib/jobs/listen.ts'
import { enqueueRecurring } from '../lib/jobs/recurring.ts'
import { keepDoing } from '../lib/loop.ts'
import { MAIL_CONNECTIONS } from '../lib/mail/mailer.ts'
import { type QueueName, queues } from '../lib/queues.ts'
import { runSchedules } from '../lib/schedules/run.ts'
import { sweep } from '../lib/sweep.ts'
import { type Consumer, startConsumer } from './consumer.ts'
import { reclaimExpired } from './reclaim.ts'
import type { Runtime } from './runtime.ts'

type Settings = Pick<
  WorkerConfig,
  'CONCURRENCY' | 'LEASE_MS' | 'SWEEP_INTERVAL_MS' | 'DISPATCH_GRACE_MS' | 'RECUR_EVERY_MS'
> &
  Pick<SharedConfig, 'SHUTDOWN_TIMEOUT_MS'>

/** How much of the shutdown time running attempts get before they are asked to stop. */
const DRAIN_SHARE = 0.6
/** How often it is looked whether a recurring job, or a schedule, is due. */
const RECURRING_CHECK_MS = 1_000

/** A mail that waited for a connection inside nodemailer could outlive its attempt and be sent twice. */
const mostAtATime: Partial<Record<QueueName, number>> = { emails: MAIL_CONNECTIONS }

/** @param careDb a pool of its own, so that attempts that wait for connections cannot starve the renewal of their claims */
export function startConsumers(runtime: Runtime, careDb: Db, engine: Engine, settings: Settings): Consumer {
  const { dispatch, log, claims, catalogue } = runtime
  const { LEASE_MS, SWEEP_INTERVAL_MS, DISPATCH_GRACE_MS, RECUR_EVERY_MS, SHUTDOWN_TIMEOUT_MS } = settings
  const consumers = queues.map((queue) =>
    startConsumer(runtime, engine, queue, Math.min(settings.CONCURRENCY, mostAtATime[queue] ?? Infinity)),
  )
  const stopRenewing = keepDoing('renewing claims', LEASE_MS / 3, log, claims.renew)
  const cares = [
    // What is not heard is found when the claims are renewed.
    listenTo(careDb, log, `LISTEN ${CANCEL_CHANNEL}`, { heard: claims.cancel, listening: () => {} }),
    runtime.places.attend(careDb, dispatch, SWEEP_INTERVAL_MS, log),
    keepDoing('sweep', SWEEP_INTERVAL_MS, log, () => sweep(careDb, engine, dispatch, DISPATCH_GRACE_MS)),
    keepDoing('reclaim', SWEEP_INTERVAL_MS, log, reclaimWithCare({ ...runtime, db: careDb }, LEASE_MS)),
    keepDoing('jobs begun too late', SWEEP_INTERVAL_MS, log, () => expireUnstarted({ ...runtime, db: careDb })),
    keepDoing('recurring jobs', RECURRING_CHECK_MS, log, () =>
      enqueueRecurring(careDb, dispatch, catalogue, RECUR_EVERY_MS),
    ),
    keepDoing('schedules', RECURRING_CHECK_MS, log, () => runSchedules(careDb, dispatch, catalogue, log)),
  ]
  return {
    ready: Promise.all(consumers.map(({ ready }) => ready)),
    // No new attempts; running ones may end, and are asked to stop when the time gets short.
    stop: async () => {
      const interrupt = setTimeout(claims.interrupt, SHUTDOWN_TIMEOUT_MS * DRAIN_SHARE)
      await Promise.all([...cares.map((stop) => stop()), ...consumers.map((consumer) => consumer.stop())])
      clearTimeout(interrupt)
      await stopRenewing()
      await dispatch.idle()
    },
  }
}

/**
 * After an outage of the database, or after it or this process stood still, leases have run out that were renewed in time.
 * Everybody gets the time of a lease to renew first.
 */
function reclaimWithCare(runtime: Runtime, leaseMs: number): () => Promise<boolean> {
  // Leases are renewed three times in their time, so a shorter pause lets none run out.
  const longPause = (2 / 3) * leaseMs
  let waitUntil = 0
  let lastSeen = performance.now()
  const see = (now: number) => {
    if (now - lastSeen > longPause) waitUntil = now + leaseMs
    lastSeen = now
  }
  return async () => {
    see(performance.now())
    if (lastSeen < waitUntil) return false
    try {
      const more = await reclaimExpired(runtime)
      see(performance.now())
      return more && lastSeen >= waitUntil
    } catch (error) {
      waitUntil = performance.now() + leaseMs
      throw error
    }
  }
}
