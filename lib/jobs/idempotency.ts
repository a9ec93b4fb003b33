// Idempotency keys, per account, in the transaction that accepts the work: a key exists if and only if its job does.
import type { Trx } from '../db.ts'
import { AppError } from '../errors.ts'
import type { AccountId, JobId } from '../ids.ts'
import { IdempotencyKey } from '../models/idempotency-key.ts'

interface KnownAnswer {
  jobId: JobId
  answer: Record<string, unknown>
}

/**
 * Claims a key for this transaction. A second request with the same key waits here until the first one has committed.
 * @returns the first answer if there is one. @throws AppError idempotency-key-reused when the request was another.
 */
export async function claimKey(
  trx: Trx,
  accountId: AccountId,
  key: string,
  fingerprint: Buffer,
): Promise<KnownAnswer | undefined> {
  await IdempotencyKey.query(trx).insert({ accountId, key, fingerprint }).onConflict(['accountId', 'key']).ignore()
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
