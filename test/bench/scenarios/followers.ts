// How soon those who follow a job know that it is done: 1,000 long-polls and 1,000 event streams on one API process, jobs that
// another process finishes with the product's own transitions, on a durable PostgreSQL. It reports; it asserts only that all
// of them see their job finish. `npm run bench -- followers --engine redis --followers 1000 --rate 100` (jobs a second)
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createApiKey, openAccount } from '../../../lib/api-keys.ts'
import { openDatabase } from '../../../lib/db.ts'
import { startPart } from '../../../lib/local/part.ts'
import { startPostgres } from '../../../lib/local/postgres.ts'
import { migrate, migrateEngine } from '../../../lib/migrate.ts'
import { findRedis } from '../../support/redis.ts'
import { waitFor } from '../../support/wait-for.ts'
import { type Follower, followAll } from '../followers.ts'

const OPTIONS = {
  engine: { type: 'string', default: 'postgres' },
  followers: { type: 'string', default: '1000' },
  rate: { type: 'string', default: '100' },
} as const

/** @param args what stands after the name of the scenario; the API must have been built */
export async function followers(args: string[]): Promise<void> {
  const { engine, followers, rate } = parseArgs({ args, options: OPTIONS }).values
  const folder = await mkdtemp(join(tmpdir(), 'errand-bench-'))
  // PostgreSQL runs as another user when this runs as root.
  await chmod(folder, 0o755)
  const postgres = await startPostgres({ folder: join(folder, 'postgres') })
  const redis = engine === 'redis' ? await findRedis() : undefined
  try {
    if (engine === 'redis' && !redis) throw new Error('there is no redis-server here')
    const databaseUrl = await postgres.createDatabase('errand')
    say(
      `engine ${engine}: ${followers} long-polls and ${followers} event streams on ${followers} jobs, one API process`,
    )
    await measure({ databaseUrl, redisUrl: redis?.url, log: join(folder, 'web.log') }, Number(followers), Number(rate))
  } finally {
    await redis?.stop()
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

interface Place {
  databaseUrl: string
  redisUrl: string | undefined
  /** File for what the API logs. */
  log: string
}

async function measure({ databaseUrl, redisUrl = '', log }: Place, each: number, paced: number): Promise<void> {
  await migrate(databaseUrl)
  await migrateEngine(databaseUrl)
  const db = openDatabase(databaseUrl, 3, 'errand-bench')
  const env = { ...process.env, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, PORT: '0', LOG_LEVEL: 'warn' }
  const api = await startPart<{ port: number }>({
    name: 'web',
    command: [process.execPath, ['dist/api/server.js']],
    env,
    log,
  })
  const { accountId, key } = await db.transaction(async (trx) => {
    const { id } = await openAccount(trx, 'bench')
    return { accountId: id, key: await createApiKey(trx, id, 'bench') }
  })
  say(`API at rest: ${await rssMb(api.pid)} MB`)
  for (const rate of [paced, 0]) {
    const finisher = fork('test/bench/finisher.ts', { env, execArgv: ['--import', 'tsx'] })
    const [started] = await ask(finisher, { prepare: each, accountId })
    const followers = await followAll(`http://127.0.0.1:${api.details.port}`, key, started as string[])
    await waitFor('all of them to wait', async () => followers.every((follower) => follower.waits()), 120_000)
    const waitingMb = await rssMb(api.pid)
    const before = usage()
    const [committed] = await ask(finisher, { finish: rate })
    const commits = new Map(committed as [string, number][])
    await Promise.race([Promise.all(followers.map(({ done }) => done)), lateness()])
    const busy = busyShare(before, usage())
    finisher.disconnect()
    await once(finisher, 'exit')
    say(
      `\n${rate > 0 ? `${rate} jobs a second` : 'all jobs as fast as PostgreSQL commits'}; ${cpus().length} cores ${busy} % busy; API ${waitingMb} MB while all wait, ${await rssMb(api.pid)} MB after`,
    )
    report(followers, commits)
  }
  await api.stop()
  await db.destroy()
}

/** The machine's processor time so far, in ms: whether it was this that took so long is seen from how busy all of it was. */
function usage(): { busy: number; all: number } {
  const times = cpus().map((cpu) => cpu.times)
  const all = times.reduce((sum, each) => sum + each.user + each.nice + each.sys + each.irq + each.idle, 0)
  return { busy: all - times.reduce((sum, { idle }) => sum + idle, 0), all }
}

const busyShare = (from: ReturnType<typeof usage>, to: ReturnType<typeof usage>) =>
  Math.round(((to.busy - from.busy) / (to.all - from.all)) * 100)

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

function report(followers: Follower[], commits: Map<string, number>): void {
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
