// What a scenario stands on: one PostgreSQL with durable settings, one Redis, and programs on them, each contender with a database
// and a Redis database of its own. Whatever was started is stopped in the end.
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPart } from '../../../lib/local/part.ts'
import { startPostgres } from '../../../lib/local/postgres.ts'
import { migrate, migrateEngine } from '../../../lib/migrate.ts'
import { findRedis } from '../../support/redis.ts'

type Env = Record<string, string | undefined>

/** One figure of a contender: a sample a round, in the order of the rounds. */
export interface Row {
  contender: string
  unit: string
  samples: number[]
}

export interface Scenario {
  name: string
  run(options: { smoke: boolean }): Promise<Row[]>
}

export interface Ground {
  /** @returns the URL of a new database. */
  database(name: string, from?: 'empty' | 'errand'): Promise<string>
  /** Of a Redis database of that name's own. */
  redis(name: string): string
  start(name: string, args: string[], env: Env): Promise<{ url: string; pid: number }>
  /** Has something stopped in the end. */
  keep(stop: () => Promise<unknown>): void
}

/** Runs `work` on servers of its own, which are gone after it. @throws Error where there is no Redis to be had */
export async function onGround<Result>(work: (ground: Ground) => Promise<Result>): Promise<Result> {
  const stops: (() => Promise<unknown>)[] = []
  const folder = await mkdtemp(join(tmpdir(), 'errand-bench-'))
  try {
    // PostgreSQL runs as another user when this runs as root.
    await chmod(folder, 0o755)
    return await work(await openGround(folder, (stop) => stops.push(stop)))
  } finally {
    for (let stop = stops.pop(); stop; stop = stops.pop()) await stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function openGround(folder: string, keep: Ground['keep']): Promise<Ground> {
  const postgres = await startPostgres({ folder: join(folder, 'postgres') })
  keep(postgres.stop)
  const redis = await findRedis()
  if (!redis) throw new Error('there is no redis-server on the PATH, and TEST_REDIS_URL is not set')
  keep(redis.stop)
  const names: string[] = []
  return {
    async database(name, from = 'empty') {
      const url = await postgres.createDatabase(name)
      if (from === 'errand') {
        await migrate(url)
        await migrateEngine(url)
      }
      return url
    },
    redis: (name) => `${redis.url}/${names.push(name) - 1}`,
    async start(name, args, env) {
      const own = { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production', LOG_LEVEL: 'warn', ...env }
      const part = await startPart<{ port?: number }>({
        name,
        command: [process.execPath, args],
        env: { ...own, PORT: '0', HOST: '127.0.0.1' },
        log: join(folder, `${name}.log`),
      })
      keep(part.stop)
      return { url: `http://127.0.0.1:${part.details.port}`, pid: part.pid }
    },
    keep,
  }
}
