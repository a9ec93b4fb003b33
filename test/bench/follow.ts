// How soon those who follow a job know that it is done: 1,000 long-polls and 1,000 event streams on one API process, jobs that
// another process finishes with the product's own transitions, on a durable PostgreSQL. It reports; it asserts only that all
// of them see their job finish. `node --import tsx test/bench/follow.ts --engine postgres` (`--dist`: the built API)
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createApiKey, openAccount } from '../../lib/api-keys.ts'
import { openDatabase } from '../../lib/db.ts'
import { startPart } from '../../lib/local/part.ts'
import { startPostgres } from '../../lib/local/postgres.ts'
import { migrate, migrateEngine } from '../../lib/migrate.ts'
import { findRedis } from '../support/redis.ts'
import { waitFor } from '../support/wait-for.ts'
import { type Follower, followAll } from './followers.ts'

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'postgres' },
    followers: { type: 'string', default: '1000' },
    rate: { type: 'string', default: '100' },
    dist: { type: 'boolean', default: false },
  },
})
const each = Number(values.followers)
const folder = await mkdtemp(join(tmpdir(), 'errand-bench-'))
// PostgreSQL runs as another user when this runs as root.
await chmod(folder, 0o755)
const postgres = await startPostgres({ folder: join(folder, 'postgres') })
const redis = values.engine === 'redis' ? await findRedis() : undefined
try {
  if (values.engine === 'redis' && !redis) throw new Error('there is no redis-server here')
  await run(await postgres.createDatabase('errand'), redis?.url)
} finally {
  await redis?.stop()
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
}

async function run(databaseUrl: string, redisUrl: string | undefined): Promise<void> {
  await migrate(databaseUrl)
  await migrateEngine(databaseUrl)
  const db = openDatabase(databaseUrl, 3, 'errand-bench')
  const env = { ...process.env, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl ?? '', PORT: '0', LOG_LEVEL: 'warn' }
  const command: string[] = values.dist ? ['dist/api/server.js'] : ['--import', 'tsx', 'api/server.ts']
  const api = await startPart<{ port: number }>({
    name: 'web',
    command: [process.execPath, command],
    env,
    log: join(folder, 'web.log'),
  })
  const { accountId, key } = await db.transaction(async (trx) => {
    const { id } = await openAccount(trx, 'bench')
    return { accountId: id, key: await createApiKey(trx, id, 'bench') }
  })
  const idleMb = await rssMb(api.pid)
  say(`engine ${values.engine}, ${each} long-polls and ${each} event streams on ${each} jobs, one API process`)
  say(`API at rest: ${idleMb} MB`)
  for (const rate of [Number(values.rate), 0]) {
    const finisher = fork('test/bench/finisher.ts', { env, execArgv: ['--import', 'tsx'] })
    const [started] = await ask(finisher, { prepare: each, accountId })
    const followers = await followAll(`http://127.0.0.1:${api.details.port}`, key, started as string[])
    await waitFor('all of them to wait', async () => followers.every((follower) => follower.waits()), 120_000)
    const waitingMb = await rssMb(api.pid)
    const [committed] = await ask(finisher, { finish: rate })
    const commits = new Map(committed as [string, number][])
    await Promise.race([Promise.all(followers.map(({ done }) => done)), lateness()])
    finisher.disconnect()
    await once(finisher, 'exit')
    report(rate, followers, commits, waitingMb, await rssMb(api.pid))
  }
  await api.stop()
  await db.destroy()
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

async function ask(child: ReturnType<typeof fork>, message: object): Promise<unknown[]> {
  child.send(message)
  return once(child, 'message')
}

function lateness(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 60_000).unref())
}

function report(
  rate: number,
  followers: Follower[],
  commits: Map<string, number>,
  waiting: number,
  after: number,
): void {
  say(
    `\n${rate > 0 ? `${rate} jobs a second` : 'all jobs as fast as PostgreSQL commits'}; API ${waiting} MB while all wait, ${after} MB after`,
  )
  for (const kind of ['long-poll', 'events'] as const) {
    const mine = followers.filter((follower) => follower.kind === kind)
    const finished = mine.filter((follower) => follower.seenAt !== undefined)
    const ms = finished.map(({ id, seenAt = 0 }) => seenAt - (commits.get(id) ?? Number.NaN)).toSorted((a, b) => a - b)
    const at = (share: number) => (ms[Math.min(ms.length - 1, Math.floor(ms.length * share))] ?? Number.NaN).toFixed(1)
    say(
      `  ${kind.padEnd(10)} ${finished.length} of ${mine.length} saw their job finish; after the commit: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`,
    )
    if (finished.length !== mine.length) process.exitCode = 1
  }
}

async function rssMb(pid: number): Promise<number> {
  const [, kb = '0'] = /VmRSS:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? []
  return Math.round(Number(kb) / 1024)
}
