// Takes the jobs of one queue from the engine. It stands back while PostgreSQL does not answer it: what it took it could not
// start, and others, who might, would not get it. And it notices when it takes none although some wait: such a consumer looks
// alive to everybody else. https://github.com/taskforcesh/bullmq/issues/4585
import { setTimeout as delay } from 'node:timers/promises'
import { isDatabaseFailure } from '../lib/db.ts'
import type { Engine } from '../lib/engine/index.ts'
import { keepDoing } from '../lib/loop.ts'
import type { QueueName } from '../lib/queues.ts'
import type { Outcome } from './attempt.ts'
import { execute } from './execute.ts'
import type { Runtime } from './runtime.ts'
import { NotStarted } from './start.ts'

/** How often a consumer is looked at, and how long it may take nothing while work waits. */
const LOOK_MS = 5_000
const STUCK_MS = 60_000
/** How often a consumer that stands back asks whether PostgreSQL answers again. */
const ASK_MS = 500

export interface Consumer {
  /** Resolves when the queue is being listened to. */
  ready: Promise<unknown>
  /** Takes nothing more; resolves when what it has taken has ended. */
  stop(): Promise<void>
}

/** Thrown to the engine for an attempt that failed, so that the dashboard shows it; it has no reason and no data. */
class AttemptFailed extends Error {
  override name = 'AttemptFailed'
}

/** The same for one that PostgreSQL could not be asked for, or told of. */
class NotSettled extends AttemptFailed {
  override name = 'NotSettled'
}

/** @param capacity attempts at a time; @param stuckMs for tests: how long it may take nothing while work waits */
export function startConsumer(
  runtime: Runtime,
  engine: Engine,
  queue: QueueName,
  capacity: number,
  stuckMs = STUCK_MS,
  onStuck: (error: Error) => void = endProcess,
): Consumer {
  const { log } = runtime
  let running = 0
  let idleSince = performance.now()
  let standingBack = false
  const stopping = new AbortController()
  const worker = engine.work(
    queue,
    async ({ id = '', name }) => {
      if (standingBack) throw new AttemptFailed('not started')
      running++
      idleSince = performance.now()
      try {
        return await runtime.watch(name, () => settleEngine(runtime, id, name))
      } catch (error) {
        if (error instanceof NotSettled && !standingBack) standBack().catch(endProcess)
        throw error
      } finally {
        running--
      }
    },
    capacity,
  )
  worker.on('error', (error) => log.warn({ err: error, queue }, 'consumer error'))
  worker.run().catch(endProcess)

  const standBack = async () => {
    standingBack = true
    log.warn({ queue }, 'the database does not answer; nothing more is taken until it does')
    await worker.pause(true)
    while (!stopping.signal.aborted && !(await answers(runtime))) await delay(ASK_MS)
    standingBack = false
    idleSince = performance.now()
    if (!stopping.signal.aborted) await worker.resume()
  }

  const look = async () => {
    if (await standsStill()) {
      if (performance.now() - idleSince > stuckMs)
        onStuck(new Error(`nothing was taken from ${queue} for ${stuckMs} ms although jobs wait there`))
    } else idleSince = performance.now()
  }
  /** Standing still is well where nothing waits, all hands are full, or an operator has paused the queue. */
  const standsStill = async () => {
    try {
      const { waiting = 0, prioritized = 0 } = await engine.queue(queue).getJobCounts('waiting', 'prioritized')
      if (waiting + prioritized === 0 || standingBack || running >= capacity) return false
      return !(await engine.queue(queue).isPaused())
    } catch (error) {
      // From an engine that is away nobody can take anything.
      idleSince = performance.now()
      throw error
    }
  }
  const stopLooking = keepDoing('looking at a consumer', Math.min(LOOK_MS, stuckMs), log, look)
  return {
    ready: worker.waitUntilReady(),
    stop: async () => {
      stopping.abort()
      await stopLooking()
      await worker.close()
    },
  }
}

const answers = ({ db }: Runtime) =>
  db.raw('SELECT 1').then(
    () => true,
    () => false,
  )

/** A queue that nobody consumes would look alive: the process ends, and whoever runs it starts another. */
function endProcess(error: unknown): void {
  setImmediate(() => {
    throw error
  })
}

/** The engine learns the outcome alone: no reason and no data, which its storage and the dashboard would show. */
async function settleEngine(runtime: Runtime, id: string, type: string): Promise<Outcome> {
  const outcome = await execute(runtime, id, type).catch((error: unknown) => {
    runtime.log.error({ err: error, engineId: id }, 'the start or the end of an attempt could not be written')
    throw isDatabaseFailure(error) || error instanceof NotStarted
      ? new NotSettled('away')
      : new AttemptFailed('not settled')
  })
  if (outcome === 'failed' || outcome === 'retried') throw new AttemptFailed(outcome)
  return outcome
}
