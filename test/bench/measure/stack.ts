// What a scenario stands on: programs on the servers, each contender with a database and a Redis database of its own. Whatever
// it has started is stopped when it is over, so that the next one has the machine for itself.
import { Redis } from 'ioredis'
import pg from 'pg'
import { type Program, startProgram } from './program.ts'
import type { Servers } from './servers.ts'

/** Connections that a program may open for its own queries: the same for all of them. */
export const POOL_SIZE = 20
/** Jobs that a worker runs at a time: the same for all of them. */
export const CONCURRENCY = 100

type Env = Record<string, string | undefined>
type Stop = () => Promise<unknown>

export interface Stack extends Pick<Servers, 'database' | 'redis' | 'log' | 'settle'> {
  /** A connection that is not counted among anybody's. */
  connect(databaseUrl: string): Promise<pg.Client>
  redisClient(url: string): Redis
  start(name: string, args: string[], env: Env): Promise<Program>
  /** Has something stopped in the end. */
  keep(stop: Stop): void
  stop(): Promise<void>
}

export function openStack(servers: Servers): Stack {
  const stops: Stop[] = []
  let stopping: Promise<void> | undefined
  const end = async () => {
    for (let next = stops.pop(); next; next = stops.pop()) await next()
  }
  const shared = {
    CONCURRENCY: String(CONCURRENCY),
    DATABASE_POOL_SIZE: String(POOL_SIZE),
    PORT: '0',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'warn',
    STRIPE_SECRET_KEY: 'sk_test_bench',
    STRIPE_API_URL: servers.simulatorUrl,
    // No scenario of these sends mail.
    SMTP_URL: 'smtp://127.0.0.1:9',
  }
  return {
    ...servers,
    connect: async (connectionString) => {
      const client = new pg.Client({ connectionString })
      await client.connect()
      stops.push(() => client.end())
      return client
    },
    redisClient: (url) => {
      const client = new Redis(url)
      stops.push(async () => client.disconnect())
      return client
    },
    start: async (name, args, env) => {
      const program = await startProgram({ name, args, env: { ...shared, ...env }, log: servers.log(name) })
      stops.push(program.stop)
      return program
    },
    keep: (stop) => stops.push(stop),
    stop: () => {
      stopping ??= end()
      return stopping
    },
  }
}
