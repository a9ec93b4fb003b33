// Which refunds are accepted, before the payment is looked at.
import { expect } from 'chai'
import { MAX_AMOUNT } from '../../../../lib/money.ts'
import { RefundRequest } from '../../../../lib/payments/refund.ts'

const accepts = (request: unknown) => RefundRequest.safeParse(request).success

describe('a request to refund', () => {
  it('may leave out the amount, for all that is left, and the reason', () => {
    for (const request of [{}, { amount: 1 }, { reason: 'chipped' }, { amount: MAX_AMOUNT, reason: 'chipped' }]) {
      expect(RefundRequest.parse(request)).to.deep.equal(request)
    }
  })

  for (const amount of [0, -1, 0.5, MAX_AMOUNT + 1, 1e12, '1', null]) {
    it(`invariant 6: is not of ${JSON.stringify(amount)} (${typeof amount})`, () => {
      expect(accepts({ amount })).to.equal(false)
    })
  }

  it('has a reason of one line', () => {
    for (const reason of ['', ' ', 'a\nb', 'x'.repeat(201)]) expect(accepts({ reason })).to.equal(false)
  })

  it('names no currency: it is the payment’s', () => {
    expect(accepts({ amount: 1, currency: 'EUR' })).to.equal(false)
  })
})
