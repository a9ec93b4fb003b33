// What the operators' monitoring reads, in Prometheus' text format: read from the rows each time, so that every web process
// says the same, and nothing is counted that a restart forgets. Names of queues, states and kinds only; nothing of an account.
import { Gauge, Registry } from 'prom-client'
import type { Db } from '../../lib/db.ts'
import { SYSTEM_ACCOUNT } from '../../lib/ids.ts'
import { queues } from '../../lib/queues.ts'
import { route } from '../route.ts'

interface Sample {
  value: number
  [label: string]: string | number
}

/** Of the jobs that are not finished, by jobs_unfinished: what it costs grows with the backlog, not with the history. */
const JOBS = `
  SELECT queue, state, count(*) AS value FROM jobs WHERE finished_at IS NULL GROUP BY queue, state`

/** Seconds since the job was due that has waited longest to be started. */
const AGE = `
  SELECT queue, extract(epoch FROM now() - min(run_at))::float AS value FROM jobs
  WHERE finished_at IS NULL AND state IN ('scheduled', 'queued') AND run_at <= now() GROUP BY queue`

/** By jobs_marked. A finished job says there that its flow stands, but not all of it. */
const ATTENTION = `
  SELECT queue, CASE WHEN finished_at IS NULL THEN 'open' ELSE 'finished' END AS jobs, count(*) AS value
  FROM jobs WHERE needs_attention IS NOT NULL GROUP BY 1, 2`

const DISCREPANCIES = `
  SELECT kind, count(*) AS value FROM discrepancies WHERE resolved_at IS NULL GROUP BY kind`

const PAUSED = `
  SELECT queue, 1 AS value FROM queue_pauses WHERE paused_until > now()`

/** Seconds since a recurring type last succeeded; infinite where it never did. By jobs_system. */
const LAST_SUCCESS = `
  SELECT type, coalesce(extract(epoch FROM now() - last)::float, 'Infinity') AS value
  FROM unnest(CAST(:recurring AS text[])) AS recurring (type), LATERAL (
    SELECT max(finished_at) AS last FROM jobs
    WHERE jobs.type = recurring.type AND account_id = '${SYSTEM_ACCOUNT}' AND state = 'succeeded') AS runs`

/** By schedules_due. One that no worker runs, or that all of them fail to run, shows here. */
const SCHEDULES_LATE = `
  SELECT coalesce(extract(epoch FROM now() - min(next_run_at))::float, 0) AS value FROM schedules
  WHERE next_run_at <= now()`

const eachQueue = (more: Record<string, string> = {}): Sample[] => queues.map((queue) => ({ queue, ...more, value: 0 }))

const gauges = [
  {
    name: 'errand_jobs',
    help: 'Jobs that are not finished.',
    labelNames: ['queue', 'state'],
    sql: JOBS,
    zeros: ['scheduled', 'queued', 'running'].flatMap((state) => eachQueue({ state })),
  },
  {
    name: 'errand_backlog_age_seconds',
    help: 'How long the oldest job that is due has waited to be started.',
    labelNames: ['queue'],
    sql: AGE,
    zeros: eachQueue(),
  },
  {
    name: 'errand_jobs_needs_attention',
    help: 'Jobs that an operator should look at.',
    labelNames: ['queue', 'jobs'],
    sql: ATTENTION,
    zeros: ['open', 'finished'].flatMap((jobs) => eachQueue({ jobs })),
  },
  {
    name: 'errand_queue_paused',
    help: '1 while nothing of the queue is started.',
    labelNames: ['queue'],
    sql: PAUSED,
    zeros: eachQueue(),
  },
  {
    name: 'errand_discrepancies_open',
    help: 'What does not agree and is not put right yet; a kind of which nothing is open is left out.',
    labelNames: ['kind'],
    sql: DISCREPANCIES,
    zeros: [],
  },
  {
    name: 'errand_recurring_last_success_age_seconds',
    help: 'How long ago a job type that the system runs by itself last succeeded.',
    labelNames: ['type'],
    sql: LAST_SUCCESS,
    zeros: [],
  },
  {
    name: 'errand_schedules_late_seconds',
    help: 'How late the schedule is that has been due for longest.',
    labelNames: [],
    sql: SCHEDULES_LATE,
    zeros: [],
  },
]

const METRICS = `# HELP errand_jobs Jobs that are not finished.
# TYPE errand_jobs gauge
errand_jobs{queue="emails",state="queued"} 3
`

const showMetrics = route({
  method: 'get',
  path: '/metrics',
  summary: 'Figures for monitoring, in Prometheus text format',
  operationId: 'getMetrics',
  answers: {
    200: { description: 'The figures, version 0.0.4 of the format.', mediaType: 'text/plain', example: METRICS },
  },
  async handle({ deps: { db, catalogue } }) {
    const recurring = Object.values(catalogue).flatMap((each) => (each.recurring ? [each.type] : []))
    const registry = new Registry()
    await Promise.all(gauges.map((gauge) => measure(db, registry, gauge, recurring)))
    return { status: 200, body: await registry.metrics(), headers: { 'Content-Type': registry.contentType } }
  },
})

/** Figures of queues that are zero are said, too: an alert on something that is missing never rings. */
async function measure(
  db: Db,
  registry: Registry,
  { sql, zeros, ...about }: (typeof gauges)[number],
  recurring: string[],
): Promise<void> {
  const gauge = new Gauge({ ...about, registers: [registry] })
  const { rows } = await db.raw<{ rows: Sample[] }>(sql, { recurring })
  for (const { value, ...labels } of [...zeros, ...rows]) gauge.set(labels, value)
}

export const metricsRoutes = [showMetrics]
