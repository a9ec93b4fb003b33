// What a job costs PostgreSQL, from its acceptance to its end: bytes that stay, and bytes of write-ahead log.
import type pg from 'pg'
import type { Errand } from './errand.ts'
import { putLoad } from './load.ts'
import type { Row } from './shape.ts'
import type { Stack } from './stack.ts'
import { until } from './still.ts'

const CONNECTIONS = 32
const WITHIN_S = 180
const TABLES = ['jobs', 'idempotency_keys']

/** Has jobs accepted for so many seconds, and done then. */
export async function measureCosts(stack: Stack, errand: Errand, seconds: number): Promise<Row[]> {
  const client = await stack.connect(errand.databaseUrl)
  await stack.settle()
  await errand.clear()
  const web = await errand.startWeb()
  const from = await walPosition(client)
  const { submit, headers, body } = errand.calls
  await putLoad(stack, {
    url: web.url,
    seconds,
    connections: CONNECTIONS,
    method: 'POST',
    paths: [submit],
    headers,
    body,
  })
  const worker = await errand.startWorker()
  const open = () => errand.db('jobs').whereNull('finishedAt').first()
  await until('all jobs to be done', async () => !(await open()), WITHIN_S)
  const jobs = await errand.count()
  const wal = await client.query('SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), $1)::float8 AS bytes', [from])
  await Promise.all([web.stop(), worker.stop()])
  const row = (what: string, bytes: number) => ({
    contender: errand.name,
    what,
    unit: 'bytes',
    samples: [bytes / jobs],
  })
  const rows = [row('write-ahead log of a job', wal.rows[0].bytes)]
  for (const table of TABLES) {
    const size = await client.query('SELECT pg_total_relation_size($1)::float8 AS bytes', [table])
    rows.push(row(`${table}: a job's row and index entries`, size.rows[0].bytes))
  }
  await errand.clear()
  return rows
}

const walPosition = async (client: pg.Client): Promise<string> =>
  (await client.query('SELECT pg_current_wal_insert_lsn() AS lsn')).rows[0].lsn
