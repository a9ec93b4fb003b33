// Refunds of the simulator, call by call, against its books.
import { expect } from 'chai'
import fc from 'fast-check'
import { Books } from '../../../../../lib/local/simulator/books.ts'
import { StripeError } from '../../../../../lib/local/simulator/errors.ts'
import { confirmIntent, createIntent } from '../../../../../lib/local/simulator/intents.ts'
import { createRefund, failRefund, readRefund, succeedRefund } from '../../../../../lib/local/simulator/refunds.ts'
import { errorOf } from '../../../error-of.ts'

const form = { amount: '5000', currency: 'eur', payment_method: 'pm_card_visa' }
const refusal = async (call: () => unknown): Promise<Record<string, unknown>> => {
  const { status, body } = await errorOf(StripeError, call)
  return { status, ...body.error }
}

describe('the simulator’s refunds', () => {
  let books: Books
  beforeEach(() => {
    books = new Books()
  })
  const paid = (payment_method = 'pm_card_visa') =>
    confirmIntent(books, createIntent(books, { ...form, payment_method }).id)

  it('give back all that is left where no amount is named', () => {
    const { id } = paid()
    createRefund(books, { payment_intent: id, amount: '1500' })
    const refund = createRefund(books, { payment_intent: id, metadata: { refund_id: 'r1' } })
    expect(refund).to.include({ object: 'refund', amount: 3_500, currency: 'eur', status: 'succeeded' })
    expect(readRefund(books, refund.id)).to.deep.equal(refund)
    expect(books.refunded(id)).to.equal(5_000)
  })

  it('never give back more than was taken, in whatever parts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: -10, max: 3_000 }), { maxLength: 12 }), async (amounts) => {
        const { id } = paid()
        let given = 0
        for (const amount of amounts) {
          const fits = amount >= 1 && given + amount <= 5_000
          const call = () => createRefund(books, { payment_intent: id, amount: String(amount) })
          if (fits) given += call().amount
          else expect(await refusal(call)).to.include({ status: 400 })
          expect(books.refunded(id)).to.equal(given)
        }
      }),
    )
  })

  it('end when everything is given back', async () => {
    const { id } = paid()
    createRefund(books, { payment_intent: id })
    const refused = await refusal(() => createRefund(books, { payment_intent: id }))
    expect(refused).to.include({ status: 400, code: 'charge_already_refunded' })
  })

  it('need a charge that succeeded', async () => {
    const { id } = createIntent(books, form)
    expect(await refusal(() => createRefund(books, { payment_intent: id, amount: '1' }))).to.include({ status: 400 })
    expect(books.refunds.size).to.equal(0)
  })

  it('name the charge they are of', () => {
    const { id, latest_charge } = paid()
    expect(createRefund(books, { payment_intent: id, reason: 'duplicate' })).to.include({
      charge: latest_charge,
      reason: 'duplicate',
    })
  })

  it('start pending on the card that says so, count already, and succeed later', async () => {
    const { id } = paid('pm_card_pendingRefund')
    const refund = createRefund(books, { payment_intent: id, amount: '4000' })
    expect([refund.status, books.refunded(id)]).to.deep.equal(['pending', 4_000])
    expect(await refusal(() => createRefund(books, { payment_intent: id, amount: '1001' }))).to.include({ status: 400 })
    expect(succeedRefund(books, refund.id).status).to.equal('succeeded')
    expect(books.refunded(id)).to.equal(4_000)
    expect(await refusal(() => succeedRefund(books, refund.id))).to.include({ status: 400 })
  })

  for (const card of ['pm_card_pendingRefund', 'pm_card_refundFail', 'pm_card_visa']) {
    it(`on ${card} can fail later, once: the money may be given back again`, async () => {
      const { id } = paid(card)
      const refund = createRefund(books, { payment_intent: id })
      const failed = failRefund(books, refund.id, 'expired_or_canceled_card')
      expect(failed).to.include({ status: 'failed', failure_reason: 'expired_or_canceled_card' })
      expect(books.refunded(id)).to.equal(0)
      for (const again of [failRefund, succeedRefund])
        expect(await refusal(() => again(books, refund.id))).to.include({ status: 400 })
      expect(createRefund(books, { payment_intent: id }).amount).to.equal(5_000)
    })
  }

  it('do not fail for a reason Stripe does not know', async () => {
    const { id } = createRefund(books, { payment_intent: paid().id })
    expect(await refusal(() => failRefund(books, id, 'mood'))).to.include({ status: 400, param: 'failure_reason' })
    expect(readRefund(books, id).status).to.equal('succeeded')
    expect(failRefund(books, id).failure_reason).to.equal('unknown')
  })
})
