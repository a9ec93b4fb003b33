// Refunds: reserved against the captured amount when accepted, so that no two of them give back more than was taken;
// sent once, with the same discipline as charges.
import { raw } from 'objection'
import { z } from 'zod'
import type { Trx } from '../db.ts'
import { AppError, PermanentError, RetryLater } from '../errors.ts'
import { type AccountId, newId, type PaymentId, type RefundId } from '../ids.ts'
import type { JobContext, Settled } from '../jobs/definition.ts'
import { Payment, Refund, type RefundState } from '../models/payment.ts'
import { Amount } from '../money.ts'
import { line } from '../text.ts'
import { lookAgainMs } from './charge.ts'
import type { ProviderRefund } from './gateway.ts'
import { AnswerLost, Refused } from './refusal.ts'

export const RefundRequest = z.strictObject({
  amount: Amount.optional().meta({ description: 'In minor units; all that is left when absent.' }),
  reason: line(200).optional(),
})
type RefundRequest = z.infer<typeof RefundRequest> & { reversal?: boolean }

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
  const left = payment.state === 'captured' ? payment.amount - payment.refundAmount : 0
  const wanted = amount ?? left
  if (wanted === 0 || wanted > left) {
    throw new AppError(
      'not-refundable',
      `The payment is ${payment.state}; ${left} of ${payment.amount} ${payment.currency} can be refunded.`,
    )
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

/** Sends the refund and ends the attempt with how it went. @throws RetryLater while that is not known. */
export async function giveBack(
  refund: Refund,
  intentId: string,
  context: JobContext,
  result: Record<string, unknown>,
): Promise<Settled> {
  const outcome = await sendRefund(refund, intentId, context)
  const record = async (trx: Trx) => {
    await recordRefund(trx, refund, outcome)
    return result
  }
  if (outcome.status === 'succeeded') return context.commit(record)
  const detail = `The refund failed (${outcome.failureCode ?? 'no reason given'}).`
  return context.reject(new PermanentError('refund-failed', detail), record)
}

/** A refund of which nothing more will come; without an id where the provider refused to make one. */
type FinalRefund = Pick<ProviderRefund, 'failureCode'> & { id: string | null; status: 'succeeded' | 'failed' }

/**
 * Sends the refund, or finds out how an earlier attempt's ended.
 * @throws RetryLater while the outcome is not known.
 */
async function sendRefund(refund: Refund, intentId: string, context: JobContext): Promise<FinalRefund> {
  const seen = refund.sentAt ? await findSent(refund, intentId, context) : undefined
  try {
    return final(seen ?? (await send(refund, intentId, context)))
  } catch (error) {
    if (error instanceof Refused) return { id: null, status: 'failed', failureCode: error.providerCode }
    if (!(error instanceof AnswerLost)) throw error
    // A first 5xx may be a proxy's: the request may still be under way, and the same key is sent again. Only an error that is
    // replayed says that the request is over; if the refund is not there then, this key never had an effect.
    const noEffect = error.replayed && !(await findSent(refund, intentId, context))
    const change = noEffect ? { keyGeneration: refund.keyGeneration + 1 } : {}
    await context.checkpoint((trx) => move(trx, refund, ['processing', 'unknown'], { state: 'unknown', ...change }))
    throw lookAgain(context, error)
  }
}

/** The refund at the provider. A provider that cannot be asked proves nothing. */
async function findSent(refund: Refund, intentId: string, context: JobContext): Promise<ProviderRefund | undefined> {
  try {
    return await context.payments.findRefund(intentId, refund.id)
  } catch (error) {
    if (error instanceof Refused || error instanceof AnswerLost) throw lookAgain(context, error)
    throw error
  }
}

const lookAgain = ({ attempt }: JobContext, cause: Error) =>
  new RetryLater(lookAgainMs(attempt), 'the outcome of the refund is not known yet', { cause })

function final({ id, status, failureCode }: ProviderRefund): FinalRefund {
  if (status === 'pending') throw new AnswerLost(false, { cause: status })
  return { id, status, failureCode }
}

async function send(refund: Refund, intentId: string, { payments, checkpoint }: JobContext): Promise<ProviderRefund> {
  const sent = { state: 'processing', sentAt: raw('coalesce(sent_at, now())') }
  await checkpoint((trx) => move(trx, refund, ['created', 'processing', 'unknown'], sent))
  const key = `${refund.id}-refund-${refund.keyGeneration}`
  return payments.createRefund({ intentId, refundId: refund.id, amount: refund.amount, key })
}

/** Records how the refund ended; a failed one gives its amount back to be refunded again. */
async function recordRefund(trx: Trx, refund: Refund, outcome: FinalRefund): Promise<void> {
  const open: RefundState[] = ['created', 'processing', 'unknown']
  if (outcome.status === 'succeeded') {
    await move(trx, refund, open, { state: 'succeeded', providerId: outcome.id })
    return
  }
  const failed = { state: 'failed', providerId: outcome.id, failureCode: outcome.failureCode ?? 'refused' }
  const changed = await move(trx, refund, open, failed)
  if (changed)
    await Payment.query(trx)
      .patch({ refundAmount: raw('refund_amount - ?', refund.amount) })
      .findById(refund.paymentId)
}

function move(trx: Trx, refund: Refund, from: RefundState[], change: object) {
  return Refund.query(trx)
    .patch({ ...change, updatedAt: raw('now()') })
    .where({ id: refund.id })
    .whereIn('state', from)
}
