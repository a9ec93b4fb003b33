// Handlers that take many jobs at once, for what is cheaper in bulk: one call outside for a hundred mails. Each job keeps its own
// attempt, fence and state, and is settled by itself, so that one that cannot be done does not fail the others.
import type { PermanentError } from '../errors.ts'
import { defineJob, type JobSpec } from './define.ts'
import type { JobContext, JobDefinition, JobInputs, JobType, Settled } from './definition.ts'

/** How long the first job of a batch waits for others, in ms, unless the definition says otherwise. */
const LINGER_MS = 20

/** One of the jobs. It is to be settled by `commit`, `reject` or `giveUp`, once; its writes are fenced like any attempt's. */
export interface BatchItem<T extends JobType>
  extends Pick<JobContext, 'jobId' | 'accountId' | 'attempt' | 'signal' | 'checkpoint' | 'progress'> {
  input: JobInputs[T]
  commit(effect: Parameters<JobContext['commit']>[0]): Promise<void>
  reject(error: PermanentError, effect?: Parameters<JobContext['reject']>[1]): Promise<void>
  /** Ends this attempt as if a handler had thrown `error`: it is read the same way (RetryLater, PermanentError, any other). */
  giveUp(error: unknown): void
}

type Shared = Pick<JobContext, 'db' | 'log' | 'payments' | 'mail'>

interface BatchSpec<T extends JobType> extends Omit<JobSpec<T>, 'run'> {
  /** At most so many jobs; no more than the worker runs of the queue at a time (CONCURRENCY). */
  maxBatch: number
  lingerMs?: number
  /** What it throws, or returns without having settled, ends the attempts of the items that are not settled yet. */
  run(items: BatchItem<T>[], context: Shared): Promise<void>
}

interface Member<T extends JobType> {
  item: BatchItem<T>
  context: JobContext
}

/** Defines a job type whose handler is given what is there of it in this process, at most `maxBatch` jobs at a time. */
export function defineBatchJob<T extends JobType>({
  maxBatch,
  lingerMs = LINGER_MS,
  run,
  ...spec
}: BatchSpec<T>): JobDefinition<T> {
  let gathering: Member<T>[] = []
  let timer: NodeJS.Timeout | undefined
  const start = () => {
    clearTimeout(timer)
    const batch = gathering.filter(({ context }) => !context.signal.aborted)
    gathering = []
    const [first] = batch
    if (!first) return
    const { db, log, payments, mail } = first.context
    const giveUpAll = (error: unknown) => {
      for (const { item } of batch) item.giveUp(error)
    }
    Promise.resolve(batch.map(({ item }) => item))
      .then((items) => run(items, { db, log, payments, mail }))
      .then(() => giveUpAll(new Error('the handler did not settle the job')), giveUpAll)
  }
  return defineJob<T>({
    ...spec,
    run: (input, context) =>
      new Promise<Settled>((resolve, reject) => {
        gathering.push({ item: openItem(input, context, resolve, reject), context })
        if (gathering.length >= maxBatch) start()
        else if (gathering.length === 1) timer = setTimeout(start, lingerMs)
      }),
  })
}

function openItem<T extends JobType>(
  input: JobInputs[T],
  context: JobContext,
  resolve: (settled: Settled) => void,
  fail: (error: unknown) => void,
): BatchItem<T> {
  let settling = false
  const { jobId, accountId, attempt, signal, checkpoint, progress } = context
  // What cannot be written is this attempt's trouble alone: the executor reads the error, and the handler goes on.
  const settle = (write: () => Promise<Settled>) => {
    settling = true
    return write().then(resolve, fail)
  }
  return {
    input,
    jobId,
    accountId,
    attempt,
    signal,
    checkpoint,
    progress,
    commit: (effect) => settle(() => context.commit(effect)),
    reject: (error, effect) => settle(() => context.reject(error, effect)),
    giveUp: (error) => {
      if (!settling) fail(error)
    },
  }
}
