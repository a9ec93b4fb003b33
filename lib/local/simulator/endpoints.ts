// The part of Stripe's API that Errand uses through the `stripe` package, as a table. https://docs.stripe.com/api
import type { Books } from './books.ts'
import { delayOf } from './cards.ts'
import { missing } from './errors.ts'
import type { Form } from './form.ts'
import { cancelIntent, captureIntent, confirmIntent, createIntent, methodOf, readIntent } from './intents.ts'
import { type Filters, list } from './lists.ts'
import type { Refund, StripeEvent } from './objects.ts'
import { createRefund, readRefund } from './refunds.ts'

export interface Endpoint {
  method: 'GET' | 'POST'
  path: string
  /** @returns the answer's body. @throws StripeError for every other answer than 200 */
  work(books: Books, form: Form, id: string): unknown
  /** How long that takes, in ms. */
  takesMs?(books: Books, form: Form, id: string): number
}

const INTENTS = '/v1/payment_intents'
const REFUNDS = '/v1/refunds'
const EVENTS = '/v1/events'

const refundFilters: Filters<Refund> = {
  payment_intent: (refund, id) => refund.payment_intent === id,
  charge: (refund, id) => refund.charge === id,
}
const eventFilters: Filters<StripeEvent> = {
  type: (event, type) => event.type === type,
  types: (event, type) => event.type === type,
}

const get = (path: string, work: Endpoint['work']): Endpoint => ({ method: 'GET', path, work })
const post = (path: string, work: Endpoint['work']): Endpoint => ({ method: 'POST', path, work })

export const endpoints: readonly Endpoint[] = [
  post(INTENTS, (books, form) => createIntent(books, form)),
  get(INTENTS, (books, query) => list(books.intents.values(), INTENTS, query)),
  get(`${INTENTS}/:id`, (books, _, id) => readIntent(books, id)),
  {
    ...post(`${INTENTS}/:id/confirm`, (books, form, id) => confirmIntent(books, id, form)),
    takesMs: (books, form, id) => delayOf(methodOf(books, id, form)),
  },
  post(`${INTENTS}/:id/capture`, (books, form, id) => captureIntent(books, id, form)),
  post(`${INTENTS}/:id/cancel`, (books, form, id) => cancelIntent(books, id, form)),
  post(REFUNDS, (books, form) => createRefund(books, form)),
  get(REFUNDS, (books, query) => list(books.refunds.values(), REFUNDS, query, refundFilters)),
  get(`${REFUNDS}/:id`, (books, _, id) => readRefund(books, id)),
  get(EVENTS, (books, query) => list(books.events.values(), EVENTS, query, eventFilters)),
  get(`${EVENTS}/:id`, (books, _, id) => readEvent(books, id)),
]

/** How a fault script names an endpoint, e.g. `POST /v1/payment_intents/:id/confirm`. */
export const nameOf = ({ method, path }: Pick<Endpoint, 'method' | 'path'>) => `${method} ${path}`

export function readEvent(books: Books, id: string): StripeEvent {
  const event = books.events.get(id)
  if (!event) throw missing('event', id)
  return event
}
