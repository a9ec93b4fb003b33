// After the requests: whether the processes are the ones that were started, what they logged, whether every problem that was
// named is explained, and whether what is stored is what was accepted, and adds up.
import { readFile } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import { documentOf } from '../../api/openapi/index.ts'
import { registry } from '../../workers/registry.ts'
import { brokenMoney, brokenStock } from '../support/invariants.ts'
import type { Accepted } from './accepted.ts'
import type { ApiDocument } from './operations.ts'
import type { World } from './world.ts'

/** A row of the verdict that must find nothing. */
export interface Check {
  name: string
  found: string[]
}

const ERROR_LEVEL = 50
/** What is no fault, though it is logged as an error, and why. */
const explained: { message: RegExp; why: string }[] = [
  { message: /^a discrepancy was filed$/, why: 'events about refunds and payments that the provider does not have' },
]
const UNFINISHED = `
  SELECT id, type, state FROM jobs WHERE state NOT IN ('succeeded', 'failed', 'cancelled') AND needs_attention IS NULL
  AND run_at < now() AND type NOT LIKE 'maintenance.%'`

/** While the processes still run. */
export async function lookAtProcesses({ url, processes }: World, problems: ReadonlySet<string>): Promise<Check[]> {
  const gone: string[] = []
  for (const { name, part } of processes) {
    const how = await Promise.race([part.ended, Promise.resolve(undefined)])
    if (how) gone.push(`${name}: ${how}`)
  }
  const unexplained: string[] = []
  for (const type of problems) {
    const status = await fetch(new URL(type, url)).then(
      (answer) => answer.status,
      (error: Error) => error.message,
    )
    if (status !== 200) unexplained.push(`${type}: ${status}`)
  }
  const lines = await Promise.all(processes.map(readErrors))
  return [
    { name: 'crashes', found: gone },
    { name: 'errors in the logs of web and worker', found: lines.flat() },
    { name: 'problem types that the service does not explain', found: unexplained },
  ]
}

async function readErrors({ name, log }: World['processes'][number]): Promise<string[]> {
  const lines = (await readFile(log, 'utf8')).split('\n').filter(Boolean)
  return lines.flatMap((line) => {
    const { level, msg, err } = read(line)
    const isExplained = explained.some(({ message }) => message.test(msg))
    return level < ERROR_LEVEL || isExplained ? [] : [`${name}: ${msg} ${JSON.stringify(err ?? '').slice(0, 500)}`]
  })
}

/** What is no log line was printed by somebody who did not know how to log it. */
function read(line: string): { level: number; msg: string; err?: unknown } {
  try {
    return JSON.parse(line)
  } catch {
    return { level: ERROR_LEVEL, msg: line }
  }
}

/** @returns the jobs that are due and have no end yet, in words. While the processes run: what is left by one that stops is due. */
export async function readUnfinished({ db }: Pick<World, 'db'>): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { id: string; type: string; state: string }[] }>(UNFINISHED)
  return rows.map((row) => JSON.stringify(row))
}

interface RootJob {
  id: string
  key: string | null
  batchId: string | null
}

/** When nothing runs any more. */
export async function lookAtRows({ db, simulator, accounts }: World, accepted: Accepted): Promise<Check[]> {
  const ids = Object.values(accounts).map(({ id }) => id)
  const types = Object.values(registry).flatMap((each) => (each.public ? [each.type] : []))
  const roots: RootJob[] = await db('jobs')
    .leftJoin('idempotencyKeys', 'idempotencyKeys.jobId', 'jobs.id')
    .leftJoin('scheduleRuns', 'scheduleRuns.jobId', 'jobs.id')
    .whereIn('jobs.accountId', ids)
    .whereIn('jobs.type', types)
    .whereNull('jobs.parentId')
    .whereNull('scheduleRuns.jobId')
    .select('jobs.id', 'idempotencyKeys.key', 'jobs.batchId')
  const all: { id: string }[] = await db('jobs').whereIn('accountId', ids).select('id')
  const stored = new Set(all.map(({ id }) => id))
  const lost = [...accepted.jobs].filter((id) => !stored.has(id))
  const uploads: { id: string }[] = await db('stockImports').whereNull('jobId').select('id')
  return [
    { name: 'jobs that were accepted and are not there', found: lost },
    { name: 'jobs that nobody was told of', found: strays(roots, accepted) },
    { name: 'uploads of refused files that were kept', found: uploads.map(({ id }) => id) },
    {
      name: 'stock that does not add up (invariant 5)',
      found: (await brokenStock(db)).map((row) => JSON.stringify(row)),
    },
    {
      name: 'money that does not add up (invariant 6)',
      found: (await brokenMoney(db, simulator)).map((row) => JSON.stringify(row).slice(0, 400)),
    },
  ]
}

/** Jobs of requests whose answer was lost are known by their key; as many as had none may be there besides. */
function strays(roots: RootJob[], { jobs, unknownKeys, keyless }: Accepted): string[] {
  const known = ({ id, key }: RootJob) => jobs.has(id) || (key !== null && unknownKeys.has(key))
  const batches = new Set(roots.filter(known).map(({ batchId }) => batchId))
  const found = roots.filter((job) => !known(job) && (job.batchId === null || !batches.has(job.batchId)))
  return found.length > keyless ? found.map(({ id }) => id) : []
}

/** What is served is what the answers are held against. */
export const isServed = (document: ApiDocument): boolean =>
  isDeepStrictEqual(document, JSON.parse(JSON.stringify(documentOf(registry))))
