// PostgreSQL and Redis of a run, which can be restarted, killed and wiped. PostgreSQL is as durable as in production: what it
// loses in a crash was never committed. Redis keeps nothing over a restart: its loss is part of the test.
import { readFile, rm, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'
import pg from 'pg'
import type { Db } from '../../lib/db.ts'
import { freePort } from '../../lib/local/ports.ts'
import { type LocalPostgres, startPostgres } from '../../lib/local/postgres.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'

/** fast: sessions end, what is committed is flushed · immediate: crash recovery follows · kill: SIGKILL of the server. */
type PostgresEnd = 'fast' | 'immediate' | 'kill'

interface Server {
  /** Where it listens at the moment. */
  target(): { host: string; port: number }
  /** Its first line is the server's process id; gone when the server is. */
  pidFile: string
  stop(): Promise<void>
  /** At once, from an exit handler. */
  abandon(): void
}

export interface PostgresServer extends Server {
  /** A URL for the database, whose host and port are those of a proxy. */
  url(port: number): string
  restart(how: PostgresEnd): Promise<void>
}

export interface RedisServer extends Server {
  restart(): Promise<void>
  flush(): Promise<void>
}

const host = '127.0.0.1'
const TRIES = 40
const PAUSE_MS = 250

export async function openPostgres(folder: string): Promise<PostgresServer> {
  let server: LocalPostgres = await startPostgres({ folder })
  const url = new URL(await server.createDatabase('errand'))
  const pidFile = await serverPidFile(url.href)
  let port = Number(url.port)
  let pid = await firstNumber(pidFile)
  const end = async (how: PostgresEnd) => {
    // SIGQUIT: "immediate shutdown". https://www.postgresql.org/docs/current/server-shutdown.html
    if (how === 'fast') return server.stop()
    process.kill(pid, how === 'kill' ? 'SIGKILL' : 'SIGQUIT')
    await server.ended
  }
  return {
    target: () => ({ host, port }),
    pidFile,
    url: (proxyPort) => Object.assign(new URL(url), { port: String(proxyPort) }).href,
    async restart(how) {
      await end(how)
      // The children of a killed server hold its memory until they notice that it is gone.
      server = await persistently(() => startPostgres({ folder }))
      port = Number(new URL(server.url).port)
      pid = await firstNumber(pidFile)
    },
    stop: () => server.stop(),
    abandon: () => tryToKill(pid, 'SIGQUIT'),
  }
}

/** @param pidFile where its process id is written */
export async function openRedis(pidFile: string): Promise<RedisServer> {
  const port = await freePort()
  const start = () =>
    persistently<TestRedis>(async () => {
      const started = await startRedis(port)
      if (!started) throw new Error('redis-server could not be started; is it on the PATH?')
      return started
    })
  let server = await start()
  let pid = await redisPid(server.url)
  await writeFile(pidFile, String(pid))
  return {
    target: () => ({ host, port }),
    pidFile,
    async restart() {
      await server.stop()
      server = await start()
      pid = await redisPid(server.url)
      await writeFile(pidFile, String(pid))
    },
    flush: () => withRedis(server.url, async (redis) => void (await redis.flushall())),
    async stop() {
      await server.stop()
      await rm(pidFile)
    },
    abandon: () => tryToKill(pid, 'SIGKILL'),
  }
}

/** Empties every table of the PostgreSQL engine but the list of its migrations. */
export async function truncateEngine(db: Db): Promise<void> {
  const { rows } = await db.raw<{ rows: { name: string }[] }>(
    `SELECT quote_ident(table_name) AS name FROM information_schema.tables
     WHERE table_schema = 'bullmq' AND table_type = 'BASE TABLE' AND table_name <> 'migration'`,
  )
  const tables = rows.map(({ name }) => `bullmq.${name}`).join(', ')
  // Workers hold locks all the time: a deadlock or a wait is tried again.
  await persistently(() => db.raw(`SET lock_timeout = 2000; TRUNCATE ${tables}; SET lock_timeout = DEFAULT`))
}

async function persistently<R>(action: () => Promise<R>): Promise<R> {
  for (let tries = 1; ; tries++) {
    try {
      return await action()
    } catch (error) {
      if (tries === TRIES) throw error
      await delay(PAUSE_MS)
    }
  }
}

async function serverPidFile(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query('SHOW data_directory')
    return `${rows[0].data_directory}/postmaster.pid`
  } finally {
    await client.end()
  }
}

const firstNumber = async (file: string) => Number.parseInt(await readFile(file, 'utf8'), 10)

const redisPid = (url: string) =>
  withRedis(url, async (redis) => Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]))

async function withRedis<R>(url: string, use: (redis: Redis) => Promise<R>): Promise<R> {
  const redis = new Redis(url)
  try {
    return await use(redis)
  } finally {
    redis.disconnect()
  }
}

function tryToKill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It is gone already.
  }
}
