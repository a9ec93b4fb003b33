// What a run needs: a PostgreSQL (and Redis) of its own, payment simulator, SMTP sink, one web and one worker process as the
// Procfile has them, and two accounts. Rate limits are off: they would answer everything.
import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createApiKey, openAccount } from '../../lib/api-keys.ts'
import { type Db, openDatabase } from '../../lib/db.ts'
import type { AccountId } from '../../lib/ids.ts'
import { type Part, startPart } from '../../lib/local/part.ts'
import { procfileCommand } from '../../lib/local/procfile.ts'
import { seedCatalogue } from '../../lib/local/seed.ts'
import { type Simulator, startSimulator } from '../../lib/local/simulator/index.ts'
import { startGuard } from '../chaos/guard.ts'
import { pidFileOf } from '../chaos/members.ts'
import { openPostgres, openRedis } from '../chaos/servers.ts'
import { startSmtpSink } from '../support/smtp-sink.ts'
import type { Options } from './options.ts'

export const WEBHOOK_SECRET = 'whsec_fuzz_suite_only'
export const operator = { email: 'ops@example.com', password: 'correct horse battery' }
const SMTP_PASSWORD = 'fuzz'
/** In MB: garbage is collected early, so that memory which grows is memory that is held, and a leak soon is a crash. */
const SMALL_HEAP = '--max-old-space-size=192'

export interface World {
  url: URL
  /** web and worker. */
  processes: { name: string; log: string; part: Part<unknown> }[]
  accounts: Record<'north' | 'south', { id: AccountId; key: string }>
  simulator: Simulator
  db: Db
  logs: string
  /** Ends web and worker; the rest stays, to be looked at. */
  stopProcesses(): Promise<void>
  close(keepLogs: boolean): Promise<void>
}

/** Starts everything, or nothing. */
export async function openWorld({ engine, folder }: Pick<Options, 'engine' | 'folder'>): Promise<World> {
  const root = await mkdtemp(join(tmpdir(), 'errand-fuzz-'))
  // PostgreSQL runs as another user when the suite runs as root.
  await chmod(root, 0o755)
  const logs = join(root, 'logs')
  await mkdir(logs)
  const parts: { stop(): Promise<unknown> }[] = []
  const keep = <P extends { stop(): Promise<unknown> }>(part: P): P => {
    parts.push(part)
    return part
  }
  const close = async (keepLogs: boolean) => {
    for (let part = parts.pop(); part; part = parts.pop()) await part.stop()
    await rm(keepLogs ? join(root, 'postgres') : root, { recursive: true, force: true })
  }
  try {
    const postgres = keep(await openPostgres(join(root, 'postgres')))
    const redis = engine === 'redis' ? keep(await openRedis(join(root, 'redis.pid'))) : undefined
    const servers = [postgres, ...(redis ? [redis] : [])].map(({ pidFile }) => pidFile)
    keep(startGuard([...['web', 'worker'].map((name) => pidFileOf(logs, name)), ...servers]))
    const simulator = keep(await startSimulator())
    const sink = keep(await startSmtpSink({ password: SMTP_PASSWORD }))
    const shared = {
      ...process.env,
      DATABASE_URL: postgres.url(postgres.target().port),
      REDIS_URL: redis && `redis://${redis.target().host}:${redis.target().port}`,
      QUEUE_PREFIX: '{fuzz}',
    }
    const [program, args] = await procfileCommand('release', folder)
    await promisify(execFile)(program, args, { env: shared, cwd: folder })
    const db = openDatabase(shared.DATABASE_URL, 4, 'errand-fuzz')
    keep({ stop: () => db.destroy() })
    // Nothing is lost by a crash here: all of it is thrown away.
    await db.raw('ALTER SYSTEM SET fsync = off')
    await db.raw('SELECT pg_reload_conf()')
    const accounts = await openAccounts(db)
    const start = async <Details>(name: string, env: Record<string, string>) => {
      const log = join(logs, `${name}.log`)
      const command = await procfileCommand(name, folder)
      const settings = { ...shared, ...env, NODE_OPTIONS: SMALL_HEAP }
      const part = keep(await startPart<Details>({ name, command, env: settings, log, cwd: folder }))
      await writeFile(pidFileOf(logs, name), String(part.pid))
      return { name, log, part }
    }
    const web = await start<{ port: number }>('web', webSettings)
    const worker = await start('worker', {
      ...workerSettings,
      STRIPE_API_URL: simulator.url,
      SMTP_URL: sink.url.replace('smtp://', `smtp://errand:${SMTP_PASSWORD}@`),
    })
    const url = new URL(`http://127.0.0.1:${web.part.details.port}`)
    simulator.setWebhook({ url: `${url.origin}/webhooks/stripe`, secret: WEBHOOK_SECRET })
    const processes = [web, worker]
    const stopProcesses = async () => {
      simulator.setWebhook(undefined)
      await Promise.all(processes.map(({ part }) => part.stop()))
    }
    return { url, processes, accounts, simulator, db, logs, stopProcesses, close }
  } catch (error) {
    await close(true)
    throw error
  }
}

const webSettings = {
  PORT: '0',
  HOST: '127.0.0.1',
  OPERATOR_EMAIL: operator.email,
  OPERATOR_PASSWORD: operator.password,
  STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
  RATE_LIMIT_PER_KEY: 'off',
  RATE_LIMIT_PER_ACCOUNT: 'off',
  RATE_LIMIT_GUESSES: 'off',
  // Packed bodies count as large ones, and there are many: nothing is to be shed.
  BODIES_MAX_BYTES: String(512 * 1024 * 1024),
}
const workerSettings = { STRIPE_SECRET_KEY: 'sk_test_simulator', SWEEP_INTERVAL_MS: '200', RECUR_EVERY_MS: '10000' }

const openAccounts = (db: Db) =>
  db.transaction(async (trx) => {
    const open = async (name: string) => {
      const { id } = await openAccount(trx, `fuzz-${name}`)
      await seedCatalogue(trx, id)
      return { id, key: await createApiKey(trx, id, 'fuzz') }
    }
    return { north: await open('north'), south: await open('south') }
  })
