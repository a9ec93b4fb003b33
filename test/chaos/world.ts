// The world of a run: PostgreSQL, Redis, payment simulator, SMTP sinks, and the Procfile's processes that use them.
import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createApiKey, openAccount } from '../../lib/api-keys.ts'
import { type Db, openDatabase } from '../../lib/db.ts'
import type { EngineKind } from '../../lib/engine/index.ts'
import type { AccountId } from '../../lib/ids.ts'
import { procfileCommand } from '../../lib/local/procfile.ts'
import { type Simulator, startSimulator } from '../../lib/local/simulator/index.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { startGuard } from './guard.ts'
import { seedShop } from './load/shop.ts'
import { type Member, pidFileOf, startWeb, startWorker, WEBHOOK_SECRET, type Web, type Worker } from './members.ts'
import { openPostgres, openRedis, type PostgresServer, type RedisServer } from './servers.ts'

export interface World {
  engine: EngineKind
  webs: Web[]
  workers: Worker[]
  postgres: PostgresServer
  redis: RedisServer | undefined
  simulator: Simulator
  /** The runner's own connection, which is never disturbed on purpose. */
  db: Db
  accounts: { id: AccountId; key: string }[]
  /** Folder of the logs. */
  logs: string
  /** Ends the Procfile's processes; the rest stays, to be looked at. */
  stopMembers(): Promise<void>
  close(keepLogs: boolean): Promise<void>
}

const WEBS = [1, 2]
const WORKERS = [1, 2, 3]
const ACCOUNTS = ['chaos-north', 'chaos-south']

export const everybody = ({ webs, workers }: Pick<World, 'webs' | 'workers'>): Member[] => [...webs, ...workers]

/** Something that was started. */
interface Part {
  stop(): Promise<unknown>
  /** At once, from an exit handler. */
  abandon?(): void
}

/** What was started, to be ended in the reverse order; at once, if this process has to go. */
function collectParts() {
  const parts: Part[] = []
  const abandon = () => {
    for (const part of parts) part.abandon?.()
  }
  process.once('exit', abandon)
  return {
    keep<P extends Part>(part: P): P {
      parts.push(part)
      return part
    },
    async end() {
      for (let part = parts.pop(); part; part = parts.pop()) await part.stop()
      process.off('exit', abandon)
    },
  }
}

/** Starts everything, or nothing. @param folder the checkout whose built processes run */
export async function openWorld(engine: EngineKind, folder: string): Promise<World> {
  const root = await mkdtemp(join(tmpdir(), 'errand-chaos-'))
  // PostgreSQL runs as another user when the suite runs as root.
  await chmod(root, 0o755)
  const logs = join(root, 'logs')
  await mkdir(logs)
  const parts = collectParts()
  const close = async (keepLogs: boolean) => {
    await parts.end()
    await rm(keepLogs ? join(root, 'postgres') : root, { recursive: true, force: true })
  }
  try {
    const postgres = parts.keep(await openPostgres(join(root, 'postgres')))
    const redis = engine === 'redis' ? parts.keep(await openRedis(join(root, 'redis.pid'))) : undefined
    const names = [...WEBS.map((number) => `web-${number}`), ...WORKERS.map((number) => `worker-${number}`)]
    const servers = [postgres, ...(redis ? [redis] : [])].map(({ pidFile }) => pidFile)
    parts.keep(startGuard([...names.map((name) => pidFileOf(logs, name)), ...servers]))
    const simulator = parts.keep(await startSimulator())
    const direct = parts.keep(await startTcpProxy(postgres.target))
    const databaseUrl = postgres.url(direct.port)
    await release(databaseUrl, folder)
    const db = openDatabase(databaseUrl, 4, 'errand-chaos')
    // knex prints every connection that PostgreSQL's restarts take from it; they are what is wanted here.
    Object.assign(db.client.logger, { warn: () => {}, error: () => {} })
    parts.keep({ stop: () => db.destroy() })
    const accounts = await openAccounts(db)
    const surroundings = { folder, logs, postgres, redis, simulator }
    const webs: Web[] = []
    for (const number of WEBS) webs.push(parts.keep(await startWeb(number, surroundings)))
    const workers: Worker[] = []
    for (const number of WORKERS) workers.push(parts.keep(await startWorker(number, surroundings)))
    const members = everybody({ webs, workers })
    await Promise.all(members.map((member) => member.ready()))
    simulator.setWebhook({ url: `${webs[0]?.url}/webhooks/stripe`, secret: WEBHOOK_SECRET })
    const stopMembers = async () => {
      await Promise.all(members.map((member) => member.end()))
    }
    return { engine, webs, workers, postgres, redis, simulator, db, accounts, logs, stopMembers, close }
  } catch (error) {
    await close(true)
    throw error
  }
}

async function release(databaseUrl: string, folder: string): Promise<void> {
  const [program, args] = await procfileCommand('release', folder)
  await promisify(execFile)(program, args, { env: { ...process.env, DATABASE_URL: databaseUrl }, cwd: folder })
}

const openAccounts = (db: Db) =>
  db.transaction(async (trx) => {
    const opened: World['accounts'] = []
    for (const name of ACCOUNTS) {
      const { id } = await openAccount(trx, name)
      await seedShop(trx, id)
      opened.push({ id, key: await createApiKey(trx, id, 'chaos') })
    }
    return opened
  })
