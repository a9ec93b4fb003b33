// What an engine is: what BullMQ runs on. It carries ids between processes and nothing else (invariant 7); whichever it is,
// the rest of the product sees this one interface.
import type { JobsOptions, Processor } from 'bullmq'
import type { Logger } from '../logger.ts'
import type { QueueName } from '../queues.ts'

export type EngineKind = 'postgres' | 'redis'

/** What Errand uses of a BullMQ queue, whichever backend it has. */
export interface EngineQueue {
  addBulk(jobs: { name: string; data: object; opts: { jobId: string; priority?: number } }[]): Promise<unknown>
  getJobState(id: string): Promise<string>
  /** `processedOn`: when a worker took it, by that worker's clock, in ms. */
  getJob(id: string): Promise<{ processedOn?: number } | undefined>
  getJobCounts(...states: ('waiting' | 'prioritized')[]): Promise<Record<string, number>>
  isPaused(): Promise<boolean>
  on(event: 'error', listener: (error: Error) => void): unknown
  close(): Promise<void>
}

/** What Errand uses of a BullMQ worker. */
interface EngineWorker {
  run(): Promise<void>
  /** Takes nothing more; with true without waiting for what it has taken. */
  pause(atOnce: boolean): Promise<void>
  resume(): Promise<void>
  waitUntilReady(): Promise<unknown>
  on(event: 'error', listener: (error: Error) => void): unknown
  close(): Promise<void>
}

export interface Engine {
  kind: EngineKind
  /** The producer's side of a queue; opened once. It fails fast while the engine is gone. */
  queue(name: QueueName): EngineQueue
  /** A consumer of a queue that reconnects for ever. The caller closes it before the engine. */
  work(name: QueueName, run: Processor, concurrency: number): EngineWorker
  /** @throws when the engine does not answer. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** How long the engine keeps what it finished, for the dashboard alone: the rows are in PostgreSQL. */
export const engineJobOptions: JobsOptions = {
  attempts: 1,
  removeOnComplete: { count: 500, age: 24 * 3600 },
  removeOnFail: { count: 2000, age: 7 * 24 * 3600 },
}

/** Consumers: a claim of the engine's is short, and its re-deliveries are harmless (the guarded start decides). */
export const consumerOptions = { lockDuration: 30_000, stalledInterval: 15_000, maxStalledCount: 1000, autorun: false }

/** Opens each queue once, and reports an error of any of them instead of letting it end the process. */
export function openQueues<Q extends EngineQueue>(open: (name: QueueName) => Q, log: Logger) {
  const opened = new Map<QueueName, Q>()
  const queue = (name: QueueName): Q => {
    const known = opened.get(name)
    if (known) return known
    const fresh = open(name)
    fresh.on('error', (error) => log.warn({ err: error, queue: name }, 'queue error'))
    opened.set(name, fresh)
    return fresh
  }
  const close = async () => {
    await Promise.all([...opened.values()].map((each) => each.close()))
  }
  return { queue, close }
}
