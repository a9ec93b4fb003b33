// Payments and refunds as clients see them: amounts with their currency, nothing of the provider's.
import { expect } from 'chai'
import { presentPayment, presentRefund } from '../../../../api/presenters/payment.ts'
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
  refundAmount: 3_500,
  declineCode: null,
  capturedAt: at,
  createdAt: at,
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
      declineCode: null,
      capturedAt: at,
      refunding: { amount: 3_500, currency: 'EUR' },
      refunded: { amount: 0, currency: 'EUR' },
      refunds: [],
      links: { self: '/v1/payments/payment-1', order: '/v1/orders/order-1' },
    })
  })

  it('invariant 6: counts as refunded what was given back, not what failed or is not known', () => {
    expect(presentPayment({ ...payment, refunds } as unknown as Payment)).to.deep.include({
      refunded: { amount: 3_000, currency: 'EUR' },
    })
  })

  it('shows each of its refunds', () => {
    expect(
      presentPayment({ ...payment, refunds } as unknown as Payment).refunds.map(({ id, state }) => [id, state]),
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
