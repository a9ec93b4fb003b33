// Files what a comparison could not put right, and tells when it is gone. Ids, states and amounts only.
import { raw } from 'objection'
import type { Db, Trx } from '../db.ts'
import { type Finding, fileDiscrepancy } from '../discrepancies.ts'
import type { JobContext } from '../jobs/definition.ts'
import { Discrepancy } from '../models/discrepancy.ts'
import { Job } from '../models/job.ts'
import { Payment, Refund } from '../models/payment.ts'
import { type FindingKind, isExpected } from './reconcile.ts'

export interface PaymentFinding extends Finding {
  kind: FindingKind
  /** `object` says whether the subject is an intent or a refund. */
  detail: { object: 'intent' | 'refund' } & Record<string, unknown>
}

/** What an operator has settled is not filed again while it is the same. @returns whether it is new. */
export async function fileFinding(trx: Trx, finding: PaymentFinding): Promise<boolean> {
  const { kind, subject, detail } = finding
  const settled = await Discrepancy.query(trx)
    .where({ kind, subject })
    .whereNotNull('note')
    .where('detail', '=', raw('?::jsonb', JSON.stringify(detail)))
    .first()
  return settled ? false : fileDiscrepancy(trx, finding)
}

/** Closes a finding that is gone. @returns whether it was open. */
export async function closeFinding(trx: Trx, { id }: Pick<Discrepancy, 'id'>): Promise<boolean> {
  const closed = await Discrepancy.query(trx)
    .patch({ resolvedAt: raw('now()') })
    .where({ id, resolvedAt: null })
  return closed > 0
}

/** A late capture is put right when all of it was given back. */
export async function isGivenBack(db: Db, intentId: string): Promise<boolean> {
  const payment = await Payment.query(db).findOne({ providerId: intentId })
  if (!payment?.capturedAmount) return false
  return (await givenBack(db, payment)) >= payment.capturedAmount
}

/** A refund that failed later is put right when as much was given back since as all of the payment's that failed later. */
export async function isMadeUpFor(db: Db, providerId: string): Promise<boolean> {
  const refund = await Refund.query(db).findOne({ providerId }).where({ state: 'failed' })
  if (!refund) return false
  const { paymentId } = refund
  const found = Discrepancy.query(db).where({ kind: 'refund-failed-later' }).select('subject')
  const failed = await Refund.query(db).where({ paymentId, state: 'failed' }).whereIn('providerId', found)
  const since = new Date(Math.min(refund.updatedAt.getTime(), ...failed.map(({ updatedAt }) => updatedAt.getTime())))
  const missing = failed.reduce((sum, { amount }) => sum + amount, 0)
  return (await givenBack(db, { id: paymentId }, since)) >= Math.max(missing, refund.amount)
}

/** @param since only what was made from then on counts */
async function givenBack(db: Db, { id: paymentId }: Pick<Payment, 'id'>, since?: Date): Promise<number> {
  const refunds = await Refund.query(db)
    .where({ paymentId, state: 'succeeded' })
    .modify((later) => since && later.where('createdAt', '>=', since))
  return refunds.reduce((sum, { amount }) => sum + amount, 0)
}

/**
 * Files that another amount was captured than was asked for; it is recorded as it is.
 * @param asked the payment before it was recorded
 */
export async function fileAmount(trx: Trx, asked: Payment, recorded: Payment, context: JobContext): Promise<void> {
  const { id: paymentId, accountId, state, amount, amountToCapture, currency, providerId, capturedAmount } = recorded
  if (providerId === null || capturedAmount === null || isExpected(asked, capturedAmount)) return
  const detail = {
    object: 'intent' as const,
    paymentId,
    ours: { state, amount: amountToCapture ?? amount, currency },
    provider: { state: 'captured', captured: capturedAmount },
  }
  if (await fileFinding(trx, { kind: 'amount-differs', subject: providerId, accountId, detail }))
    await tellOperators(trx, context, 1)
}

/**
 * Marks the running job, in the transaction that ends it, so that somebody looks.
 * @param skipped how many things could not be compared
 */
export async function tellOperators(
  trx: Trx,
  { jobId: id, attempt }: Pick<JobContext, 'jobId' | 'attempt'>,
  filed: number,
  skipped = 0,
): Promise<void> {
  const found = `${filed} new ${filed === 1 ? 'discrepancy' : 'discrepancies'}, see /ops/discrepancies`
  const missed = `${skipped} could not be compared, see the log`
  const needsAttention = [...(filed > 0 ? [found] : []), ...(skipped > 0 ? [missed] : [])].join('; ')
  await Job.query(trx).patch({ needsAttention }).where({ id, attempt })
}
