// The whole of Errand on one machine: PostgreSQL, migrations, catalogue, payment simulator, inbox, API, worker, demo. Parts
// that the settings name (DATABASE_URL, REDIS_URL, SMTP_URL, STRIPE_SECRET_KEY) are used instead of started.
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { promisify } from 'node:util'
import { createApiKey, findAccountByKey, openAccount } from '../api-keys.ts'
import { openDatabase } from '../db.ts'
import { ConfigError } from '../errors.ts'
import { type Env, ownDemo, ownMail, ownPayments } from './own-parts.ts'
import { failure, type Part, startPart } from './part.ts'
import { isFree } from './ports.ts'
import { startPostgres } from './postgres.ts'
import { procfileCommand } from './procfile.ts'
import { seedCatalogue } from './seed.ts'
import { isRunning, LOCAL_FOLDER, readSession, type Session, writeSession } from './session.ts'

const logs = `${LOCAL_FOLDER}/logs`
const API_PORT = 3000

export interface Stack {
  session: Session
  /** Rejects when a part ended by itself. */
  broken: Promise<never>
  stop(): Promise<void>
}

/** Starts everything, or nothing: what was started is stopped again when a part fails. @throws ConfigError */
export async function startStack(env: Env, say: (what: string) => void): Promise<Stack> {
  const stops: (() => Promise<void>)[] = []
  const stop = async () => {
    for (let next = stops.pop(); next; next = stops.pop()) await next()
  }
  try {
    return { ...(await start(env, say, stops)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(
  env: Env,
  say: (what: string) => void,
  stops: (() => Promise<void>)[],
): Promise<Omit<Stack, 'stop'>> {
  const last = await readSession()
  if (last && (await isRunning(last)))
    throw new ConfigError(`Errand already runs here (process ${last.pid}, ${last.apiUrl}); stop it first.`)
  const port = await apiPort(env.PORT)
  await mkdir(logs, { recursive: true })
  const parts: Part<unknown>[] = []
  const part = async <Details>(name: string, command: [string, string[]], more: Env = {}) => {
    const started = await startPart<Details>({ name, command, env: { ...env, ...more }, log: `${logs}/${name}.log` })
    parts.push(started)
    stops.push(started.stop)
    return started.details
  }

  say(env.DATABASE_URL ? 'Using DATABASE_URL' : 'Starting PostgreSQL')
  const postgres = env.DATABASE_URL
    ? undefined
    : await startPostgres({ folder: `${process.cwd()}/${LOCAL_FOLDER}/postgres` })
  if (postgres) stops.push(postgres.stop)
  const databaseUrl = (await postgres?.createDatabase('errand')) ?? env.DATABASE_URL ?? ''
  const [payments, mail] = await allOrNone([ownPayments(env, part, port), ownMail(env, part)])
  say('Migrating')
  await release({ ...env, DATABASE_URL: databaseUrl })
  const apiKey = await prepareAccount(databaseUrl, last?.apiKey)
  const operator = last?.operator ?? {
    email: 'operator@errand.example',
    password: randomBytes(12).toString('base64url'),
  }
  say('Starting API and worker')
  const shared = { DATABASE_URL: databaseUrl }
  const apiUrl = `http://127.0.0.1:${port}`
  const demo = await ownDemo(env, part)
  const login = { OPERATOR_EMAIL: operator.email, OPERATOR_PASSWORD: operator.password }
  await allOrNone([
    part('web', await procfileCommand('web'), {
      ...shared,
      ...login,
      ...payments.webEnv,
      ...demo.webEnv,
      PORT: String(port),
      HOST: env.HOST || '127.0.0.1',
    }),
    part('worker', await procfileCommand('worker'), { ...shared, ...payments.env, ...mail.env }),
  ])
  const demoUrl = await demo.start({ apiUrl, apiKey, mailUrl: mail.url, paymentsUrl: payments.url })
  const redisUrl = env.REDIS_URL || null
  const session: Session = {
    apiUrl,
    apiKey,
    demoUrl,
    opsUrl: `${apiUrl}/ops/queues`,
    operator,
    mailUrl: mail.url,
    paymentsUrl: payments.url,
    databaseUrl,
    redisUrl,
    engine: redisUrl ? 'redis' : 'postgres',
    pid: process.pid,
  }
  await writeSession(session)
  const endings = [...parts.map(breakage), ...(postgres ? [postgres.ended.then(endedBadly)] : [])]
  return { session, broken: Promise.race(endings) }
}

/** Waits for all of them even when one fails: a part that nobody waited for would be left behind. */
async function allOrNone<Started extends unknown[]>(
  parts: {
    [Index in keyof Started]: Promise<Started[Index]>
  },
): Promise<Started> {
  await Promise.allSettled(parts)
  return Promise.all(parts) as Promise<Started>
}

async function apiPort(wanted: string | undefined): Promise<number> {
  const port = Number(wanted || API_PORT)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new ConfigError(`PORT=${wanted} is not a port.`)
  if (!(await isFree(port)))
    throw new ConfigError(`Port ${port} is in use; choose another, e.g. PORT=${port + 1} npm start`)
  return port
}

async function release(env: Env): Promise<void> {
  const [program, args] = await procfileCommand('release')
  await promisify(execFile)(program, args, { env }).catch((error: { stderr?: string; message: string }) => {
    throw new ConfigError(`The database could not be migrated.\n${error.stderr || error.message}`)
  })
}

/** The local account with its catalogue and a key; the last start's key is kept while it is good. */
async function prepareAccount(databaseUrl: string, lastKey: string | undefined): Promise<string> {
  const db = openDatabase(databaseUrl, 2, 'errand-start')
  try {
    return await db.transaction(async (trx) => {
      const account = await openAccount(trx, 'local')
      await seedCatalogue(trx, account.id)
      const known = lastKey && (await findAccountByKey(trx, lastKey)) === account.id
      return known ? lastKey : createApiKey(trx, account.id, 'npm start')
    })
  } finally {
    await db.destroy()
  }
}

const breakage = async ({ name, ended }: Part<unknown>): Promise<never> => {
  throw await failure(await ended, `${logs}/${name}.log`)
}

const endedBadly = (how: string): never => {
  throw new ConfigError(`${how}.`)
}
