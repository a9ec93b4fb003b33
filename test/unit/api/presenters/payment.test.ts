// Payments and refunds as clients see them: amounts with their currency, nothing of the provider's.
import { expect } from 'chai'
import {
  presentAttempts,
  presentPayment,
  presentPaymentSummary,
  presentRefund,
} from '../../../../api/presenters/payment.ts'
import { Job } from '../../../../lib/models/job.ts'
import { LedgerEntry } from '../../../../lib/models/ledger-entry.ts'
import { Payment, Refund, type RefundState } from '../../../../lib/models/payment.ts'

const at = new Date('2030-01-01T09:00:00Z')
const SECRET = 'not-for-clients'
const hidden = {
  accountId: SECRET,
  providerId: SECRET,
  keyGeneration: 424_242,
  sentAt: new Date('2031-07-07T07:07:07Z'),
  updatedAt: new Date('2031-07-07T07:07:07Z'),
}

const payment = Object.assign(new Payment(), {
  ...hidden,
  id: 'payment-1',
  orderId: 'order-1',
  state: 'captured',
  amount: 10_000,
  currency: 'EUR',
  method: 'pm_card_visa',
  captureMethod: 'manual',
  amountToCapture: 424_242,
  capturedAmount: 9_000,
  refundAmount: 3_500,
  refundedAmount: 3_000,
  declineCode: null,
  authorizedAt: at,
  capturedAt: at,
  createdAt: at,
  ledger: [],
}) as unknown as Payment
const refund = (state: RefundState, amount: number) =>
  Object.assign(new Refund(), {
    ...hidden,
    id: `refund-${amount}`,
    paymentId: 'payment-1',
    state,
    amount,
    reason: 'chipped',
    failureCode: null,
    createdAt: at,
  }) as unknown as Refund
const refunds = [
  refund('succeeded', 1_000),
  refund('succeeded', 2_000),
  refund('failed', 5_000),
  refund('unknown', 500),
]

describe('a payment as clients see it', () => {
  it('has the published fields and no other', () => {
    expect(presentPayment({ ...payment, refunds: [] } as unknown as Payment)).to.deep.equal({
      id: 'payment-1',
      orderId: 'order-1',
      state: 'captured',
      amount: { amount: 10_000, currency: 'EUR' },
      method: 'pm_card_visa',
      captureMethod: 'manual',
      captured: { amount: 9_000, currency: 'EUR' },
      declineCode: null,
      authorizedAt: at,
      capturedAt: at,
      refunding: { amount: 3_500, currency: 'EUR' },
      refunded: { amount: 3_000, currency: 'EUR' },
      refunds: [],
      ledger: [],
      links: { self: '/v1/payments/payment-1', order: '/v1/orders/order-1' },
    })
  })

  it('is listed without its refunds and its ledger', () => {
    const { refunds: _, ledger, ...summary } = presentPayment({ ...payment, refunds } as unknown as Payment)
    expect(presentPaymentSummary(payment)).to.deep.equal(summary)
  })

  it('has captured nothing, not zero, until it is captured', () => {
    const open = { ...payment, state: 'authorized', capturedAmount: null, capturedAt: null, refunds: [] }
    expect(presentPayment(open as unknown as Payment)).to.deep.include({ captured: null, capturedAt: null })
  })

  it('shows its ledger: signed amounts, and which refund they are of', () => {
    const entry = (sourceId: string, kind: string, amount: number) =>
      Object.assign(new LedgerEntry(), {
        ...hidden,
        id: 424_242,
        paymentId: 'payment-1',
        sourceId,
        kind,
        ledgerAccount: 'sales',
        amount,
        currency: 'EUR',
        createdAt: at,
      })
    const ledger = [entry('refund-1', 'refund', 1_000), entry('payment-1', 'capture', -9_000)]
    const shown = presentPayment({ ...payment, refunds: [], ledger } as unknown as Payment)
    const shared = { account: 'sales', createdAt: at }
    expect(shown.ledger).to.deep.equal([
      { ...shared, kind: 'capture', amount: { amount: -9_000, currency: 'EUR' }, refundId: null },
      { ...shared, kind: 'refund', amount: { amount: 1_000, currency: 'EUR' }, refundId: 'refund-1' },
    ])
  })

  it('shows each of its refunds, the first one first', () => {
    expect(
      presentPayment({ ...payment, refunds: refunds.toReversed() } as unknown as Payment).refunds.map(
        ({ id, state }) => [id, state],
      ),
    ).to.deep.equal([
      ['refund-1000', 'succeeded'],
      ['refund-2000', 'succeeded'],
      ['refund-5000', 'failed'],
      ['refund-500', 'unknown'],
    ])
  })

  it('invariant 10: shows no column that is not published', () => {
    const json = JSON.stringify(presentPayment({ ...payment, refunds } as unknown as Payment))
    for (const text of [SECRET, '424242', '2031-07-07']) expect(json).to.not.contain(text)
  })
})

describe('an attempt at a payment as clients see it', () => {
  it('has the published fields and no other', () => {
    const job = Object.assign(new Job(), {
      ...hidden,
      id: 'job-1',
      type: 'payments.capture',
      state: 'running',
      attempt: 3,
      maxAttempts: 8,
      input: { paymentId: SECRET },
      error: null,
      startedAt: at,
      finishedAt: null,
    })
    expect(presentAttempts(job as unknown as Job)).to.deep.equal({
      type: 'payments.capture',
      jobId: 'job-1',
      state: 'running',
      attempts: 3,
      error: null,
      startedAt: at,
      finishedAt: null,
    })
  })
})

describe('a refund as clients see it', () => {
  it('has the published fields and no other', () => {
    expect(presentRefund(refund('succeeded', 1_000), 'EUR')).to.deep.equal({
      id: 'refund-1000',
      paymentId: 'payment-1',
      state: 'succeeded',
      amount: { amount: 1_000, currency: 'EUR' },
      reason: 'chipped',
      failureCode: null,
      createdAt: at,
    })
  })
})
