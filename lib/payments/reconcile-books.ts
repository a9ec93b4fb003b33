// The provider's books, page by page: every intent and refund, with what it must agree with in our rows.
import type Stripe from 'stripe'
import { type Intent, type ProviderRefund, presentIntent, presentRefund } from './provider.ts'
import { eventTypes, subjectOf } from './webhook.ts'

/** Amounts are in minor units of `currency`, ISO 4217 in capitals. */
export interface BookedIntent extends Intent {
  amount: number
  currency: string
  /** What we wrote on it; null where somebody else made it. */
  paymentId: string | null
}

export interface BookedRefund extends ProviderRefund {
  amount: number
  currency: string
  intentId: string | null
  refundId: string | null
}

export interface BookedEvent {
  id: string
  /** What it is about; null where that says nothing to us. */
  objectId: string | null
}

interface Window {
  /** By when the provider made them, to the second, both included. */
  from: Date
  to: Date
  /** The last one of the page before. */
  after: string | null
}

interface Page<Entry> {
  entries: Entry[]
  more: boolean
}

/** All throw what `refusal` makes of an error. */
export interface ProviderBooks {
  /** The intent with this id; undefined where the provider has none. */
  lookUpIntent(id: string): Promise<BookedIntent | undefined>
  lookUpRefund(id: string): Promise<BookedRefund | undefined>
  /** Newest first. */
  listIntents(window: Window): Promise<Page<BookedIntent>>
  listRefunds(window: Window): Promise<Page<BookedRefund>>
  /** The events that tell of an intent or a refund. */
  listEvents(window: Window): Promise<Page<BookedEvent>>
  /** All refunds of an intent. */
  refundsOf(intentId: string): Promise<BookedRefund[]>
}

/** The provider's own bound. https://docs.stripe.com/api/pagination */
const PAGE = 100

/** @param call makes of an error what callers expect */
export function openBooks(stripe: Stripe, call: <R>(request: () => Promise<R>) => Promise<R>): ProviderBooks {
  return {
    lookUpIntent: (id) => call(() => known(stripe.paymentIntents.retrieve(id).then(bookIntent))),
    lookUpRefund: (id) => call(() => known(stripe.refunds.retrieve(id).then(bookRefund))),
    listIntents: (window) =>
      call(async () => {
        const { data, has_more: more } = await stripe.paymentIntents.list(query(window))
        return { entries: data.map(bookIntent), more }
      }),
    listRefunds: (window) =>
      call(async () => {
        const { data, has_more: more } = await stripe.refunds.list(query(window))
        return { entries: data.map(bookRefund), more }
      }),
    listEvents: (window) =>
      call(async () => {
        const { data, has_more: more } = await stripe.events.list({ ...query(window), types: eventTypes })
        return {
          entries: data.map(({ id, data: { object } }) => ({ id, objectId: subjectOf(object)?.objectId ?? null })),
          more,
        }
      }),
    refundsOf: (intentId) =>
      call(async () => {
        const refunds: BookedRefund[] = []
        for await (const refund of stripe.refunds.list({ payment_intent: intentId, limit: PAGE }))
          refunds.push(bookRefund(refund))
        return refunds
      }),
  }
}

const query = ({ from, to, after }: Window) => ({
  created: { gte: Math.floor(from.getTime() / 1000), lte: Math.floor(to.getTime() / 1000) },
  limit: PAGE,
  ...(after !== null && { starting_after: after }),
})

const bookIntent = (intent: Stripe.PaymentIntent): BookedIntent => ({
  ...presentIntent(intent),
  amount: intent.amount,
  currency: intent.currency.toUpperCase(),
  paymentId: intent.metadata?.payment_id ?? null,
})

const bookRefund = (refund: Stripe.Refund): BookedRefund => ({
  ...presentRefund(refund),
  amount: refund.amount,
  currency: refund.currency.toUpperCase(),
  intentId: idOf(refund.payment_intent),
  refundId: refund.metadata?.refund_id ?? null,
})

const idOf = (reference: { id: string } | string | null) =>
  typeof reference === 'object' ? (reference?.id ?? null) : reference

/** A 404 is an answer: there is none. */
const known = <R>(found: Promise<R>): Promise<R | undefined> =>
  found.catch((error: unknown) => {
    if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return undefined
    throw error
  })
