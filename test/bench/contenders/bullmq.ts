// BullMQ as its documentation sets it up: connections that wait for Redis for ever for workers
// (https://docs.bullmq.io/guide/connections), a local concurrency (https://docs.bullmq.io/guide/workers/concurrency), finished
// jobs removed but for the last (https://docs.bullmq.io/guide/queues/auto-removal-of-jobs). On PostgreSQL one pool for all, as
// lib/engine/postgres.ts has it: a pool each is slower.
import { createPostgresBackend, type PgPool, type Processor, Queue, QueueEvents, Worker, withBackend } from 'bullmq'
import { Redis } from 'ioredis'
import pg from 'pg'
import { migrateEngine } from '../../../lib/migrate.ts'
import { settings } from './settings.ts'

const NAME = 'jobs'
/** Those who wait for a job find it for a while after it is finished. */
const defaultJobOptions = { removeOnComplete: { count: 1000 }, removeOnFail: { count: 1000 } }
const postgres = withBackend(createPostgresBackend)

/** What the programs use of a queue, whatever it is on. */
interface JobQueue {
  add(name: string, data: object, options?: { jobId?: string }): Promise<{ id?: string | undefined }>
  addBulk(jobs: { name: string; data: object; opts?: { jobId: string } }[]): Promise<unknown>
  close(): Promise<unknown>
}

interface JobWorker {
  on(event: 'completed', listener: (job: { id?: string | undefined }) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  waitUntilReady(): Promise<unknown>
  close(): Promise<unknown>
}

/** Opens the queue, making its tables where it is on PostgreSQL. */
export async function openQueue(): Promise<JobQueue> {
  if (settings.engine === 'redis') return openRedisQueue()
  await migrateEngine(settings.databaseUrl)
  return new postgres.Queue(NAME, { connection: openPool(), defaultJobOptions })
}

export const openRedisQueue = () => new Queue(NAME, { connection: openRedis(), defaultJobOptions })

export const openEvents = () => new QueueEvents(NAME, { connection: openRedis() })

/** Starts a worker. */
export async function openWorker(run: Processor): Promise<JobWorker> {
  const { concurrency } = settings
  if (settings.engine === 'postgres') await migrateEngine(settings.databaseUrl)
  const worker: JobWorker =
    settings.engine === 'redis'
      ? new Worker(NAME, run, { connection: openRedis(), concurrency })
      : new postgres.Worker(NAME, run, { connection: openPool(), concurrency })
  worker.on('error', (error) => process.stderr.write(`${error.stack}\n`))
  await worker.waitUntilReady()
  return worker
}

const openRedis = () => new Redis(settings.redisUrl, { maxRetriesPerRequest: null })

function openPool(): PgPool {
  const pool = new pg.Pool({
    connectionString: settings.databaseUrl,
    options: '-c search_path=bullmq,public',
    keepAlive: true,
    // The worker holds one connection to listen on.
    max: settings.poolSize + 1,
  })
  // A pg.Pool is what BullMQ's documentation asks for; the types of the two packages differ in details.
  return pool as unknown as PgPool
}
