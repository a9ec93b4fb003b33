// What a worker process does at the same time: consume every queue, renew its claims, sweep.
import type { SharedConfig, WorkerConfig } from '../lib/config.ts'
import type { Db } from '../lib/db.ts'
import type { Engine } from '../lib/engine/index.ts'
import { keepDoing } from '../lib/loop.ts'
import { MAIL_CONNECTIONS } from '../lib/mail/mailer.ts'
import { type QueueName, queues } from '../lib/queues.ts'
import { sweep } from '../lib/sweep.ts'
import type { Outcome } from './attempt.ts'
import { execute } from './execute.ts'
import { reclaimExpired } from './reclaim.ts'
import type { Runtime } from './runtime.ts'

type Settings = Pick<WorkerConfig, 'CONCURRENCY' | 'LEASE_MS' | 'SWEEP_INTERVAL_MS' | 'DISPATCH_GRACE_MS'> &
  Pick<SharedConfig, 'SHUTDOWN_TIMEOUT_MS'>

/** How much of the shutdown time running attempts get before they are asked to stop. */
const DRAIN_SHARE = 0.6

/** A mail that waited for a connection inside nodemailer could outlive its attempt and be sent twice. */
const mostAtATime: Partial<Record<QueueName, number>> = { emails: MAIL_CONNECTIONS }

/** Thrown to the engine for an attempt that failed, so that the dashboard shows it; it has no reason and no data. */
class AttemptFailed extends Error {
  override name = 'AttemptFailed'
}

export interface Consumers {
  /** Resolves when every queue is being listened to. */
  ready: Promise<unknown>
  /** No new attempts; running ones may end, and are asked to stop when the time gets short. */
  stop(): Promise<void>
}

/** @param careDb a pool of its own, so that attempts that wait for connections cannot starve the renewal of their claims */
export function startConsumers(runtime: Runtime, careDb: Db, engine: Engine, settings: Settings): Consumers {
  const { dispatch, log, claims } = runtime
  const consumers = queues.map((queue) => {
    const run = async ({ id = '' }: { id?: string }) => settleEngine(runtime, id)
    const consumer = engine.work(queue, run, Math.min(settings.CONCURRENCY, mostAtATime[queue] ?? Infinity))
    consumer.on('error', (error) => log.warn({ err: error, queue }, 'consumer error'))
    consumer.run().catch((error: unknown) => {
      // A queue that nobody consumes would look alive: the process ends, and whoever runs it starts another.
      setImmediate(() => {
        throw error
      })
    })
    return consumer
  })
  const stopRenewing = keepDoing('renewing claims', settings.LEASE_MS / 3, log, claims.renew)
  const stopSweeping = keepDoing('sweep', settings.SWEEP_INTERVAL_MS, log, () =>
    sweep(careDb, engine, dispatch, settings.DISPATCH_GRACE_MS),
  )
  const care = { ...runtime, db: careDb }
  const stopReclaiming = keepDoing('reclaim', settings.SWEEP_INTERVAL_MS, log, reclaimWithCare(care, settings.LEASE_MS))
  return {
    ready: Promise.all(consumers.map((consumer) => consumer.waitUntilReady())),
    stop: async () => {
      const interrupt = setTimeout(claims.interrupt, settings.SHUTDOWN_TIMEOUT_MS * DRAIN_SHARE)
      await Promise.all([stopSweeping(), stopReclaiming(), ...consumers.map((consumer) => consumer.close())])
      clearTimeout(interrupt)
      await stopRenewing()
      await dispatch.idle()
    },
  }
}

/** After an outage of the database all leases have run out. Everybody gets the time of a lease to renew first. */
function reclaimWithCare(runtime: Runtime, leaseMs: number): () => Promise<boolean> {
  let failedAt = Number.NEGATIVE_INFINITY
  return async () => {
    if (performance.now() - failedAt < leaseMs) return false
    try {
      return await reclaimExpired(runtime)
    } catch (error) {
      failedAt = performance.now()
      throw error
    }
  }
}

/** The engine learns the outcome alone: no reason and no data, which its storage and the dashboard would show. */
async function settleEngine(runtime: Runtime, id: string): Promise<Outcome> {
  const outcome = await execute(runtime, id).catch((error: unknown) => {
    runtime.log.error(
      { err: error, engineId: id },
      'the end of an attempt could not be written; its lease will run out',
    )
    throw new AttemptFailed('not settled')
  })
  if (outcome === 'failed' || outcome === 'retried') throw new AttemptFailed(outcome)
  return outcome
}
