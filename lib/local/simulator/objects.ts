// The objects of Stripe's API that the simulator keeps, as far as Errand reads them. https://docs.stripe.com/api
import { randomBytes } from 'node:crypto'

export type CaptureMethod = 'automatic' | 'automatic_async' | 'manual'

export interface PaymentIntent {
  id: string
  object: 'payment_intent'
  amount: number
  /** What is set aside and may still be captured. */
  amount_capturable: number
  amount_received: number
  canceled_at: number | null
  /** `automatic`: the authorization expired. */
  cancellation_reason: string | null
  capture_method: CaptureMethod
  currency: string
  status:
    | 'requires_payment_method'
    | 'requires_confirmation'
    | 'processing'
    | 'requires_capture'
    | 'succeeded'
    | 'canceled'
  payment_method: string | null
  last_payment_error: { type: string; code: string; decline_code?: string; message: string } | null
  latest_charge: string | null
  livemode: false
  metadata: Record<string, string>
  created: number
}

export interface Refund {
  id: string
  object: 'refund'
  amount: number
  charge: string | null
  currency: string
  payment_intent: string
  reason: string | null
  status: 'pending' | 'succeeded' | 'failed'
  failure_reason?: string
  metadata: Record<string, string>
  created: number
}

export type Subject = PaymentIntent | Refund

/** https://docs.stripe.com/api/events/types */
export type EventType =
  | 'payment_intent.created'
  | 'payment_intent.succeeded'
  | 'payment_intent.payment_failed'
  | 'payment_intent.canceled'
  | 'payment_intent.amount_capturable_updated'
  | 'refund.created'
  | 'refund.updated'
  | 'refund.failed'

export interface StripeEvent {
  id: string
  object: 'event'
  type: EventType
  api_version: string
  created: number
  livemode: false
  pending_webhooks: number
  request: { id: string | null; idempotency_key: string | null }
  /** The object as it was when this happened. */
  data: { object: Subject }
}

/** The version the locked `stripe` package speaks (its ApiVersion). */
const API_VERSION = '2026-10-28.endive'

/** @returns an id as Stripe's look: a prefix and 24 letters and digits. */
export const providerId = (prefix: string) => `${prefix}_${randomBytes(12).toString('hex')}`

/** Stripe's times: whole seconds since 1970. */
export const now = () => Math.floor(Date.now() / 1000)

/** Tells that an object has come into the state it is in. */
export const eventOf = (type: EventType, object: Subject): StripeEvent => ({
  id: providerId('evt'),
  object: 'event',
  type,
  api_version: API_VERSION,
  created: now(),
  livemode: false,
  pending_webhooks: 0,
  request: { id: null, idempotency_key: null },
  data: { object },
})
