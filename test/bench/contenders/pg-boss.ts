// pg-boss 12 and what is used of it. For speed, as its documentation of `work()` has it (https://pgboss.io/api/workers): batches,
// several local workers, and `burstWhenBatchFull`, so that a worker that found a full batch asks again at once; half a second,
// the shortest there is, between other looks. `perJobResults`: each job of a batch ends as it does, as those of the others do; a
// batch that fails or succeeds as one would be a sixth faster. PG_BOSS_NOTIFY=1 wakes workers by NOTIFY, for latency; that takes a lock of the
// whole database at each commit, so it costs accepting. Durable: PostgreSQL's defaults.
import { load } from './libraries/load.ts'
import { settings } from './settings.ts'

/** Something that runs SQL for pg-boss, e.g. in a transaction of ours. */
interface BossDb {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>
}

interface WorkOptions {
  batchSize: number
  localConcurrency: number
  burstWhenBatchFull: boolean
  pollingIntervalSeconds: number
  perJobResults: true
}

interface BossJob<Data> {
  id: string
  data: Data
}

/** How a job of a batch has ended. */
interface JobResult {
  id: string
  status: 'completed' | 'failed'
  output?: object
}

interface Boss {
  start(): Promise<unknown>
  stop(): Promise<void>
  on(event: 'error', listener: (error: Error) => void): unknown
  createQueue(name: string, options: { notify: boolean }): Promise<void>
  send(name: string, data: object, options?: { db: BossDb }): Promise<string | null>
  insert(name: string, jobs: { data: object }[]): Promise<unknown>
  work<Data>(
    name: string,
    options: WorkOptions,
    handler: (jobs: BossJob<Data>[]) => Promise<JobResult[]>,
  ): Promise<string>
  getDb(): BossDb
}

interface Module {
  PgBoss: new (options: object) => Boss
  fromKnex(trx: { raw(sql: string, bindings: readonly unknown[]): unknown }): BossDb
}

const library = await load<Module>('pg-boss')

export const { fromKnex } = library

const notify = process.env.PG_BOSS_NOTIFY === '1'

/** @param cares whether this process also does the library's maintenance; one is enough. */
export async function openBoss(queues: string[], cares: boolean): Promise<Boss> {
  const { databaseUrl: connectionString, poolSize: max } = settings
  const boss = new library.PgBoss({
    connectionString,
    max,
    supervise: cares,
    schedule: false,
    useListenNotify: cares && notify,
  })
  boss.on('error', (error) => process.stderr.write(`${error.stack}\n`))
  await boss.start()
  for (const name of queues) await boss.createQueue(name, { notify })
  return boss
}

/** As many jobs at a time as CONCURRENCY says. @param batchSize of each local worker's */
export const workOptions = (batchSize: number): WorkOptions => ({
  batchSize: Math.min(batchSize, settings.concurrency),
  localConcurrency: Math.max(1, Math.floor(settings.concurrency / batchSize)),
  burstWhenBatchFull: true,
  pollingIntervalSeconds: 0.5,
  perJobResults: true,
})
