// The part of Stripe's API that the `stripe` package's PaymentIntents and Refunds use. https://docs.stripe.com/api
import { type Books, type PaymentIntent, providerId, type Refund } from './books.ts'
import { declineOf, isKnownCard } from './cards.ts'
import { invalid, missing, StripeError } from './errors.ts'

export type Form = Record<string, unknown>

const now = () => Math.floor(Date.now() / 1000)

export function createIntent(books: Books, form: Form): PaymentIntent {
  const amount = Number(form.amount)
  const method = form.payment_method === undefined ? null : String(form.payment_method)
  if (!Number.isSafeInteger(amount) || amount < 1) throw invalid('Invalid positive integer', { param: 'amount' })
  if (!/^[a-z]{3}$/.test(String(form.currency))) throw invalid('Invalid currency', { param: 'currency' })
  if (method !== null && !isKnownCard(method)) throw missing('PaymentMethod', method)
  return books.save({
    id: providerId('pi'),
    object: 'payment_intent',
    amount,
    amount_received: 0,
    currency: String(form.currency),
    status: method === null ? 'requires_payment_method' : 'requires_confirmation',
    payment_method: method,
    last_payment_error: null,
    latest_charge: null,
    metadata: metadataOf(form),
    created: now(),
  })
}

export function confirmIntent(books: Books, id: string): PaymentIntent {
  const intent = readIntent(books, id)
  if (intent.status !== 'requires_confirmation' || intent.payment_method === null)
    throw unexpectedState(intent, 'confirm')
  const decline = declineOf(intent.payment_method)
  if (!decline) {
    return books.save({
      ...intent,
      status: 'succeeded',
      amount_received: intent.amount,
      latest_charge: providerId('ch'),
    })
  }
  const error = {
    type: 'card_error',
    code: decline.code,
    message: decline.message,
    ...(decline.declineCode && { decline_code: decline.declineCode }),
  }
  const declined = books.save({
    ...intent,
    status: 'requires_payment_method',
    payment_method: null,
    last_payment_error: error,
  })
  throw new StripeError(402, 'card_error', decline.message, { ...error, payment_intent: declined })
}

export function cancelIntent(books: Books, id: string): PaymentIntent {
  const intent = readIntent(books, id)
  if (intent.status === 'succeeded' || intent.status === 'canceled') throw unexpectedState(intent, 'cancel')
  return books.save({ ...intent, status: 'canceled' })
}

export function readIntent(books: Books, id: string): PaymentIntent {
  const intent = books.intents.get(id)
  if (!intent) throw missing('payment_intent', id)
  return intent
}

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
  return books.save({
    id: providerId('re'),
    object: 'refund',
    amount,
    currency: intent.currency,
    payment_intent: intent.id,
    status: 'succeeded',
    metadata: metadataOf(form),
    created: now(),
  })
}

export function readRefund(books: Books, id: string): Refund {
  const refund = books.refunds.get(id)
  if (!refund) throw missing('refund', id)
  return refund
}

/** Newest first, by pages as Stripe's lists are. https://docs.stripe.com/api/pagination */
export function list<E extends { id: string }>(entries: Iterable<E>, url: string, query: Form) {
  const limit = Math.min(Math.max(Number(query.limit ?? 10), 1), 100)
  const all = [...entries].reverse()
  const start = query.starting_after ? all.findIndex((entry) => entry.id === query.starting_after) + 1 : 0
  return { object: 'list', url, has_more: all.length > start + limit, data: all.slice(start, start + limit) }
}

const metadataOf = (form: Form) => ({ ...(form.metadata as Record<string, string> | undefined) })

const unexpectedState = (intent: PaymentIntent, verb: string) =>
  invalid(`You cannot ${verb} this PaymentIntent because it has a status of ${intent.status}.`, {
    code: 'payment_intent_unexpected_state',
    payment_intent: intent,
  })
