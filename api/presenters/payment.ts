// A payment and its refunds as clients see them. Pure; columns never leak.
import type { Job } from '../../lib/models/job.ts'
import type { LedgerEntry } from '../../lib/models/ledger-entry.ts'
import type { Payment, Refund } from '../../lib/models/payment.ts'

export function presentPayment(payment: Payment) {
  const { currency, refunds } = payment
  const succeeded = refunds.filter((refund) => refund.state === 'succeeded')
  const refunded = succeeded.reduce((sum, refund) => sum + refund.amount, 0)
  return {
    id: payment.id,
    orderId: payment.orderId,
    state: payment.state,
    amount: { amount: payment.amount, currency },
    method: payment.method,
    captureMethod: payment.captureMethod,
    captured: payment.capturedAmount === null ? null : { amount: payment.capturedAmount, currency },
    declineCode: payment.declineCode,
    authorizedAt: payment.authorizedAt,
    capturedAt: payment.capturedAt,
    /** What refunds that have not failed add up to; the rest can still be refunded. */
    refunding: { amount: payment.refundAmount, currency },
    refunded: { amount: refunded, currency },
    refunds: refunds.map((refund) => presentRefund(refund, currency)),
    ledger: payment.ledger.map(presentEntry),
    links: { self: `/v1/payments/${payment.id}`, order: `/v1/orders/${payment.orderId}` },
  }
}

/** A job that charged, captured or reversed a payment. */
export function presentAttempts({ id, type, state, attempt, error, startedAt, finishedAt }: Job) {
  return { type, jobId: id, state, attempts: attempt, error, startedAt, finishedAt }
}

const presentEntry = ({ kind, ledgerAccount, amount, currency, sourceId, paymentId, createdAt }: LedgerEntry) => ({
  kind,
  account: ledgerAccount,
  amount: { amount, currency },
  refundId: sourceId === paymentId ? null : sourceId,
  createdAt,
})

export function presentRefund(refund: Refund, currency: string) {
  return {
    id: refund.id,
    paymentId: refund.paymentId,
    state: refund.state,
    amount: { amount: refund.amount, currency },
    reason: refund.reason,
    failureCode: refund.failureCode,
    createdAt: refund.createdAt,
  }
}
