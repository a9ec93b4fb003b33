// Refunds as Stripe keeps them: pending or succeeded at first, and even one that succeeded may still fail.
// https://docs.stripe.com/refunds#failed-refunds
import type { Books } from './books.ts'
import { firstRefundStatus } from './cards.ts'
import { invalid, missing } from './errors.ts'
import { type Form, metadataOf } from './form.ts'
import { readIntent } from './intents.ts'
import { now, providerId, type Refund } from './objects.ts'

/** https://docs.stripe.com/api/refunds/object#refund_object-failure_reason */
const failureReasons = [
  'lost_or_stolen_card',
  'expired_or_canceled_card',
  'charge_for_pending_refund_disputed',
  'insufficient_funds',
  'declined',
  'merchant_request',
  'unknown',
]

/** Gives money back, all that is left where no amount is named. @throws StripeError */
export function createRefund(books: Books, form: Form): Refund {
  const intent = readIntent(books, String(form.payment_intent))
  const left = intent.amount_received - books.refunded(intent.id)
  const amount = form.amount === undefined ? left : Number(form.amount)
  if (intent.status !== 'succeeded')
    throw invalid(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`)
  if (left === 0) throw invalid('Charge has already been refunded.', { code: 'charge_already_refunded' })
  if (!Number.isSafeInteger(amount) || amount < 1 || amount > left) {
    throw invalid(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`, {
      param: 'amount',
    })
  }
  const refund: Refund = {
    id: providerId('re'),
    object: 'refund',
    amount,
    charge: intent.latest_charge,
    currency: intent.currency,
    payment_intent: intent.id,
    reason: form.reason === undefined ? null : String(form.reason),
    status: firstRefundStatus(intent.payment_method),
    metadata: metadataOf(form),
    created: now(),
  }
  return books.save(refund, 'refund.created')
}

/** What the customer's bank does when it sends the money back: it counts as not refunded again. @throws StripeError */
export function failRefund(books: Books, id: string, reason = 'unknown'): Refund {
  const refund = readRefund(books, id)
  if (refund.status === 'failed') throw invalid(`This refund (${id}) has failed already.`)
  if (!failureReasons.includes(reason)) throw invalid('Invalid failure_reason', { param: 'failure_reason' })
  return books.save({ ...refund, status: 'failed', failure_reason: reason }, 'refund.failed', 'refund.updated')
}

/** @throws StripeError for a refund that is not pending */
export function succeedRefund(books: Books, id: string): Refund {
  const refund = readRefund(books, id)
  if (refund.status !== 'pending') throw invalid(`This refund (${id}) has a status of ${refund.status}, not pending.`)
  return books.save({ ...refund, status: 'succeeded' }, 'refund.updated')
}

export function readRefund(books: Books, id: string): Refund {
  const refund = books.refunds.get(id)
  if (!refund) throw missing('refund', id)
  return refund
}
