// BullMQ on PostgreSQL: the default, nothing to install. One pool a process serves all queues and consumers
// (a pool each took 99 connections); `keepAlive` lets a worker wait an hour instead of ten seconds.
import { createPostgresBackend, type PgPool, withBackend } from 'bullmq'
import pg from 'pg'
import type { Logger } from '../logger.ts'
import { queues } from '../queues.ts'
import { consumerOptions, type Engine, engineJobOptions, openQueues } from './contract.ts'

const postgres = withBackend(createPostgresBackend)

/** Opens the engine. Its tables (schema `bullmq`) are made by the release process. */
export async function openPostgresEngine(url: string, poolSize: number, log: Logger): Promise<Engine> {
  const pool = new pg.Pool({
    connectionString: url,
    options: '-c search_path=bullmq,public',
    application_name: 'errand-engine',
    keepAlive: true,
    // Every consumer holds one connection to listen on.
    max: poolSize + queues.length,
    connectionTimeoutMillis: 5_000,
    // A statement on a connection that is dead, though TCP has not noticed, fails and takes the connection with it.
    query_timeout: 15_000,
  })
  // Each queue and consumer adds its own listener to the shared pool.
  pool.setMaxListeners(4 * queues.length)
  pool.on('error', (error) => log.warn({ err: error }, 'engine connection lost'))
  // A pg.Pool is what BullMQ's documentation asks for; the types of the two packages differ in details.
  const connection = { connection: pool as unknown as PgPool }
  const { queue, close } = openQueues(
    (name) => new postgres.Queue(name, { ...connection, defaultJobOptions: engineJobOptions }),
    log,
  )
  return {
    kind: 'postgres',
    queue,
    work: (name, run, concurrency) =>
      new postgres.Worker(name, run, { ...connection, ...consumerOptions, concurrency }),
    ping: async () => {
      await pool.query('SELECT 1')
    },
    close: async () => {
      await close()
      await pool.end()
    },
  }
}
