// Idempotency keys, per account, in the transaction that accepts the work: a key exists if and only if its job does.
import { DBError } from 'objection'
import type { Trx } from '../db.ts'
import { AppError } from '../errors.ts'
import type { AccountId, JobId } from '../ids.ts'
import { IdempotencyKey } from '../models/idempotency-key.ts'

interface KnownAnswer {
  jobId: JobId
  answer: Record<string, unknown>
}

/** How long a request waits for the one before it with the same key, in ms: it holds a connection meanwhile. */
const WAIT_MS = 1_000
const LOCK_NOT_AVAILABLE = '55P03'

/**
 * Claims a key for this transaction. A second request with the same key waits a moment for the first one to commit.
 * @returns the first answer if there is one.
 * @throws AppError idempotency-key-reused when the request was another; idempotency-key-in-flight when the first one is not
 * answered yet: sent again, this one gets its answer.
 */
export async function claimKey(
  trx: Trx,
  accountId: AccountId,
  key: string,
  fingerprint: Buffer,
): Promise<KnownAnswer | undefined> {
  await trx.raw(`SET LOCAL lock_timeout = ${WAIT_MS}`)
  try {
    await IdempotencyKey.query(trx).insert({ accountId, key, fingerprint }).onConflict(['accountId', 'key']).ignore()
  } catch (error) {
    if (!(error instanceof DBError && isLockTimeout(error.nativeError))) throw error
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

const isLockTimeout = (error: Error) => 'code' in error && error.code === LOCK_NOT_AVAILABLE
