// The connection pool to PostgreSQL. Nothing is bound globally: every query names the pool or the transaction it runs in.
import { Socket } from 'node:net'
import knex, { type Knex } from 'knex'
import { knexSnakeCaseMappers } from 'objection'
import pg from 'pg'
import { CheckedClient } from './checked-client.ts'

export type Db = Knex
export type Trx = Knex.Transaction

const INT8 = 20
const STATEMENT_TIMEOUT_MS = 15_000
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 15_000
/** A connection that is silent for longer than any statement may take is dead, though TCP may not notice for minutes. */
const SILENCE_MS = STATEMENT_TIMEOUT_MS + 3_000
const CONNECT_TIMEOUT_MS = 8_000
/** Idle connections are closed before they could be taken for dead. */
const IDLE_MS = 10_000

/** Reads bigint columns as numbers. @throws RangeError past 2^53, rather than rounding money. */
function parseInt8(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is not a safe integer`)
  return value
}

const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === INT8 && format !== 'binary' ? parseInt8 : pg.types.getTypeParser(oid, format),
}

/** Opens a pool of at most `poolSize` connections; the caller calls `destroy()`. */
export function openDatabase(url: string, poolSize: number, applicationName: string): Db {
  const db = knex({
    client: 'pg',
    connection: {
      connectionString: url,
      application_name: applicationName,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      stream: openSocket,
      types,
    } as Knex.PgConnectionConfig,
    // camelCase in code, snake_case in the database.
    ...knexSnakeCaseMappers(),
    // Errors name the placeholders, not the values: they are logged.
    compileSqlOnError: false,
    // Whatever fails is thrown to whoever asked; knex would print it past the log, too.
    log: { warn() {}, error() {}, deprecate() {}, debug() {} },
    pool: { min: 0, max: poolSize, idleTimeoutMillis: IDLE_MS },
    acquireConnectionTimeout: 10_000,
  })
  // knex has no setting for it.
  const client: { driver: object } = db.client
  client.driver = { ...client.driver, Client: CheckedClient }
  return db
}

/** A socket that is closed, and so fails whoever waits for it, when the other side is silent for too long. */
function openSocket(): Socket {
  const socket = new Socket()
  socket.setTimeout(SILENCE_MS, () => socket.destroy(new Error('Connection terminated: the database is silent')))
  return socket
}

// SQLSTATE classes and codes that say nothing about the statement itself.
// https://www.postgresql.org/docs/current/errcodes-appendix.html
const INFRASTRUCTURE_SQLSTATE = /^(08|53|57P|58|40001|40P01|25P03|25006|57014)/
const INFRASTRUCTURE_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
])

/** What `pg` says, without a code, of a connection that is gone. */
const LOST_CONNECTION = /Connection terminated|Client has encountered a connection error|timeout expired/
const QUERY_CANCELLED = '57014'
const DEADLOCK_DETECTED = '40P01'
const LOCK_NOT_AVAILABLE = '55P03'

/** @returns whether a statement took longer than STATEMENT_TIMEOUT_MS: the database's fault or its own. */
export function isStatementTimeout(error: unknown): boolean {
  return codeOf(error) === QUERY_CANCELLED
}

/** @returns whether PostgreSQL ended a transaction because it and another waited for each other. */
export const isDeadlock = (error: unknown): boolean => codeOf(error) === DEADLOCK_DETECTED

/** @returns whether PostgreSQL refused a statement for its own sake, or ended its transaction for another's: nothing of it is stored. */
export function isRefusal(error: unknown): boolean {
  const source = driverError(error)
  if (!(source instanceof pg.DatabaseError)) return false
  return source.code === DEADLOCK_DETECTED || !INFRASTRUCTURE_SQLSTATE.test(source.code ?? '')
}

/** @returns whether a lock was not to be had within the transaction's lock_timeout. */
export const isLockTimeout = (error: unknown): boolean => codeOf(error) === LOCK_NOT_AVAILABLE

/** @returns whether PostgreSQL refused a row because of this constraint, or unique index. */
export function violates(error: unknown, constraint: string): boolean {
  const source = driverError(error)
  return source instanceof pg.DatabaseError && source.constraint === constraint
}

/** The SQLSTATE of what PostgreSQL refused. */
function codeOf(error: unknown): string | undefined {
  const source = driverError(error)
  return source instanceof pg.DatabaseError ? source.code : undefined
}

/** Objection wraps what the driver threw. */
const driverError = (error: unknown): unknown =>
  error instanceof Error && 'nativeError' in error && error.nativeError instanceof Error ? error.nativeError : error

/** @returns whether an error thrown by a query means that the database, not the statement, failed. */
export function isDatabaseFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  // A name with several addresses, none of which answers.
  if (error instanceof AggregateError) return error.errors.some(isDatabaseFailure)
  // knex puts the statement before the driver's message.
  if (error.name === 'KnexTimeoutError' || LOST_CONNECTION.test(error.message)) return true
  const source = driverError(error)
  if (!(source instanceof Error) || !('code' in source) || typeof source.code !== 'string') return false
  if (source instanceof pg.DatabaseError) return INFRASTRUCTURE_SQLSTATE.test(source.code)
  return 'syscall' in source && INFRASTRUCTURE_CODES.has(source.code)
}
