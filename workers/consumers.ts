// What a worker process does at the same time: consume every queue, renew its claims, sweep.
import type { SharedConfig, WorkerConfig } from '../lib/config.ts'
import type { Engine } from '../lib/engine/index.ts'
import { keepDoing } from '../lib/loop.ts'
import { queues } from '../lib/queues.ts'
import { sweep } from '../lib/sweep.ts'
import type { Outcome } from './attempt.ts'
import { execute } from './execute.ts'
import { reclaimExpired } from './reclaim.ts'
import type { Runtime } from './runtime.ts'

type Settings = Pick<WorkerConfig, 'CONCURRENCY' | 'LEASE_MS' | 'SWEEP_INTERVAL_MS' | 'DISPATCH_GRACE_MS'> &
  Pick<SharedConfig, 'SHUTDOWN_TIMEOUT_MS'>

/** How much of the shutdown time running attempts get before they are asked to stop. */
const DRAIN_SHARE = 0.6

/** Thrown to the engine for an attempt that failed, so that the dashboard shows it; it has no reason and no data. */
class AttemptFailed extends Error {
  override name = 'AttemptFailed'
}

/**
 * Starts consuming; resolves when every queue is being listened to.
 * @returns stops: no new attempts, running ones may end, and are asked to stop when the time gets short.
 */
export async function startConsumers(
  runtime: Runtime,
  engine: Engine,
  settings: Settings,
): Promise<() => Promise<void>> {
  const { db, dispatch, log, claims } = runtime
  const consumers = queues.map((queue) => {
    const run = async ({ id = '' }: { id?: string }) => settleEngine(await execute(runtime, id))
    const consumer = engine.work(queue, run, settings.CONCURRENCY)
    consumer.on('error', (error) => log.warn({ err: error, queue }, 'consumer error'))
    consumer.run().catch((error: unknown) => log.error({ err: error, queue }, 'consumer stopped'))
    return consumer
  })
  const stopRenewing = keepDoing('renewing claims', settings.LEASE_MS / 3, log, claims.renew)
  const stopSweeping = keepDoing('sweep', settings.SWEEP_INTERVAL_MS, log, () =>
    sweep(db, engine, dispatch, settings.DISPATCH_GRACE_MS),
  )
  const stopReclaiming = keepDoing('reclaim', settings.SWEEP_INTERVAL_MS, log, () => reclaimExpired(runtime))
  await Promise.all(consumers.map((consumer) => consumer.waitUntilReady()))
  return async () => {
    const interrupt = setTimeout(claims.interrupt, settings.SHUTDOWN_TIMEOUT_MS * DRAIN_SHARE)
    await Promise.all([stopSweeping(), stopReclaiming()])
    await Promise.all(consumers.map((consumer) => consumer.close()))
    clearTimeout(interrupt)
    await stopRenewing()
    await dispatch.idle()
  }
}

function settleEngine(outcome: Outcome): Outcome {
  if (outcome === 'failed' || outcome === 'retried') throw new AttemptFailed(outcome)
  return outcome
}
