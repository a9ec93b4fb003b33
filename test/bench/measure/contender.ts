// What the scenarios know of a contender: how it is started, asked, filled, counted and emptied.
import type { Program } from './program.ts'

/** How one submits a job to it, and looks at it. */
export interface Calls {
  submit: string
  /** Path of a job. */
  show(id: string): string
  headers: { authorization: string; 'content-type': string; 'idempotency-key': string }
  body: string
}

export interface Contender {
  name: string
  calls: Calls
  startWeb(): Promise<Program>
  startWorker(): Promise<Program>
  /** Puts no-op jobs in, by the fastest way it has; the web process may be needed for it. */
  fill(jobs: number, web?: Program): Promise<unknown>
  /** @returns how many jobs it holds */
  count(): Promise<number>
  /** Takes away every job; nobody works on them meanwhile. */
  clear(): Promise<unknown>
}

/** The contenders' names, as they stand in the tables. */
export const names = {
  bare: '(a) Koa + Queue.add',
  insert: '(b) Koa + INSERT + Queue.add',
  pgBoss: '(c) Koa + pg-boss',
  graphile: '(d) Koa + graphile-worker',
  redis: '(e) Errand, Redis',
  postgres: '(f) Errand, PostgreSQL',
  rawRedis: 'raw BullMQ, Redis',
  rawPostgres: 'raw BullMQ, PostgreSQL',
} as const
