// Errand itself as a contender: the Procfile's built processes, with authentication, validation, idempotency and durability on.
import pg from 'pg'
import { createApiKey, openAccount } from '../../../lib/api-keys.ts'
import { loadSharedConfig } from '../../../lib/config.ts'
import { type Db, openDatabase } from '../../../lib/db.ts'
import { createDispatch, type Dispatch } from '../../../lib/dispatch.ts'
import { type EngineKind, openEngine } from '../../../lib/engine/index.ts'
import type { AccountId } from '../../../lib/ids.ts'
import { insertJobs, inTransaction } from '../../../lib/jobs/enqueue.ts'
import { procfileCommand } from '../../../lib/local/procfile.ts'
import { createLogger } from '../../../lib/logger.ts'
import { type Contender, names } from './contender.ts'
import type { Program } from './program.ts'
import { POOL_SIZE, type Stack } from './stack.ts'

export interface Errand extends Contender {
  engine: EngineKind
  databaseUrl: string
  db: Db
  accountId: AccountId
  /** One more account. @returns its id and its key */
  openAccount(name: string): Promise<{ accountId: AccountId; key: string }>
  /** Puts jobs of an account in. */
  fillOf(accountId: AccountId, jobs: number): Promise<void>
  dispatch: Dispatch
  /** Several, each with few connections. */
  startWorkers(workers: number): Promise<Program[]>
}

export const PING = 'maintenance.ping'
const FILL_BATCH = 1_000
const MAX_ATTEMPTS = 3
/** Eight workers must fit into what PostgreSQL allows. */
const FEW_CONNECTIONS = '8'
const DAY_MS = 86_400_000

const contents = `TRUNCATE jobs, idempotency_keys CASCADE`
const engineContents = `TRUNCATE bullmq.job, bullmq.event, bullmq.job_dependency, bullmq.job_log, bullmq.dedup, bullmq.dedup_next`

/** @param name of its database; another one is another Errand */
export async function openErrand(stack: Stack, engine: EngineKind, name = `errand_${engine}`): Promise<Errand> {
  const databaseUrl = await stack.database(name, 'errand')
  const redisUrl = engine === 'redis' ? stack.redis(name) : undefined
  const env = {
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    RATE_LIMIT_PER_KEY: 'off',
    RATE_LIMIT_PER_ACCOUNT: 'off',
    // What the system does by itself is not in the middle of what is measured.
    RECUR_EVERY_MS: String(DAY_MS),
  }
  const db = openDatabase(databaseUrl, 4, 'errand-bench')
  stack.keep(() => db.destroy())
  const config = loadSharedConfig({ ...env, DATABASE_POOL_SIZE: String(POOL_SIZE), LOG_LEVEL: 'warn' })
  const log = createLogger('bench', config.LOG_LEVEL)
  const opened = await openEngine(config, log)
  stack.keep(() => opened.close())
  const dispatch = createDispatch(db, opened, log, config.DISPATCH_WINDOW)
  const account = (of: string) =>
    db.transaction(async (trx) => {
      const { id } = await openAccount(trx, of)
      return { accountId: id, key: await createApiKey(trx, id, 'bench') }
    })
  const { accountId, key } = await account('bench')
  const redis = redisUrl === undefined ? undefined : stack.redisClient(redisUrl)
  const fillOf = (of: AccountId, jobs: number) => fill(db, dispatch, of, jobs)
  const clear = async () => {
    await empty(databaseUrl, engine)
    await redis?.flushdb()
  }
  await clear()
  return {
    name: names[engine],
    engine,
    databaseUrl,
    db,
    accountId,
    openAccount: account,
    calls: {
      submit: '/v1/jobs',
      show: (id) => `/v1/jobs/${id}`,
      headers: headersFor(key),
      body: JSON.stringify({ type: PING, input: {} }),
    },
    startWeb: async () => stack.start(`${name}-web`, (await procfileCommand('web'))[1], env),
    startWorker: async () => stack.start(`${name}-worker`, (await procfileCommand('worker'))[1], env),
    startWorkers: async (workers) => {
      const [, args] = await procfileCommand('worker')
      const few = { ...env, DATABASE_POOL_SIZE: FEW_CONNECTIONS }
      return Promise.all(Array.from({ length: workers }, (_, n) => stack.start(`${name}-worker-${n}`, args, few)))
    },
    fill: (jobs) => fillOf(accountId, jobs),
    fillOf,
    dispatch,
    count: async () => Number((await db('jobs').where({ type: PING }).count())[0]?.count),
    clear,
  }
}

/** The same for every contender: what does not need them does not read them. */
export const headersFor = (key: string) => ({
  'content-type': 'application/json',
  authorization: `Bearer ${key}`,
  'idempotency-key': 'key-[<id>]',
})

async function fill(db: Db, dispatch: Dispatch, accountId: AccountId, jobs: number): Promise<void> {
  for (let left = jobs; left > 0; left -= FILL_BATCH) {
    const batch = Array.from({ length: Math.min(FILL_BATCH, left) }, () => ({
      type: PING,
      input: {},
      accountId,
      maxAttempts: MAX_ATTEMPTS,
    }))
    await inTransaction(db, dispatch, (trx) => insertJobs(trx, batch))
  }
  await dispatch.idle()
}

async function empty(databaseUrl: string, engine: EngineKind): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    // Some tables may not be emptied, by a trigger that holds for the product.
    await client.query('SET session_replication_role = replica')
    await client.query(contents)
    if (engine === 'postgres') await client.query(engineContents)
  } finally {
    await client.end()
  }
}
