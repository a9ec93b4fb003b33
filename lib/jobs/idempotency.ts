// Idempotency keys, per account, in the transaction that accepts the work: a key exists if and only if its job does.
import { isLockTimeout, type Trx } from '../db.ts'
import { AppError } from '../errors.ts'
import type { AccountId, JobId } from '../ids.ts'
import { IdempotencyKey } from '../models/idempotency-key.ts'
import { runPrepared } from '../prepared.ts'

interface KnownAnswer {
  jobId: JobId
  answer: Record<string, unknown>
}

/** How long a request waits for the one before it with the same key, in ms: it holds a connection meanwhile. */
const WAIT_MS = 1_000
/** Where many are accepted together nobody waits for a key; should another lock be held, they go alone after this time, in ms. */
export const WAIT_TOGETHER_MS = 100

/**
 * SQL: the lock of a key for as long as a transaction may have claimed it, so that others can see that it is in flight without
 * waiting for it.
 */
export const keyLock = (accountId: string, key: string) => `hashtextextended(${accountId}::text || ' ' || ${key}, 0)`
const LOCK = `SELECT set_config('lock_timeout', '${WAIT_MS}ms', true), pg_advisory_xact_lock(${keyLock('CAST(? AS uuid)', '?')})`

export interface Claim {
  key: string
  /** What makes two requests with the same key the same. */
  fingerprint: Buffer
}

/**
 * Claims a key for this transaction. A second request with the same key waits a moment for the first one to commit.
 * @returns the first answer if there is one.
 * @throws AppError idempotency-key-reused when the request was another; idempotency-key-in-flight when the first one is not
 * answered yet: sent again, this one gets its answer.
 */
export async function claimKey(
  trx: Trx,
  accountId: AccountId,
  { key, fingerprint }: Claim,
): Promise<KnownAnswer | undefined> {
  try {
    await trx.raw(LOCK, [accountId, key])
    await IdempotencyKey.query(trx).insert({ accountId, key, fingerprint }).onConflict(['accountId', 'key']).ignore()
  } catch (error) {
    if (!isLockTimeout(error)) throw error
    const detail = 'A request with this Idempotency-Key is still in flight; send it again.'
    throw new AppError('idempotency-key-in-flight', detail, { cause: error })
  }
  await trx.raw('SET LOCAL lock_timeout = DEFAULT')
  const known = await IdempotencyKey.query(trx).findById([accountId, key]).throwIfNotFound()
  if (!known.fingerprint.equals(fingerprint)) {
    throw new AppError('idempotency-key-reused', 'This Idempotency-Key was used for a request with other content.')
  }
  // The answer is missing only from the row this transaction has just inserted.
  if (!known.jobId || !known.answer) return undefined
  return { jobId: known.jobId, answer: known.answer }
}

/** Stores the answer that later requests with the key get. */
export async function keepAnswer(
  trx: Trx,
  accountId: AccountId,
  key: string,
  jobId: JobId,
  answer: Record<string, unknown>,
): Promise<void> {
  await IdempotencyKey.query(trx).patch({ jobId, answer }).findById([accountId, key])
}

/** A key is its account's. */
export const keyName = (accountId: AccountId, key: string) => `${accountId} ${key}`

type Claiming = { accountId: AccountId; claim: Claim | undefined }

const BUSY = `
  SELECT asked.account_id AS "accountId", asked.key
  FROM (SELECT set_config('lock_timeout', ?, true) AS bounded) AS waiting
  LEFT JOIN unnest(CAST(? AS uuid[]), CAST(? AS text[])) AS asked (account_id, key) ON bounded IS NOT NULL AND (
    NOT pg_try_advisory_xact_lock(${keyLock('asked.account_id', 'asked.key')})
    OR EXISTS (SELECT FROM idempotency_keys AS known WHERE known.account_id = asked.account_id AND known.key = asked.key)
  )`

/**
 * @returns the names (`keyName`) of the keys that are there, or in flight; the others are claimed by this transaction. Bounds how
 * long it waits for any lock.
 */
export async function busyKeys(trx: Trx, claiming: Claiming[]): Promise<Set<string>> {
  const claims = claiming.flatMap(({ accountId, claim }) => (claim ? [{ accountId, key: claim.key }] : []))
  const columns = [claims.map(({ accountId }) => accountId), claims.map(({ key }) => key)]
  type Busy = { accountId: AccountId | null; key: string }
  const { rows } = await runPrepared<Busy>(trx, 'keys-busy', BUSY, [`${WAIT_TOGETHER_MS}ms`, ...columns])
  return new Set(rows.flatMap(({ accountId, key }) => (accountId ? [keyName(accountId, key)] : [])))
}

/** What is answered to a request with a key. */
export interface Answered {
  accountId: AccountId
  claim: Claim
  jobId: JobId
  answer: Record<string, unknown>
}

// In the order of the keys: two groups that waited for each other's would be a deadlock.
const KEEP = `
  INSERT INTO idempotency_keys (account_id, key, fingerprint, job_id, answer)
  SELECT "accountId", key, decode(fingerprint, 'hex'), "jobId", answer
  FROM json_to_recordset(?) AS answered ("accountId" uuid, key text, fingerprint text, "jobId" uuid, answer jsonb)
  ORDER BY "accountId", key
  ON CONFLICT (account_id, key) DO NOTHING`

/** Stores answers with keys that nobody had. @throws AppError idempotency-key-in-flight when another has just taken one of them */
export async function keepAnswers(trx: Trx, answered: Answered[]): Promise<void> {
  if (answered.length === 0) return
  const rows = answered.map(({ claim: { key, fingerprint }, ...rest }) => ({
    ...rest,
    key,
    fingerprint: fingerprint.toString('hex'),
  }))
  const { rowCount } = await runPrepared(trx, 'keys-keep', KEEP, [JSON.stringify(rows)])
  if (rowCount !== answered.length) throw new AppError('idempotency-key-in-flight', 'A key was taken meanwhile.')
}
