// What the payment provider says of a charge and of a refund, in our words.
import type Stripe from 'stripe'

export interface Intent {
  id: string
  /**
   * open: nothing happened yet · pending: the provider is at it · authorized: the money is set aside, until it is captured,
   * cancelled or expires · the others are final.
   */
  status: 'open' | 'pending' | 'authorized' | 'captured' | 'declined' | 'cancelled'
  /** What was taken, in minor units. */
  capturedAmount: number
  declineCode: string | null
}

export interface ProviderRefund {
  id: string
  /** pending: the provider is at it, for days perhaps. Even one that succeeded can still fail. */
  status: 'pending' | 'succeeded' | 'failed'
  failureCode: string | null
}

/** Statuses: https://docs.stripe.com/payments/paymentintents/lifecycle */
export function presentIntent(intent: Stripe.PaymentIntent): Intent {
  const error = intent.last_payment_error
  const declineCode = error?.decline_code ?? error?.code ?? null
  return { id: intent.id, status: statusOf(intent), capturedAmount: intent.amount_received, declineCode }
}

function statusOf({ status, last_payment_error: error }: Stripe.PaymentIntent): Intent['status'] {
  if (status === 'succeeded') return 'captured'
  if (status === 'canceled') return 'cancelled'
  if (status === 'processing') return 'pending'
  if (status === 'requires_capture') return 'authorized'
  return error ? 'declined' : 'open'
}

/** Statuses: https://docs.stripe.com/api/refunds/object#refund_object-status */
export function presentRefund({ id, status, failure_reason }: Stripe.Refund): ProviderRefund {
  const ended = status === 'succeeded' || status === 'failed' ? status : status === 'canceled' ? 'failed' : 'pending'
  return { id, status: ended, failureCode: failure_reason ?? null }
}
