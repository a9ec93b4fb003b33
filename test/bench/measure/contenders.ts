// What stands beside Errand: (a) to (d), and the raw limits, as they are in contenders/.
import { installContenders } from '../contenders/install.ts'
import { type Contender, names } from './contender.ts'
import { headersFor, openErrand, PING } from './errand.ts'
import type { Program } from './program.ts'
import type { Stack } from './stack.ts'

interface Kind {
  name: string
  /** Of its databases. */
  id: string
  web: string
  worker: string
  redis: boolean
  /** What it keeps jobs in besides Redis; where it keeps none, there is nothing to count and to empty. */
  tables?: { count: string; empty: string }
  /** Whether its database has the engine's tables of BullMQ. */
  engineTables?: boolean
  env?: Record<string, string>
}

const FOLDER = 'test/bench/contenders'

const bare: Kind = {
  name: names.bare,
  id: 'bare',
  web: 'bare-web',
  worker: 'bullmq-worker',
  redis: true,
  env: { ENGINE: 'redis' },
}
const rawRedis: Kind = { ...bare, name: names.rawRedis, id: 'raw_redis' }
const insert: Kind = {
  name: names.insert,
  id: 'insert',
  web: 'insert-web',
  worker: 'insert-worker',
  redis: true,
  tables: { count: 'SELECT count(*) FROM bench_jobs', empty: 'TRUNCATE bench_jobs' },
}
const pgBoss: Kind = {
  name: names.pgBoss,
  id: 'pg_boss',
  web: 'pg-boss-web',
  worker: 'pg-boss-worker',
  redis: false,
  tables: { count: 'SELECT count(*) FROM pgboss.job', empty: 'TRUNCATE pgboss.job' },
}
const graphile: Kind = {
  name: names.graphile,
  id: 'graphile',
  web: 'graphile-web',
  worker: 'graphile-worker',
  redis: false,
  tables: {
    count: 'SELECT count(*) FROM graphile_worker._private_jobs',
    empty: 'TRUNCATE graphile_worker._private_jobs',
  },
}
const rawPostgres: Kind = {
  name: names.rawPostgres,
  id: 'raw_postgres',
  web: 'bare-web',
  worker: 'bullmq-worker',
  redis: false,
  engineTables: true,
  tables: {
    count: "SELECT count(*) FROM bullmq.job WHERE state <> 'completed'",
    empty: 'TRUNCATE bullmq.job, bullmq.event, bullmq.job_dependency, bullmq.job_log, bullmq.dedup, bullmq.dedup_next',
  },
  env: { ENGINE: 'postgres' },
}

async function openKinds(stack: Stack, kinds: Kind[]): Promise<Contender[]> {
  await installContenders()
  return Promise.all(kinds.map((kind) => open(stack, kind)))
}

/** Those that are asked over HTTP: (a) to (f). */
export async function openContenders(stack: Stack): Promise<Contender[]> {
  return [
    ...(await openKinds(stack, [bare, insert, pgBoss, graphile])),
    await openErrand(stack, 'redis'),
    await openErrand(stack, 'postgres'),
  ]
}

/** Those whose workers are compared with Errand's: raw BullMQ on both engines, (c) and (d). */
export const openWorkers = (stack: Stack): Promise<Contender[]> =>
  openKinds(stack, [rawRedis, rawPostgres, pgBoss, graphile])

/** The usual way, (b), alone. */
export const openInsert = (stack: Stack): Promise<Contender> => open(stack, insert)

/** Programs that do no jobs. */
export const startAlone = (stack: Stack, name: string, env: Record<string, string>): Promise<Program> =>
  stack.start(name, program(name), env)

const program = (name: string) => ['--import', 'tsx', `${FOLDER}/${name}.ts`]

async function open(
  stack: Stack,
  { name, id, web, worker, redis, tables, engineTables, env }: Kind,
): Promise<Contender> {
  const databaseUrl = await stack.database(id, engineTables ? 'errand' : 'empty')
  const redisUrl = redis ? stack.redis(id) : undefined
  const all = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, ...env }
  const client = await stack.connect(databaseUrl)
  const connection = redisUrl === undefined ? undefined : stack.redisClient(redisUrl)
  const countRows = async () => Number((await client.query(tables?.count ?? '')).rows[0].count)
  return {
    name,
    calls: {
      submit: '/jobs',
      show: (job) => `/jobs/${job}`,
      headers: headersFor('errand_and-a-key-that-is-just-as-long-as-one-of-ours'),
      body: JSON.stringify({ type: PING, input: {} }),
    },
    startWeb: () => stack.start(`${id}-web`, program(web), all),
    startWorker: () => stack.start(`${id}-worker`, program(worker), all),
    fill: (jobs, filler) => {
      if (!filler) throw new Error(`${name} is filled by its web process`)
      return filler.ask({ fill: jobs })
    },
    // Where it has both, a job is accepted that is in both.
    count: async () =>
      Math.min(tables ? await countRows() : Infinity, connection ? await heldIn(connection) : Infinity),
    clear: async () => {
      if (tables) await client.query(tables.empty)
      await connection?.flushdb()
    },
  }
}

/** Jobs that wait in BullMQ's queues. */
async function heldIn(redis: ReturnType<Stack['redisClient']>): Promise<number> {
  const waiting = await redis.keys('*:wait')
  const lengths = await Promise.all(waiting.map((key) => redis.llen(key)))
  return lengths.reduce((sum, length) => sum + length, 0)
}
