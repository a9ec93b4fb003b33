// The Procfile's processes of a run. Each reaches the others through proxies of its own, so that one alone can be cut off, and
// each worker has an SMTP sink of its own, so that it is known who sent a mail.
import { join } from 'node:path'
import { freePort } from '../../lib/local/ports.ts'
import { procfileCommand } from '../../lib/local/procfile.ts'
import type { Simulator } from '../../lib/local/simulator/index.ts'
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { keepRunning, type Slot } from './processes.ts'
import type { PostgresServer, RedisServer } from './servers.ts'

/** What processes are connected to. */
export type Link = 'database' | 'redis' | 'smtp' | 'provider'

export interface Member extends Slot {
  links: Partial<Record<Link, TcpProxy>>
  /** Ends the process for good; its proxies stay. */
  end(): Promise<unknown>
  /** Ends all of it. */
  stop(): Promise<void>
}

export interface Web extends Member {
  url: string
}

export interface Worker extends Member {
  sink: SmtpSink
}

interface Surroundings {
  /** The checkout whose built processes run. */
  folder: string
  logs: string
  postgres: PostgresServer
  redis: RedisServer | undefined
  simulator: Simulator
}

const LEASE_MS = 3_000
export const WEBHOOK_SECRET = 'whsec_chaos_suite_only'
const SMTP_PASSWORD = 'chaos'

const shared = {
  // So that all of them, and what their killed predecessors left, stay below max_connections.
  DATABASE_POOL_SIZE: '8',
  QUEUE_PREFIX: '{chaos}',
  // Small, so that there is a backlog beside what the engine holds.
  DISPATCH_WINDOW: '50',
  SHUTDOWN_TIMEOUT_MS: '10000',
  STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
}
/** Everything that waits waits less than in production, so that a short run sees it happen. */
const impatient = {
  STRIPE_SECRET_KEY: 'sk_test_simulator',
  LEASE_MS: String(LEASE_MS),
  SWEEP_INTERVAL_MS: '200',
  DISPATCH_GRACE_MS: '2000',
  RECUR_EVERY_MS: '5000',
  SMTP_TIMEOUT_MS: '8000',
}

/** Where the id of a process stands while it runs. */
export const pidFileOf = (logs: string, name: string) => join(logs, `${name}.pid`)

export async function startWeb(number: number, surroundings: Surroundings): Promise<Web> {
  const port = await freePort()
  const env = { PORT: String(port), HOST: '127.0.0.1' }
  const links = await openLinks(surroundings)
  return Object.assign(await start('web', number, surroundings, links, env, []), { url: `http://127.0.0.1:${port}` })
}

export async function startWorker(number: number, surroundings: Surroundings): Promise<Worker> {
  const sink = await startSmtpSink({ password: SMTP_PASSWORD })
  const [smtp, provider] = [await startTcpProxy(targetOf(sink)), await startTcpProxy(targetOf(surroundings.simulator))]
  const links = { ...(await openLinks(surroundings)), smtp, provider }
  const env = {
    ...impatient,
    SMTP_URL: `smtp://errand:${SMTP_PASSWORD}@127.0.0.1:${smtp.port}`,
    STRIPE_API_URL: `http://127.0.0.1:${provider.port}`,
  }
  return Object.assign(await start('worker', number, surroundings, links, env, [sink]), { sink })
}

async function openLinks({ postgres, redis }: Surroundings): Promise<Member['links']> {
  const database = await startTcpProxy(postgres.target)
  return { database, ...(redis && { redis: await startTcpProxy(redis.target) }) }
}

async function start(
  role: 'web' | 'worker',
  number: number,
  { folder, logs, postgres }: Surroundings,
  links: Member['links'],
  more: Record<string, string>,
  servers: { stop(): Promise<unknown> }[],
): Promise<Member> {
  const name = `${role}-${number}`
  const command = await procfileCommand(role, folder)
  const env = {
    ...process.env,
    ...shared,
    ...more,
    DATABASE_URL: postgres.url(links.database?.port ?? 0),
    REDIS_URL: links.redis && `redis://127.0.0.1:${links.redis.port}`,
  }
  const log = join(logs, `${name}.log`)
  const slot = keepRunning({ name, command, env, cwd: folder, log, pidFile: pidFileOf(logs, name) })
  const stop = async () => {
    await slot.close()
    for (const part of [...Object.values(links), ...servers]) await part.stop()
  }
  return Object.assign(slot, { links, end: slot.close, stop })
}

/** Where something listens that has a URL. */
const targetOf = ({ url }: { url: string }) => {
  const { hostname, port } = new URL(url)
  return () => ({ host: hostname, port: Number(port) })
}
