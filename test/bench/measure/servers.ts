// The servers of a run: one PostgreSQL with the durable settings it comes with, one Redis, a payment simulator. They are the
// benchmark's own, so that it may empty them, and are gone after it.
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { freePort } from '../../../lib/local/ports.ts'
import { type LocalPostgres, startPostgres } from '../../../lib/local/postgres.ts'
import { startSimulator } from '../../../lib/local/simulator/index.ts'
import { migrate, migrateEngine } from '../../../lib/migrate.ts'
import { startRedis } from '../../support/redis.ts'
import { until } from './still.ts'

/** Whether it works for a client besides this one. */
const ACTIVE = `SELECT count(*) > 0 AS active FROM pg_stat_activity
  WHERE backend_type = 'client backend' AND state <> 'idle' AND pid <> pg_backend_pid()`
const SETTLES_WITHIN_S = 30

export interface Servers {
  /** @returns the URL of a database, made when it is asked for the first time: an empty one, or one of Errand's */
  database(name: string, from?: 'empty' | 'errand'): Promise<string>
  /** @returns the URL of a Redis database of that name's own */
  redis(name: string): string
  simulatorUrl: string
  /** File for the output of a program. */
  log(name: string): string
  /** Waits until PostgreSQL has done what it was asked for, and has it write that back, before the next one is measured. */
  settle(): Promise<void>
  stop(): Promise<void>
}

/** Starts the servers. @throws Error where there is no Redis to be had */
export async function openServers(): Promise<Servers> {
  const stops: (() => Promise<unknown>)[] = []
  let stopping: Promise<void> | undefined
  const end = async () => {
    for (let next = stops.pop(); next; next = stops.pop()) await next()
  }
  // Asked again, it waits for the same end.
  const stop = () => {
    stopping ??= end()
    return stopping
  }
  try {
    return { ...(await open(stops)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function open(stops: (() => Promise<unknown>)[]): Promise<Omit<Servers, 'stop'>> {
  const folder = await mkdtemp(join(tmpdir(), 'errand-bench-'))
  stops.push(() => rm(folder, { recursive: true, force: true }))
  // PostgreSQL runs as another user when this runs as root.
  await chmod(folder, 0o755)
  const postgres = await startPostgres({ folder: join(folder, 'postgres') })
  stops.push(postgres.stop)
  // Never somebody's own: its databases are emptied again and again.
  const redis = await startRedis(await freePort())
  if (!redis) throw new Error('there is no redis-server on the PATH')
  stops.push(redis.stop)
  const simulator = await startSimulator()
  stops.push(simulator.stop)
  const admin = new pg.Client({ connectionString: postgres.url })
  await admin.connect()
  stops.push(() => admin.end())
  const numbers = new Map<string, number>()
  return {
    database: createDatabases(postgres),
    redis: (name) => {
      const number = numbers.get(name) ?? numbers.size
      numbers.set(name, number)
      return `${redis.url}/${number}`
    },
    simulatorUrl: simulator.url,
    log: (name) => join(folder, `${name}.log`),
    settle: async () => {
      const active = async () => (await admin.query(ACTIVE)).rows[0].active
      await until('PostgreSQL to have nothing to do', async () => !(await active()), SETTLES_WITHIN_S)
      await admin.query('CHECKPOINT')
    },
  }
}

/** Errand's are copied from one that is migrated once. */
function createDatabases(postgres: LocalPostgres): Servers['database'] {
  let template: Promise<string> | undefined
  const migrated = async () => {
    const url = await postgres.createDatabase('template_errand')
    await migrate(url)
    await migrateEngine(url)
    return 'template_errand'
  }
  return async (name, from = 'empty') => {
    if (from === 'empty') return postgres.createDatabase(name)
    template ??= migrated()
    return postgres.createDatabase(name, await template)
  }
}
