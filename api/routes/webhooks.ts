// What other systems tell us: verified on the body as it came, stored with the job that processes it, then acknowledged.
import { z } from 'zod'
import { AppError } from '../../lib/errors.ts'
import { definitionOf } from '../../lib/jobs/catalogue.ts'
import { inTransaction } from '../../lib/jobs/enqueue.ts'
import { readEvent } from '../../lib/payments/webhook.ts'
import { storeEvent } from '../../lib/payments/webhook-store.ts'
import { route } from '../route.ts'

const Received = z.strictObject({ received: z.literal(true) })

const stripe = route({
  method: 'post',
  path: '/webhooks/stripe',
  summary: "Tell of the payment provider's events",
  description:
    'For Stripe alone: set this address as a webhook endpoint there. The signature is checked on the body as it came; each event is stored once, and what it is about is looked up at Stripe.',
  signatureHeader: 'Stripe-Signature',
  signedExample: {
    id: 'evt_1',
    object: 'event',
    type: 'payment_intent.succeeded',
    created: 1_790_000_000,
    data: { object: { object: 'payment_intent', id: 'pi_1', metadata: {} } },
  },
  operationId: 'receiveStripeEvent',
  answers: { 200: { description: 'The event is stored, or was before.', body: Received } },
  async handle({ signed: { body, signature }, deps: { db, dispatch, catalogue, log, stripeWebhookSecrets = [] } }) {
    if (stripeWebhookSecrets.length === 0) throw new AppError('unavailable', 'STRIPE_WEBHOOK_SECRET is not set here.')
    const event = readEvent(body, signature, stripeWebhookSecrets)
    const { maxAttempts } = definitionOf(catalogue, 'webhooks.process')
    const stored = await inTransaction(db, dispatch, (trx) => storeEvent(trx, event, body, maxAttempts))
    if (stored === 'differs') {
      log.warn({ source: 'stripe', eventId: event.id }, 'an event came again with another body; the first one stands')
    }
    return { status: 200, body: { received: true } }
  },
})

export const webhookRoutes = [stripe]
