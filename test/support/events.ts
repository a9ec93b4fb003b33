// Events as the payment provider sends them, signed with the harness's secret.
import { randomBytes } from 'node:crypto'
import Stripe from 'stripe'
import type { PaymentIntent, Refund } from '../../lib/local/simulator/books.ts'
import { Discrepancy } from '../../lib/models/discrepancy.ts'
import { WebhookEvent } from '../../lib/models/webhook-event.ts'
import type { Runtime } from '../../workers/runtime.ts'
import { type Harness, webhookSecret } from './harness.ts'
import { attempt } from './probe.ts'

export interface TestEvent {
  id: string
  object: 'event'
  type: string
  created: number
  data: { object: unknown }
}

/** An event about an object as it is, or was. */
export const eventOf = (type: string, object: PaymentIntent | Refund | Record<string, unknown>): TestEvent => ({
  id: `evt_${randomBytes(12).toString('hex')}`,
  object: 'event',
  type,
  created: Math.floor(Date.now() / 1000),
  data: { object },
})

/** @param timestamp in seconds */
export const sign = (payload: string, secret = webhookSecret, timestamp = Math.floor(Date.now() / 1000)) =>
  Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp })

/** Posts exactly these bytes. @returns status, headers and parsed body */
export async function postBytes(
  { apiUrl }: Harness,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
) {
  const response = await fetch(`${apiUrl}/webhooks/stripe`, { method: 'POST', body, headers })
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) }
}

/** Posts an event as the provider does. */
export const post = (harness: Harness, event: object, signature = sign(JSON.stringify(event))) =>
  postBytes(harness, JSON.stringify(event), { 'content-type': 'application/json', 'stripe-signature': signature })

/** Posts an event about an object and runs the job that processes it, without the engine. */
export async function processEvent(harness: Harness, type: string, object: PaymentIntent | Refund) {
  return runEvent(harness, eventOf(type, object))
}

/** The same for an event that is there already. */
export async function runEvent(harness: Harness, event: { id: string }, runtime: Runtime = harness.runtime) {
  const { status } = await post(harness, event)
  if (status !== 200) throw new Error(`the event was answered ${status}`)
  const { jobId } = await WebhookEvent.query(harness.db).findOne({ eventId: event.id }).throwIfNotFound()
  if (jobId === null) throw new Error('nothing is done about the event')
  return attempt(runtime, { id: jobId })
}

/** The findings about an object, open or not, the oldest first. */
export const findingsOf = ({ db }: Pick<Harness, 'db'>, { id: subject }: { id: string }) =>
  Discrepancy.query(db).where({ subject }).orderBy('id')
