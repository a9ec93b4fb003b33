// The raw limit of PostgreSQL under this load: pgbench, single-row INSERTs, a transaction each, with as many clients as given.
// Where there is no pgbench, the same by `pg`, which costs the machine more.
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import pg from 'pg'

const TABLE =
  'CREATE TABLE IF NOT EXISTS rows (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, input jsonb NOT NULL)'
const INSERT = `INSERT INTO rows (input) VALUES ('{}')`

export interface Inserts {
  /** What inserts: `pgbench` with its version, or `pg`. */
  by: string
  /** @returns INSERTs a second */
  measure(): Promise<number>
}

/** @param file for pgbench's script */
export async function openInserts(url: string, file: string, clients: number, seconds: number): Promise<Inserts> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(TABLE)
  await client.end()
  await writeFile(file, `${INSERT};\n`)
  const version = await promisify(execFile)('pgbench', ['--version']).catch(() => undefined)
  if (!version) return { by: 'pg (there is no pgbench)', measure: () => insertByPg(url, clients, seconds) }
  // A password is not for everybody to see in the list of processes.
  const address = new URL(url)
  const env = { ...process.env, PGPASSWORD: decodeURIComponent(address.password) }
  address.password = ''
  const flags = [
    '-n',
    '-M',
    'prepared',
    '-f',
    file,
    '-c',
    String(clients),
    '-j',
    '1',
    '-T',
    String(Math.ceil(seconds)),
    address.href,
  ]
  const measure = async () => {
    const { stdout } = await promisify(execFile)('pgbench', flags, { env })
    const [, tps] = /tps = ([\d.]+)/.exec(stdout) ?? []
    if (!tps) throw new Error(`pgbench said:\n${stdout}`)
    return Number(tps)
  }
  return { by: version.stdout.trim(), measure }
}

async function insertByPg(connectionString: string, max: number, seconds: number): Promise<number> {
  const pool = new pg.Pool({ connectionString, max })
  const end = performance.now() + seconds * 1000
  let done = 0
  const insert = async () => {
    for (; performance.now() < end; done++) await pool.query({ name: 'insert', text: INSERT })
  }
  await Promise.all(Array.from({ length: max }, insert))
  await pool.end()
  return done / seconds
}
