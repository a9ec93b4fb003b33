// Refunds: reserved against the captured amount when accepted, so that no two of them give back more than was taken; each
// outcome is recorded once, and a refund that fails, even later, gives its amount back to be refunded again.
import { raw } from 'objection'
import { z } from 'zod'
import type { Trx } from '../db.ts'
import { AppError, RetryLater } from '../errors.ts'
import { type AccountId, newId, type PaymentId, type RefundId } from '../ids.ts'
import { Payment, Refund, type RefundState } from '../models/payment.ts'
import { Amount } from '../money.ts'
import { line } from '../text.ts'
import type { ProviderRefund } from './provider.ts'

export const RefundRequest = z
  .strictObject({
    amount: Amount.optional().meta({ description: 'In minor units; all that is left when absent.' }),
    reason: line(200).optional(),
  })
  .meta({ examples: [{ amount: 500, reason: 'One mug came broken.' }, {}] })
type RefundRequest = z.infer<typeof RefundRequest> & { reversal?: boolean }

/** States of a refund of which more is to come. */
export const openRefundStates: RefundState[] = ['created', 'processing', 'unknown', 'pending']

/** A refund as far as it matters to ours; without an id where the provider refused to make one. */
export type KnownRefund = Omit<ProviderRefund, 'id'> & { id: string | null }

/**
 * Reserves a refund of a captured payment, whose row is locked meanwhile.
 * @throws AppError not-found for a payment that is not the account's; not-refundable for one that cannot give back as much.
 */
export async function openRefund(
  trx: Trx,
  accountId: AccountId,
  paymentId: PaymentId,
  { amount, reason, reversal = false }: RefundRequest,
): Promise<Refund> {
  const payment = await Payment.query(trx).findOne({ id: paymentId, accountId }).forNoKeyUpdate()
  if (!payment) throw new AppError('not-found', 'There is no such payment.')
  const { state, currency, refundAmount } = payment
  const captured = payment.capturedAmount ?? 0
  const left = captured - refundAmount
  const wanted = amount ?? left
  if (wanted === 0 || wanted > left) {
    const detail = `The payment is ${state}; ${left} of ${captured} can be refunded (minor units of ${currency}).`
    throw new AppError('not-refundable', detail)
  }
  await Payment.query(trx)
    .patch({ refundAmount: raw('refund_amount + ?', wanted) })
    .findById(paymentId)
  return Refund.query(trx)
    .insert({
      id: newId<RefundId>(),
      accountId,
      paymentId,
      state: 'created',
      amount: wanted,
      reason: reason ?? null,
      reversal,
    })
    .returning('*')
}

const MEANWHILE_MS = 500

/**
 * Records what the provider says of a refund of which more was to come; a success posts to the ledger, in the same statement.
 * @returns whether that was news.
 * @throws RetryLater for a refusal of a key that is not the refund's any more: the next one may be under way.
 */
export async function recordRefund(trx: Trx, refund: Refund, outcome: KnownRefund): Promise<boolean> {
  const { status, id: providerId, failureCode } = outcome
  if (providerId === null && !(await ofKey(trx, refund)))
    throw new RetryLater(MEANWHILE_MS, 'the refund was sent again meanwhile')
  const sent = providerId && { providerId, sentAt: raw('coalesce(sent_at, now())') }
  if (status === 'failed')
    return failRefund(trx, refund, openRefundStates, { failureCode: failureCode ?? 'refused', ...sent })
  const change = { ...sent, state: status, failureCode: null }
  return moveRefund(trx, refund, status === 'pending' ? ['processing', 'unknown'] : openRefundStates, change)
}

/** Fails a refund and gives its amount back to be refunded again. @returns whether that was news. */
export async function failRefund(trx: Trx, refund: Refund, from: RefundState[], change: object): Promise<boolean> {
  const failed = await moveRefund(trx, refund, from, { ...change, state: 'failed' })
  if (failed) {
    await Payment.query(trx)
      .patch({ refundAmount: raw('refund_amount - ?', refund.amount) })
      .findById(refund.paymentId)
  }
  return failed
}

/** created → failed: it is not wanted any more. @throws AppError not-cancellable for one that was sent, in whatever way */
export async function cancelRefund(trx: Trx, id: RefundId, failureCode: string): Promise<null> {
  const refund = await Refund.query(trx).findById(id).throwIfNotFound()
  if (await failRefund(trx, refund, ['created'], { failureCode })) return null
  throw new AppError('not-cancellable', `The refund is ${refund.state}.`)
}

/** Moves a refund on in one guarded UPDATE; a state that is not in `from` stays as it is. @returns whether it moved. */
async function moveRefund(trx: Trx, refund: Refund, from: RefundState[], change: object): Promise<boolean> {
  const moved = await Refund.query(trx)
    .patch({ ...change, updatedAt: raw('now()') })
    .where({ id: refund.id })
    .whereIn('state', from)
  return moved > 0
}

/** The same, only while the refund's key is the one that was read: what was sent under a later key is not this caller's. */
export const moveSent = async (trx: Trx, refund: Refund, from: RefundState[], change: object): Promise<boolean> =>
  (await ofKey(trx, refund)) && moveRefund(trx, refund, from, change)

/** Locks the row. @returns whether its key is the one that was read */
async function ofKey(trx: Trx, { id, keyGeneration }: Refund): Promise<boolean> {
  return (await Refund.query(trx).findOne({ id, keyGeneration }).select('id').forNoKeyUpdate()) !== undefined
}
