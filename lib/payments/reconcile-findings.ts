// Files what a comparison could not put right, and tells when it is gone. Ids, states and amounts only.
import { raw } from 'objection'
import type { Db, Trx } from '../db.ts'
import { type Finding, fileDiscrepancy } from '../discrepancies.ts'
import type { JobContext } from '../jobs/definition.ts'
import { Discrepancy } from '../models/discrepancy.ts'
import { Job } from '../models/job.ts'
import { Payment, Refund } from '../models/payment.ts'
import type { FindingKind } from './reconcile.ts'

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

/** A refund that failed later is put right when as much was given back since. */
export async function isMadeUpFor(db: Db, providerId: string): Promise<boolean> {
  const refund = await Refund.query(db).findOne({ providerId }).where({ state: 'failed' })
  if (!refund) return false
  return (await givenBack(db, { id: refund.paymentId }, refund.id)) >= refund.amount
}

/** @param after the refund after which it counts: ids are sorted by the time of their making */
async function givenBack(db: Db, { id: paymentId }: Pick<Payment, 'id'>, after?: string): Promise<number> {
  const refunds = await Refund.query(db)
    .where({ paymentId, state: 'succeeded' })
    .modify((later) => after && later.where('id', '>', after))
  return refunds.reduce((sum, { amount }) => sum + amount, 0)
}

/** Marks the running job, in the transaction that ends it, so that somebody looks. */
export async function tellOperators(
  trx: Trx,
  { jobId: id, attempt }: Pick<JobContext, 'jobId' | 'attempt'>,
  filed: number,
): Promise<void> {
  const needsAttention = `${filed} new ${filed === 1 ? 'discrepancy' : 'discrepancies'}, see /ops/discrepancies`
  await Job.query(trx).patch({ needsAttention }).where({ id, attempt })
}
