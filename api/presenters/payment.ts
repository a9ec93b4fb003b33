// A payment and its refunds as clients see them. Pure; columns never leak.
import { z } from 'zod'
import type { Job } from '../../lib/models/job.ts'
import type { LedgerEntry } from '../../lib/models/ledger-entry.ts'
import { MOST_SHOWN, type Payment, paymentStates, type Refund } from '../../lib/models/payment.ts'
import { paymentAttemptExample, paymentExample, paymentSummaryExample, refundExample } from './examples.ts'
import { JobStateView } from './job.ts'
import { ProblemView } from './problem.ts'
import { Id, Link, Money, Time } from './shapes.ts'

export const RefundView = z
  .strictObject({
    id: Id,
    paymentId: Id,
    state: z.enum(['created', 'processing', 'unknown', 'pending', 'succeeded', 'failed']),
    amount: Money,
    reason: z.string().nullable(),
    failureCode: z.string().nullable(),
    createdAt: Time,
  })
  .meta({ id: 'Refund', examples: [refundExample] })

const LedgerEntryView = z
  .strictObject({
    kind: z.enum(['capture', 'refund', 'refund-failed']),
    account: z.enum(['provider-balance', 'sales']),
    amount: Money.meta({ description: 'Signed; the entries of a payment sum to zero.' }),
    refundId: Id.nullable(),
    createdAt: Time,
  })
  .meta({ id: 'LedgerEntry' })

export const PaymentSummaryView = z
  .strictObject({
    id: Id,
    orderId: Id,
    state: z.enum(paymentStates),
    amount: Money,
    method: z.string().meta({ description: 'The provider’s id of the payment method.', examples: ['pm_card_visa'] }),
    captureMethod: z.enum(['automatic', 'manual']),
    captured: Money.nullable().meta({ description: 'What was taken.' }),
    declineCode: z.string().nullable(),
    authorizedAt: Time.nullable(),
    capturedAt: Time.nullable(),
    refunding: Money.meta({ description: 'What refunds that have not failed add up to; the rest can be refunded.' }),
    refunded: Money.meta({ description: 'What was given back.' }),
    links: z.strictObject({ self: Link, order: Link }),
  })
  .meta({ id: 'PaymentSummary', examples: [paymentSummaryExample] })

export const PaymentView = PaymentSummaryView.extend({
  refunds: z.array(RefundView).meta({ description: `The latest ${MOST_SHOWN}.` }),
  ledger: z.array(LedgerEntryView).meta({ description: `The latest ${MOST_SHOWN} entries.` }),
}).meta({ id: 'Payment', examples: [paymentExample] })

const PaymentAttemptView = z
  .strictObject({
    type: z.string(),
    jobId: Id,
    state: JobStateView,
    attempts: z.int().min(0),
    error: ProblemView.nullable(),
    startedAt: Time.nullable(),
    finishedAt: Time.nullable(),
  })
  .meta({ id: 'PaymentAttempt', description: 'A job that charged, captured, refunded or reversed the payment.' })

export const PaymentDetailsView = PaymentView.extend({ attempts: z.array(PaymentAttemptView) }).meta({
  id: 'PaymentDetails',
  examples: [{ ...paymentExample, attempts: [paymentAttemptExample] }],
})

export function presentPayment(payment: Payment): z.input<typeof PaymentView> {
  return {
    ...presentPaymentSummary(payment),
    refunds: payment.refunds.toReversed().map((refund) => presentRefund(refund, payment.currency)),
    ledger: payment.ledger.toReversed().map(presentEntry),
  }
}

/** Of one that was read with `withRefunded`. */
export function presentPaymentSummary(payment: Payment): z.input<typeof PaymentSummaryView> {
  const { currency } = payment
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
    refunding: { amount: payment.refundAmount, currency },
    refunded: { amount: payment.refundedAmount, currency },
    links: { self: `/v1/payments/${payment.id}`, order: `/v1/orders/${payment.orderId}` },
  }
}

/** A job that charged, captured or reversed a payment. */
export function presentAttempts(job: Job): z.input<typeof PaymentAttemptView> {
  const { id, type, state, attempt, error, startedAt, finishedAt } = job
  return { type, jobId: id, state, attempts: attempt, error, startedAt, finishedAt }
}

function presentEntry(entry: LedgerEntry): z.input<typeof LedgerEntryView> {
  const { kind, ledgerAccount, amount, currency, sourceId, paymentId, createdAt } = entry
  const refundId = sourceId === paymentId ? null : sourceId
  return { kind, account: ledgerAccount, amount: { amount, currency }, refundId, createdAt }
}

export function presentRefund(refund: Refund, currency: string): z.input<typeof RefundView> {
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
