// Giving back all that was taken for a payment whose order does not happen. It is never given up: a refund that failed is
// followed by another, one that was refused is sent again under another key, and operators are told meanwhile.
import { raw } from 'objection'
import type { Trx } from '../db.ts'
import { RetryLater } from '../errors.ts'
import type { PaymentId } from '../ids.ts'
import type { JobContext } from '../jobs/definition.ts'
import { insertJob } from '../jobs/enqueue.ts'
import { flag } from '../jobs/flow-steps.ts'
import { Order } from '../models/order.ts'
import { Payment, Refund } from '../models/payment.ts'
import { nextKey } from './give-back.ts'
import { openJobs } from './reconcile-jobs.ts'
import { failRefund, type KnownRefund, moveSent, openRefund, openRefundStates, recordRefund } from './refund.ts'

const ATTEMPTS = 8
const LAST_TRY_MS = 60 * 60_000

/** How long until money that could not be given back is given back again: a second at first, an hour at last. */
export const reverseAgainMs = (attempt: number) => Math.min(1_000 * 2 ** (attempt - 1), LAST_TRY_MS)

/**
 * Has a payment reversed, in the transaction that found that it must be. A job that is at it already finds it, too: like
 * this, it looks at what is left under the payment's lock before it ends. What the provider took and could not give back
 * after all, perhaps to a card that is closed, is tried again later each time, and an operator should look meanwhile.
 */
export async function enqueueReversal(
  trx: Trx,
  { id: paymentId, accountId }: Pick<Payment, 'id' | 'accountId'>,
): Promise<void> {
  await Payment.query(trx).findById(paymentId).select('id').forNoKeyUpdate()
  const jobs = await openJobs(trx, { paymentId })
  if (jobs.some(({ type }) => type === 'payments.reverse')) return
  const failed = await Refund.query(trx)
    .where({ paymentId, reversal: true, state: 'failed' })
    .whereNotNull('providerId')
    .orderBy('updatedAt', 'desc')
  const [last] = failed
  const runAt = last && new Date(Date.now() + reverseAgainMs(failed.length))
  const input = { paymentId }
  const job = await insertJob(trx, { type: 'payments.reverse', input, accountId, maxAttempts: ATTEMPTS, runAt })
  if (last) await flag(trx, job, `the money was not given back after all (${last.failureCode}); it is tried again`)
}

/** Locks the payment. @returns what of it no refund holds or took, in minor units. */
export async function leftToReverse(trx: Trx, paymentId: PaymentId): Promise<number> {
  const payment = await Payment.query(trx).findById(paymentId).forNoKeyUpdate().throwIfNotFound()
  return (payment.capturedAmount ?? 0) - payment.refundAmount
}

/**
 * Records that a refund failed after it had succeeded: the ledger takes it back, its amount can be refunded again, and is,
 * where the order does not happen. @returns whether that was news.
 */
export async function recordRefundFailedLater(trx: Trx, refund: Refund, failureCode: string): Promise<boolean> {
  const failed = await failRefund(trx, refund, ['succeeded'], { failureCode })
  if (!failed) return false
  await reverseWhereOver(trx, refund)
  return true
}

/** Has what a failed refund left given back where the order does not happen. @returns whether it does not */
export async function reverseWhereOver(
  trx: Trx,
  { accountId, paymentId: id, reversal }: Pick<Refund, 'accountId' | 'paymentId' | 'reversal'>,
): Promise<boolean> {
  const over = reversal || (await isCancelled(trx, id))
  if (over) await enqueueReversal(trx, { id, accountId })
  return over
}

const isCancelled = async (trx: Trx, paymentId: PaymentId) => {
  const order = await Order.query(trx).joinRelated('payment').findOne({ 'payment.id': paymentId })
  return order?.state === 'cancelled' || order?.state === 'cancelling'
}

interface Reversal {
  /** The refund of an earlier attempt, or a new one of all that is left; none where nothing is left. */
  refund: Refund | undefined
  /** Whether other refunds are under way, which may fail, and leave something to be given back. */
  othersOpen: boolean
}

export async function openReversal(trx: Trx, { id: paymentId, accountId }: Payment): Promise<Reversal> {
  const payment = await Payment.query(trx).findById(paymentId).forNoKeyUpdate().throwIfNotFound()
  const open = await Refund.query(trx).where({ paymentId }).whereIn('state', openRefundStates)
  const known = open.find((refund) => refund.reversal)
  const othersOpen = open.some((refund) => !refund.reversal)
  if (known || payment.refundAmount === (payment.capturedAmount ?? 0)) return { refund: known, othersOpen }
  const reason = 'order cancelled'
  return { refund: await openRefund(trx, accountId, paymentId, { reason, reversal: true }), othersOpen }
}

/** Writes that a try to give back had no effect, and has it tried again. @throws RetryLater, always */
export async function reverseAgain(refund: Refund, outcome: KnownRefund, context: JobContext): Promise<never> {
  const { id, failureCode } = outcome
  await context.checkpoint((trx) =>
    id === null
      ? moveSent(trx, refund, openRefundStates, { ...nextKey(refund), failureCode })
      : recordRefund(trx, refund, outcome),
  )
  const reason = `the money could not be given back (${failureCode ?? 'no reason given'}); it is tried again`
  throw new RetryLater(reverseAgainMs(context.attempt), reason, { attention: true })
}

/** @returns what reversals gave back, in minor units. */
export async function reversedAmount(trx: Trx, paymentId: PaymentId): Promise<number> {
  const { sum } = await Refund.query(trx)
    .where({ paymentId, reversal: true, state: 'succeeded' })
    .select(raw('coalesce(sum(amount), 0)::bigint AS sum'))
    .first()
    .throwIfNotFound()
    .castTo<{ sum: number }>()
  return sum
}
