// PaymentIntents as Stripe keeps them: created, confirmed, captured, canceled, each change told by an event.
// https://docs.stripe.com/payments/paymentintents/lifecycle
import type { Books } from './books.ts'
import { type Decline, declineOf, isKnownCard } from './cards.ts'
import { invalid, missing, StripeError } from './errors.ts'
import { type Form, metadataOf } from './form.ts'
import { type CaptureMethod, now, type PaymentIntent, providerId } from './objects.ts'

const captureMethods: readonly CaptureMethod[] = ['automatic', 'automatic_async', 'manual']
const cancellationReasons = ['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer']
const confirmable: PaymentIntent['status'][] = ['requires_payment_method', 'requires_confirmation']
const cancelable: PaymentIntent['status'][] = [...confirmable, 'processing', 'requires_capture']

/** Moves no money, unless it is to be confirmed at once. @throws StripeError */
export function createIntent(books: Books, form: Form): PaymentIntent {
  const amount = Number(form.amount)
  const method = form.payment_method === undefined ? null : String(form.payment_method)
  const capture = captureMethods.find((each) => each === (form.capture_method ?? 'automatic_async'))
  if (!Number.isSafeInteger(amount) || amount < 1) throw invalid('Invalid positive integer', { param: 'amount' })
  if (!/^[a-z]{3}$/.test(String(form.currency))) throw invalid('Invalid currency', { param: 'currency' })
  if (!capture) throw invalid(`Invalid capture_method: must be one of ${captureMethods}`, { param: 'capture_method' })
  if (method !== null && !isKnownCard(method)) throw missing('PaymentMethod', method)
  const intent: PaymentIntent = {
    id: providerId('pi'),
    object: 'payment_intent',
    amount,
    amount_capturable: 0,
    amount_received: 0,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: capture,
    currency: String(form.currency),
    status: method === null ? 'requires_payment_method' : 'requires_confirmation',
    payment_method: method,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    metadata: metadataOf(form),
    created: now(),
  }
  books.save(intent, 'payment_intent.created')
  return form.confirm === 'true' ? confirmIntent(books, intent.id) : intent
}

/** Takes the money, or sets it aside where it is to be captured. @throws StripeError, a 402 where the card is declined */
export function confirmIntent(books: Books, id: string, form: Form = {}): PaymentIntent {
  const intent = readIntent(books, id)
  if (!confirmable.includes(intent.status))
    throw unexpectedState(intent, 'You cannot confirm this PaymentIntent', 'confirmed', confirmable)
  const method = methodOf(books, id, form)
  if (method === null) {
    throw invalid("You cannot confirm this PaymentIntent because it's missing a payment method.", {
      code: 'payment_intent_unexpected_state',
      payment_intent: intent,
    })
  }
  if (!isKnownCard(method)) throw missing('PaymentMethod', method)
  const tried = { ...intent, payment_method: method, last_payment_error: null, latest_charge: providerId('ch') }
  const decline = declineOf(method)
  if (decline) throw declined(books, tried, decline)
  return intent.capture_method === 'manual'
    ? books.save(
        { ...tried, status: 'requires_capture', amount_capturable: intent.amount },
        'payment_intent.amount_capturable_updated',
      )
    : books.save({ ...tried, status: 'succeeded', amount_received: intent.amount }, 'payment_intent.succeeded')
}

/** @returns what an intent would be paid with, if it were confirmed like this; null where that is not known. */
export const methodOf = (books: Books, id: string, form: Form): string | null =>
  form.payment_method === undefined ? (books.intents.get(id)?.payment_method ?? null) : String(form.payment_method)

/** Takes what was set aside, or a part of it; the rest is released. @throws StripeError */
export function captureIntent(books: Books, id: string, form: Form = {}): PaymentIntent {
  const intent = readIntent(books, id)
  const { amount_capturable: capturable, status } = intent
  if (status !== 'requires_capture')
    throw unexpectedState(intent, 'This PaymentIntent could not be captured', 'captured', ['requires_capture'])
  if (form.final_capture === 'false')
    throw invalid('Multicapture is not available for this PaymentIntent.', { param: 'final_capture' })
  const amount = form.amount_to_capture === undefined ? capturable : Number(form.amount_to_capture)
  if (!Number.isSafeInteger(amount) || amount < 1)
    throw invalid('Invalid positive integer', { param: 'amount_to_capture' })
  if (amount > capturable) {
    throw invalid(`The amount to capture (${amount}) is greater than what may be captured (${capturable}).`, {
      code: 'amount_too_large',
      param: 'amount_to_capture',
    })
  }
  return books.save(
    { ...intent, status: 'succeeded', amount_received: amount, amount_capturable: 0 },
    'payment_intent.succeeded',
  )
}

/** Makes sure that no money is ever taken; releases what was set aside. @throws StripeError */
export function cancelIntent(books: Books, id: string, form: Form = {}): PaymentIntent {
  const intent = readIntent(books, id)
  if (!cancelable.includes(intent.status))
    throw unexpectedState(intent, 'You cannot cancel this PaymentIntent', 'canceled', cancelable)
  const reason = form.cancellation_reason === undefined ? null : String(form.cancellation_reason)
  if (reason !== null && !cancellationReasons.includes(reason))
    throw invalid('Invalid cancellation_reason', { param: 'cancellation_reason' })
  return end(books, intent, reason)
}

/** What Stripe does itself with money that was set aside and not captured, after seven days as a rule. @throws StripeError */
export function expireIntent(books: Books, id: string): PaymentIntent {
  const intent = readIntent(books, id)
  if (intent.status !== 'requires_capture')
    throw unexpectedState(intent, 'This PaymentIntent cannot expire', 'expired', ['requires_capture'])
  return end(books, intent, 'automatic')
}

export function readIntent(books: Books, id: string): PaymentIntent {
  const intent = books.intents.get(id)
  if (!intent) throw missing('payment_intent', id)
  return intent
}

const end = (books: Books, intent: PaymentIntent, reason: string | null) =>
  books.save(
    { ...intent, status: 'canceled', amount_capturable: 0, canceled_at: now(), cancellation_reason: reason },
    'payment_intent.canceled',
  )

/** Writes the decline down. @returns the error that tells of it */
function declined(books: Books, tried: PaymentIntent, { code, declineCode, message }: Decline): StripeError {
  const error = { type: 'card_error', code, message, ...(declineCode && { decline_code: declineCode }) }
  const intent = books.save(
    { ...tried, status: 'requires_payment_method', payment_method: null, last_payment_error: error },
    'payment_intent.payment_failed',
  )
  return new StripeError(402, 'card_error', message, { ...error, charge: tried.latest_charge, payment_intent: intent })
}

function unexpectedState(intent: PaymentIntent, what: string, done: string, allowed: PaymentIntent['status'][]) {
  const message =
    `${what} because it has a status of ${intent.status}. ` +
    `Only a PaymentIntent with one of the following statuses may be ${done}: ${allowed.join(', ')}.`
  return invalid(message, { code: 'payment_intent_unexpected_state', payment_intent: intent })
}
