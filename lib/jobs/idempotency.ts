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
/** The same where many wait together: those who need not wait would, too. */
export const WAIT_TOGETHER_MS = 100

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
  await trx.raw(`SET LOCAL lock_timeout = ${WAIT_MS}`)
  try {
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

const KNOWN = `
  SELECT known.account_id AS "accountId", known.key
  FROM (SELECT set_config('lock_timeout', ?, true) AS bounded) AS waiting
  LEFT JOIN idempotency_keys AS known ON bounded IS NOT NULL
    AND (known.account_id, known.key) IN (SELECT * FROM unnest(CAST(? AS uuid[]), CAST(? AS text[])))`

/** @returns the names (`keyName`) of the keys that are there. Bounds how long this transaction waits for any lock. */
export async function knownKeys(trx: Trx, claiming: Claiming[]): Promise<Set<string>> {
  const claims = claiming.flatMap(({ accountId, claim }) => (claim ? [{ accountId, key: claim.key }] : []))
  if (claims.length === 0) return new Set()
  const columns = [claims.map(({ accountId }) => accountId), claims.map(({ key }) => key)]
  type Known = { accountId: AccountId | null; key: string }
  const { rows } = await runPrepared<Known>(trx, 'keys-known', KNOWN, [`${WAIT_TOGETHER_MS}ms`, ...columns])
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
