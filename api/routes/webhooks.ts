// What other systems tell us: verified on the body as it came, stored with the job that processes it, then acknowledged.
import { AppError } from '../../lib/errors.ts'
import { inTransaction } from '../../lib/jobs/enqueue.ts'
import { readEvent } from '../../lib/payments/webhook.ts'
import { storeEvent } from '../../lib/payments/webhook-store.ts'
import { route } from '../route.ts'
import { definitionOf } from './jobs.ts'

const stripe = route({
  method: 'post',
  path: '/webhooks/stripe',
  summary: "Tell of the payment provider's events",
  signatureHeader: 'Stripe-Signature',
  answers: {
    200: 'The event is stored, or was before: `{received: true}`.',
    400: 'The signature does not fit the body, or the body is not an event.',
    503: 'No secret is configured.',
  },
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
