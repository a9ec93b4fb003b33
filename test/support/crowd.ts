// Many probes at once, and what ran of them: floods of jobs, consumers of the tests' own, and a table that holds one row a run.
import { Redis } from 'ioredis'
import { afterEach, before } from 'mocha'
import { openAccount } from '../../lib/api-keys.ts'
import type { Db, Trx } from '../../lib/db.ts'
import { createDispatch, type Dispatch } from '../../lib/dispatch.ts'
import type { Engine } from '../../lib/engine/index.ts'
import type { AccountId, JobId } from '../../lib/ids.ts'
import { newId } from '../../lib/ids.ts'
import type { JobContext, Settled } from '../../lib/jobs/definition.ts'
import { createTypeLimits, type JobLimits } from '../../lib/limits/job-limits.ts'
import { createPlaces } from '../../lib/limits/places.ts'
import { persist } from '../../lib/persist.ts'
import type { QueueName } from '../../lib/queues.ts'
import { createClaims } from '../../workers/claims.ts'
import { startConsumers } from '../../workers/consumers.ts'
import type { Runtime } from '../../workers/runtime.ts'
import { environment } from './environment.ts'
import { type Harness, quiet } from './harness.ts'
import { type Handler, withProbe } from './probe.ts'

/** One run of a probe: written in the transaction that ends it, and by nothing kept from being written twice. */
interface Run {
  jobId: JobId
  accountId: AccountId
  /** 1 for the first that ended. */
  place: number
}

export interface Crowd {
  /** Records the run as the probe's effect. */
  record(context: JobContext): Promise<Settled>
  /** What ran, in the order in which it ended. */
  runs(): Promise<Run[]>
  /** Puts probes into the backlog, `n` of them, the first the oldest. @returns their ids in that order. */
  flood(n: number, more?: { accountId?: AccountId; priority?: number; type?: string }): Promise<JobId[]>
  account(name: string): Promise<AccountId>
  /** Forgets all jobs and runs, here and in the engine. */
  clear(): Promise<void>
}

/** Call in a `describe`, after `useHarness`. */
export function useCrowd(harness: Harness): Crowd {
  before(() =>
    harness.db.raw('CREATE TABLE runs (place bigserial PRIMARY KEY, job_id uuid NOT NULL, account_id uuid NOT NULL)'),
  )
  // A failed test leaves its consumers behind.
  afterEach(() => Promise.all([...running].map((stop) => stop())))
  const record = ({ jobId, accountId, commit }: JobContext) =>
    commit(async (trx: Trx) => {
      await trx('runs').insert({ jobId, accountId })
      return {}
    })
  return {
    record,
    runs: () => harness.db('runs').select('jobId', 'accountId', 'place').orderBy('place'),
    flood: async (n, { accountId = harness.accountId, priority = 5, type = 'maintenance.probe' } = {}) => {
      const ids = Array.from({ length: n }, () => newId<JobId>())
      await harness.db.raw(
        `INSERT INTO jobs (id, account_id, type, queue, priority, state, input, max_attempts, run_at)
         SELECT id, :accountId, :type, split_part(:type, '.', 1), :priority, 'queued', '{}', 3,
           now() - interval '1 hour' + place * interval '1 millisecond'
         FROM unnest(:ids::uuid[]) WITH ORDINALITY AS probes (id, place)`,
        { accountId, type, priority, ids },
      )
      return ids
    },
    account: (name) => harness.db.transaction(async (trx) => (await openAccount(trx, name)).id),
    clear: async () => {
      await harness.db.raw('DELETE FROM queue_pauses; DELETE FROM jobs; TRUNCATE runs RESTART IDENTITY')
      await wipeEngine(harness.db)
    },
  }
}

interface Settings {
  run: Handler
  /** Also handled, the same way. */
  otherTypes?: string[]
  recurring?: { everyMs: number }
  window?: number
  concurrency?: number
  /** Of the probes. */
  limits?: JobLimits
  /** Attempts of an account at a time. */
  inAccount?: number
  /** How long an attempt may take. */
  timeoutMs?: number
  leaseMs?: number
  graceMs?: number
  sweepMs?: number
  shutdownMs?: number
  /** What the consumers use instead of the harness's own. */
  db?: Db
}

/** A runtime that knows probes alone, with claims and a window of its own, as another worker process has. */
export function openProbing(harness: Harness, settings: Settings): Runtime {
  const { run, otherTypes = [], recurring, timeoutMs, window = 1_000, leaseMs = 3_000, db = harness.db } = settings
  const known = withProbe(harness.runtime, run, timeoutMs).catalogue['maintenance.probe']
  if (!known) throw new Error('there is no probe')
  const types = ['maintenance.probe', ...otherTypes]
  const catalogue = Object.fromEntries(types.map((type) => [type, { ...known, type, recurring }]))
  const dispatch: Dispatch = createDispatch(db, harness.engine, quiet, window)
  const { limits, inAccount } = settings
  const places = createPlaces(createTypeLimits(catalogue, limits && { 'maintenance.probe': limits }, inAccount))
  return { ...harness.runtime, db, dispatch, catalogue, claims: createClaims(db, leaseMs), leaseMs, places }
}

/** Consumes probes in this process. @returns stops it; what a test leaves running is stopped after it. */
export async function startProbing(harness: Harness, settings: Settings): Promise<() => Promise<void>> {
  const { concurrency = 10, leaseMs = 3_000, graceMs = 500, sweepMs = 50, shutdownMs = 10_000 } = settings
  const runtime = openProbing(harness, settings)
  const consumers = startConsumers(runtime, runtime.db, harness.engine, {
    CONCURRENCY: concurrency,
    LEASE_MS: leaseMs,
    SWEEP_INTERVAL_MS: sweepMs,
    DISPATCH_GRACE_MS: graceMs,
    SHUTDOWN_TIMEOUT_MS: shutdownMs,
  })
  await consumers.ready
  let stopping: Promise<void> | undefined
  const stop = () => {
    running.delete(stop)
    stopping ??= consumers.stop()
    return stopping
  }
  running.add(stop)
  return stop
}

const running = new Set<() => Promise<void>>()

/** @returns how many jobs of a queue the engine would still start. */
export async function heldByEngine(engine: Engine, queue: QueueName = 'maintenance'): Promise<number> {
  const { waiting = 0, prioritized = 0 } = await engine.queue(queue).getJobCounts('waiting', 'prioritized')
  return waiting + prioritized
}

/** What the engine knows after it lost everything: nothing. */
export async function wipeEngine(db: Db): Promise<void> {
  if (environment.engine === 'postgres') {
    const { rows } = await db.raw<{ rows: { name: string }[] }>(
      "SELECT format('bullmq.%I', tablename) AS name FROM pg_tables WHERE schemaname = 'bullmq' AND tablename <> 'migration'",
    )
    // Consumers at work lock these tables in an order of their own: one of both may have to try again.
    for (const { name } of rows)
      await persist(new AbortController().signal, async () => db.raw(`TRUNCATE ${name} CASCADE`))
    return
  }
  const redis = new Redis(environment.redisUrl ?? '')
  await redis.flushall()
  redis.disconnect()
}
