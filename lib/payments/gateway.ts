// The payment provider behind the calls Errand makes, through the `stripe` package (real Stripe or the simulator).
// Charging takes two calls: creating an intent moves no money and may be repeated; only confirming that one known intent
// does, and an intent can be paid, and captured, once. So a lost answer is read from the intent instead of guessed.
import Stripe from 'stripe'
import type { CaptureMethod } from '../models/payment.ts'
import { type Intent, type ProviderRefund, presentIntent, presentRefund } from './provider.ts'
import { openBooks, type ProviderBooks } from './reconcile-books.ts'
import { refusal } from './refusal.ts'

export interface PaymentGateway extends ProviderBooks {
  /** Prepares a charge; moves no money. */
  createIntent(charge: {
    paymentId: string
    amount: number
    currency: string
    method: string
    capture: CaptureMethod
    key: string
  }): Promise<Intent>
  /** Takes the money, or sets it aside to be captured. @throws AnswerLost when it is not known whether it did. */
  confirmIntent(id: string, key: string): Promise<Intent>
  /** Takes `amount` of what was set aside and releases the rest. @throws AnswerLost when it is not known whether it did. */
  captureIntent(id: string, amount: number, key: string): Promise<Intent>
  /** Makes sure the intent can never be paid any more; returns it as it is when that came too late. */
  cancelIntent(id: string, key: string): Promise<Intent>
  readIntent(id: string): Promise<Intent>
  /** Gives money back. @throws AnswerLost when it is not known whether it did. */
  createRefund(refund: { intentId: string; refundId: string; amount: number; key: string }): Promise<ProviderRefund>
  /** The refund made for `refundId`, if the provider has one. List endpoints are read-after-write; search is not. */
  findRefund(intentId: string, refundId: string): Promise<ProviderRefund | undefined>
}

const TIMEOUT_MS = 10_000

interface GatewaySettings {
  STRIPE_SECRET_KEY: string
  STRIPE_API_URL?: string | undefined
}

/** All calls throw what `refusal` makes of an error: AnswerLost, RetryLater or Refused. */
export function createGateway({ STRIPE_SECRET_KEY, STRIPE_API_URL }: GatewaySettings): PaymentGateway {
  const stripe = new Stripe(STRIPE_SECRET_KEY, {
    ...target(STRIPE_API_URL),
    timeout: TIMEOUT_MS,
    maxNetworkRetries: 0,
    telemetry: false,
  })
  const read = async (id: string) => presentIntent(await stripe.paymentIntents.retrieve(id))
  /** An intent that is past what was asked of it says itself what became of it. */
  const readWherePast = (id: string, error: unknown) => {
    if (!isUnexpectedState(error)) throw error
    return read(id)
  }
  return {
    ...openBooks(stripe, call),
    createIntent: ({ paymentId, amount, currency, method, capture, key }) =>
      call(async () =>
        presentIntent(
          await stripe.paymentIntents.create(
            {
              amount,
              currency: currency.toLowerCase(),
              payment_method: method,
              capture_method: capture,
              automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
              metadata: { payment_id: paymentId },
            },
            { idempotencyKey: key },
          ),
        ),
      ),
    confirmIntent: (id, key) =>
      call(async () => {
        try {
          return presentIntent(
            await stripe.paymentIntents.confirm(id, { error_on_requires_action: true }, { idempotencyKey: key }),
          )
        } catch (error) {
          // A decline, or an intent that is past confirming: the intent itself says which.
          if (error instanceof Stripe.errors.StripeCardError || isUnexpectedState(error)) return await read(id)
          throw error
        }
      }),
    captureIntent: (id, amount, key) =>
      call(() => {
        const captured = stripe.paymentIntents.capture(id, { amount_to_capture: amount }, { idempotencyKey: key })
        return captured.then(presentIntent).catch((error) => readWherePast(id, error))
      }),
    cancelIntent: (id, key) =>
      call(() => {
        const cancelled = stripe.paymentIntents.cancel(id, {}, { idempotencyKey: key })
        return cancelled.then(presentIntent).catch((error) => readWherePast(id, error))
      }),
    readIntent: (id) => call(() => read(id)),
    createRefund: ({ intentId, refundId, amount, key }) =>
      call(async () =>
        presentRefund(
          await stripe.refunds.create(
            { payment_intent: intentId, amount, metadata: { refund_id: refundId } },
            { idempotencyKey: key },
          ),
        ),
      ),
    findRefund: (intentId, refundId) =>
      call(async () => {
        for await (const refund of stripe.refunds.list({ payment_intent: intentId, limit: 100 })) {
          if (refund.metadata?.refund_id === refundId) return presentRefund(refund)
        }
        return undefined
      }),
  }
}

async function call<R>(request: () => Promise<R>): Promise<R> {
  try {
    return await request()
  } catch (error) {
    throw refusal(error)
  }
}

const isUnexpectedState = (error: unknown) =>
  error instanceof Stripe.errors.StripeError && error.code === 'payment_intent_unexpected_state'

function target(apiUrl: string | undefined): Pick<Stripe.StripeConfig, 'host' | 'port' | 'protocol'> {
  if (!apiUrl) return {}
  const { hostname, port, protocol } = new URL(apiUrl)
  return { host: hostname, port, protocol: protocol === 'https:' ? 'https' : 'http' }
}
