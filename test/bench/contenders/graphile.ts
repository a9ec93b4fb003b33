// graphile-worker 0.18 and what is used of it. For speed, as its page on performance has it
// (https://worker.graphile.org/docs/performance): a local queue, completions and failures batched with the least delay; it warns
// that a job whose worker dies before its batch is written runs again. Durable: PostgreSQL's defaults.
import { load } from './libraries/load.ts'
import { settings } from './settings.ts'

interface Pool {
  query(text: string, values: unknown[]): Promise<{ rows: unknown[] }>
}

export interface WorkerUtils {
  migrate(): Promise<void>
  addJob(task: string, payload: object): Promise<{ id: string }>
  addJobs(jobs: { identifier: string; payload: object }[]): Promise<unknown>
  withPgClient<Result>(callback: (client: Pool) => Promise<Result>): Promise<Result>
  release(): Promise<void> | void
}

type Task = (payload: unknown, helpers: { job: { id: string } }) => Promise<unknown>

interface Runner {
  stop(): Promise<void>
  promise: Promise<void>
}

interface Module {
  Logger: new (factory: () => (level: string, message: string) => void) => object
  makeWorkerUtils(options: object): Promise<WorkerUtils>
  run(options: object): Promise<Runner>
}

const { Logger, makeWorkerUtils, run } = await load<Module>('graphile-worker')

const logger = new Logger(() => (level, message) => {
  if (level === 'error' || level === 'warning') process.stderr.write(`${message}\n`)
})

/** Opens what adds jobs, making the library's tables. */
export async function openUtils(): Promise<WorkerUtils> {
  const utils = await makeWorkerUtils({
    connectionString: settings.databaseUrl,
    maxPoolSize: settings.poolSize,
    logger,
  })
  await utils.migrate()
  return utils
}

/** Starts a worker. @param queueSize of its local queue */
export async function openRunner(
  taskList: Record<string, Task>,
  queueSize: number,
  concurrentJobs: number,
): Promise<Runner> {
  const worker = {
    connectionString: settings.databaseUrl,
    maxPoolSize: settings.poolSize,
    concurrentJobs,
    localQueue: { size: queueSize },
    completeJobBatchDelay: 0,
    failJobBatchDelay: 0,
  }
  const runner = await run({ preset: { worker }, taskList, parsedCronItems: [], noHandleSignals: true, logger })
  runner.promise.catch((error: Error) => process.stderr.write(`${error.stack}\n`))
  return runner
}
