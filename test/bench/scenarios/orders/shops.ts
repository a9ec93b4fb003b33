// The shops of the benchmark: the same catalogue, the same orders; one on Errand, one on each library without it. Each has one web
// and one worker process, the same pools and the same number of jobs of a step at a time.
import type { Knex } from 'knex'
import { createApiKey, openAccount } from '../../../../lib/api-keys.ts'
import { openDatabase } from '../../../../lib/db.ts'
import { seedCatalogue } from '../../../../lib/local/seed.ts'
import { openShop } from '../../contenders/orders/schema.ts'
import type { Ground } from '../ground.ts'
import { post } from './post.ts'

/** Where money and mails of all of them go. */
export interface Outside {
  paymentsUrl: string
  smtpUrl: string
}

export interface OpenShop {
  /** Places an order. @throws when it is not accepted */
  place(number: number): Promise<void>
  close(): Promise<void>
}

export interface Shop {
  contender: string
  /** Starts its web and its worker process. */
  open(): Promise<OpenShop>
  /** Whether some orders are not in their final state. */
  isBusy(): Promise<boolean>
  /** @returns how many orders have ended well; counts them all. */
  countCompleted(): Promise<number>
}

const SKUS = 100
const POOL_SIZE = '20'
const CONCURRENCY = '20'

const entries = Array.from({ length: SKUS }, (_, index) => ({
  sku: `SKU-${index}`,
  name: `Product ${index}`,
  price: 1000 + index,
  stock: 1_000_000,
}))

/** Two products an order; neighbours share none. */
const orderOf = (number: number) => ({
  customer: { email: 'ada@example.com', name: 'Ada Lovelace' },
  items: [2 * number, 2 * number + 1].map((index) => ({ sku: `SKU-${index % SKUS}`, quantity: 1 })),
  payment: { method: 'pm_card_visa' },
})

const settingsOf = ({ paymentsUrl, smtpUrl }: Outside) => ({
  DATABASE_POOL_SIZE: POOL_SIZE,
  CONCURRENCY,
  STRIPE_SECRET_KEY: 'sk_test_bench',
  STRIPE_API_URL: paymentsUrl,
  SMTP_URL: smtpUrl,
  // Counted, but not reached.
  RATE_LIMIT_PER_KEY: '1000000/60',
  RATE_LIMIT_PER_ACCOUNT: '1000000/60',
})

/** Errand as it is delivered: authentication, validation, idempotency, durability. `dist` must have been built. */
export async function prepareErrand(ground: Ground, outside: Outside, engine: 'redis' | 'postgres'): Promise<Shop> {
  const name = `orders_errand_${engine}`
  const databaseUrl = await ground.database(name, 'errand')
  const db = openDatabase(databaseUrl, 2, 'errand-bench')
  ground.keep(() => db.destroy())
  const key = await db.transaction(async (trx) => {
    const { id } = await openAccount(trx, 'bench')
    await seedCatalogue(trx, id, entries)
    return createApiKey(trx, id, 'bench')
  })
  const REDIS_URL = engine === 'redis' ? ground.redis(name) : ''
  const env = { ...settingsOf(outside), DATABASE_URL: databaseUrl, REDIS_URL }
  return {
    contender: `Errand on ${engine === 'redis' ? 'Redis' : 'PostgreSQL'}`,
    open: async () => {
      const web = await ground.start(`${name}-web`, ['dist/api/server.js'], env)
      const worker = await ground.start(`${name}-worker`, ['dist/workers/worker.js'], env)
      return {
        place: (number) => {
          const headers = { authorization: `Bearer ${key}`, 'idempotency-key': `order-${number}` }
          return post(`${web.url}/v1/orders`, orderOf(number), headers)
        },
        close: () => stopAll(web, worker),
      }
    },
    ...watch(db, "SELECT count(*) FROM jobs WHERE type = 'orders.place' AND state = 'succeeded'", {
      open: "SELECT 1 FROM jobs WHERE type = 'orders.place' AND finished_at IS NULL LIMIT 1",
    }),
  }
}

/** The shop straight on a library. */
export async function prepareContender(
  ground: Ground,
  outside: Outside,
  library: 'pg-boss' | 'graphile',
): Promise<Shop> {
  const databaseUrl = await ground.database(`orders_${library.replace('-', '_')}`)
  const db = openDatabase(databaseUrl, 2, 'errand-bench')
  ground.keep(() => db.destroy())
  await openShop(db, entries)
  const env = { ...settingsOf(outside), DATABASE_URL: databaseUrl, PG_BOSS_NOTIFY: '1' }
  const program = (part: string) => ['--import', 'tsx', `test/bench/contenders/orders/${library}-${part}.ts`]
  return {
    contender: library === 'graphile' ? 'graphile-worker' : library,
    open: async () => {
      const web = await ground.start(`${library}-orders-web`, program('web'), env)
      const worker = await ground.start(`${library}-orders-worker`, program('worker'), env)
      return { place: (number) => post(`${web.url}/orders`, orderOf(number), {}), close: () => stopAll(web, worker) }
    },
    ...watch(db, "SELECT count(*) FROM orders WHERE state = 'completed'", {
      open: "SELECT 1 FROM orders WHERE state NOT IN ('completed', 'cancelled') LIMIT 1",
    }),
  }
}

function watch(db: Knex, completed: string, { open }: { open: string }): Pick<Shop, 'isBusy' | 'countCompleted'> {
  return {
    isBusy: async () => (await db.raw<{ rows: unknown[] }>(open)).rows.length > 0,
    countCompleted: async () => Number((await db.raw<{ rows: { count: number }[] }>(completed)).rows[0]?.count),
  }
}

async function stopAll(...programs: { stop(): Promise<void> }[]): Promise<void> {
  await Promise.all(programs.map((program) => program.stop()))
}
