// The simulator's part of Stripe's API, call by call, against its books.
import { expect } from 'chai'
import fc from 'fast-check'
import { Books } from '../../../../../lib/local/simulator/books.ts'
import {
  cancelIntent,
  confirmIntent,
  createIntent,
  createRefund,
  list,
  readIntent,
  readRefund,
} from '../../../../../lib/local/simulator/endpoints.ts'
import { StripeError } from '../../../../../lib/local/simulator/errors.ts'
import { errorOf } from '../../../error-of.ts'

const form = { amount: '5000', currency: 'eur', payment_method: 'pm_card_visa', metadata: { payment_id: 'p1' } }
const refusal = async (call: () => unknown): Promise<Record<string, unknown>> => {
  const { status, body } = await errorOf(StripeError, call)
  return { status, ...body.error }
}

describe('the simulator', () => {
  let books: Books
  beforeEach(() => {
    books = new Books()
  })
  const paid = (amount = '5000') => confirmIntent(books, createIntent(books, { ...form, amount }).id)

  describe('an intent', () => {
    it('is created without moving money', () => {
      const intent = createIntent(books, form)
      expect(intent).to.include({ object: 'payment_intent', amount: 5_000, amount_received: 0, currency: 'eur' })
      expect(intent).to.include({ status: 'requires_confirmation', last_payment_error: null })
      expect(intent.metadata).to.deep.equal({ payment_id: 'p1' })
      expect(intent.id).to.match(/^pi_[0-9a-f]{24}$/)
      expect(readIntent(books, intent.id)).to.deep.equal(intent)
    })

    it('is another one each time', () => {
      expect(createIntent(books, form).id).to.not.equal(createIntent(books, form).id)
    })

    for (const amount of ['0', '-1', '1.5', 'x', '', undefined, '1e400']) {
      it(`is not created for ${amount}`, async () => {
        expect(await refusal(() => createIntent(books, { ...form, amount }))).to.include({
          status: 400,
          param: 'amount',
        })
      })
    }

    it('is not created in a currency as Stripe does not write it', async () => {
      for (const currency of ['EUR', 'euro', '', undefined]) {
        expect(await refusal(() => createIntent(books, { ...form, currency }))).to.include({
          status: 400,
          param: 'currency',
        })
      }
    })

    it('is not created for a card nobody knows', async () => {
      for (const payment_method of ['pm_card_nobody', 'toString', '__proto__']) {
        const refused = await refusal(() => createIntent(books, { ...form, payment_method }))
        expect(refused).to.include({ status: 404, code: 'resource_missing' })
      }
      expect(books.intents.size).to.equal(0)
    })

    it('takes the whole amount when it is confirmed', () => {
      expect(paid()).to.include({ status: 'succeeded', amount_received: 5_000 })
    })

    it('is paid once: confirming it again is refused with what it is', async () => {
      const intent = paid()
      const { payment_intent, ...refused } = await refusal(() => confirmIntent(books, intent.id))
      expect(refused).to.include({ status: 400, code: 'payment_intent_unexpected_state' })
      expect(payment_intent).to.deep.equal(intent)
    })

    const declines = {
      pm_card_chargeDeclined: { code: 'card_declined', decline_code: 'generic_decline' },
      pm_card_chargeDeclinedInsufficientFunds: { code: 'card_declined', decline_code: 'insufficient_funds' },
      pm_card_chargeDeclinedExpiredCard: { code: 'expired_card' },
    }
    for (const [payment_method, error] of Object.entries(declines)) {
      it(`is declined with ${Object.values(error).join(', ')} on ${payment_method}`, async () => {
        const { id } = createIntent(books, { ...form, payment_method })
        const refused = await refusal(() => confirmIntent(books, id))
        expect(refused).to.include({ status: 402, type: 'card_error', ...error })
        expect(readIntent(books, id)).to.include({ status: 'requires_payment_method', amount_received: 0 })
        expect(readIntent(books, id).last_payment_error).to.include(error)
      })
    }

    it('cannot be confirmed once it is declined: it has no card any more', async () => {
      const { id } = createIntent(books, { ...form, payment_method: 'pm_card_chargeDeclined' })
      await refusal(() => confirmIntent(books, id))
      expect(await refusal(() => confirmIntent(books, id))).to.include({ code: 'payment_intent_unexpected_state' })
    })

    it('can be cancelled until it is paid, and never be paid after that', async () => {
      const { id } = createIntent(books, form)
      expect(cancelIntent(books, id).status).to.equal('canceled')
      for (const call of [
        () => confirmIntent(books, id),
        () => cancelIntent(books, id),
        () => cancelIntent(books, paid().id),
      ]) {
        expect(await refusal(call)).to.include({ status: 400, code: 'payment_intent_unexpected_state' })
      }
      expect(readIntent(books, id)).to.include({ status: 'canceled', amount_received: 0 })
    })

    it('that does not exist is a 404 for every call', async () => {
      const calls = [readIntent, confirmIntent, cancelIntent]
      for (const call of calls) expect(await refusal(() => call(books, 'pi_none'))).to.include({ status: 404 })
      expect(await refusal(() => createRefund(books, { payment_intent: 'pi_none' }))).to.include({ status: 404 })
      expect(await refusal(() => readRefund(books, 're_none'))).to.include({ status: 404 })
    })
  })

  describe('refunds', () => {
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
  })

  describe('a list', () => {
    const entries = Array.from({ length: 25 }, (_, index) => ({ id: `e${index}` }))

    it('goes through everything once, newest first, page by page', () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 30 }), (limit) => {
          const seen: string[] = []
          for (let more = true; more; ) {
            const page = list(entries, '/v1/e', {
              limit: String(limit),
              ...(seen.length && { starting_after: seen.at(-1) }),
            })
            seen.push(...page.data.map(({ id }) => id))
            more = page.has_more
          }
          expect(seen).to.deep.equal(entries.map(({ id }) => id).reverse())
        }),
      )
    })

    it('has pages of ten, and of a hundred at most', () => {
      expect(list(entries, '/v1/e', {}).data).to.have.length(10)
      const many = Array.from({ length: 150 }, (_, index) => ({ id: `e${index}` }))
      expect(list(many, '/v1/e', { limit: '1000' }).data).to.have.length(100)
    })
  })
})
