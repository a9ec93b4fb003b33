// PaymentIntents of the simulator, call by call, against its books.
import { expect } from 'chai'
import { Books } from '../../../../../lib/local/simulator/books.ts'
import { delayOf } from '../../../../../lib/local/simulator/cards.ts'
import { StripeError } from '../../../../../lib/local/simulator/errors.ts'
import {
  cancelIntent,
  captureIntent,
  confirmIntent,
  createIntent,
  expireIntent,
  methodOf,
  readIntent,
} from '../../../../../lib/local/simulator/intents.ts'
import { createRefund, readRefund } from '../../../../../lib/local/simulator/refunds.ts'
import { errorOf } from '../../../error-of.ts'

const form = { amount: '5000', currency: 'eur', payment_method: 'pm_card_visa', metadata: { payment_id: 'p1' } }
const refusal = async (call: () => unknown): Promise<Record<string, unknown>> => {
  const { status, body } = await errorOf(StripeError, call)
  return { status, ...body.error }
}

describe('the simulator’s intents', () => {
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

    it('is confirmed slowly with the card of a slow bank alone, and before Errand gives the call up', () => {
      const slow = createIntent(books, { ...form, payment_method: 'pm_card_slow' })
      const takes = (id: string, how = {}) => delayOf(methodOf(books, id, how))
      expect(takes(slow.id)).to.be.within(3_000, 8_000)
      expect(takes(slow.id, { payment_method: 'pm_card_visa' })).to.equal(0)
      expect(takes(createIntent(books, form).id)).to.equal(0)
      expect(takes('pi_none')).to.equal(0)
      expect(confirmIntent(books, slow.id)).to.include({ status: 'succeeded', amount_received: 5_000 })
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
        expect(readIntent(books, id).latest_charge).to.equal(refused.charge)
      })
    }

    it('cannot be confirmed once it is declined: it has no card any more', async () => {
      const { id } = createIntent(books, { ...form, payment_method: 'pm_card_chargeDeclined' })
      await refusal(() => confirmIntent(books, id))
      expect(await refusal(() => confirmIntent(books, id))).to.include({ code: 'payment_intent_unexpected_state' })
    })

    it('can be confirmed with another card once it is declined', async () => {
      const { id } = createIntent(books, { ...form, payment_method: 'pm_card_chargeDeclined' })
      await refusal(() => confirmIntent(books, id))
      await refusal(() => confirmIntent(books, id, { payment_method: 'pm_card_nobody' }))
      const paid = confirmIntent(books, id, { payment_method: 'pm_card_visa' })
      expect(paid).to.include({ status: 'succeeded', amount_received: 5_000, last_payment_error: null })
    })

    it('is confirmed at once where that is asked', () => {
      const intent = createIntent(books, { ...form, confirm: 'true' })
      expect(readIntent(books, intent.id)).to.include({ status: 'succeeded', amount_received: 5_000 })
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
      const calls = [readIntent, confirmIntent, captureIntent, cancelIntent, expireIntent]
      for (const call of calls) expect(await refusal(() => call(books, 'pi_none'))).to.include({ status: 404 })
      expect(await refusal(() => createRefund(books, { payment_intent: 'pi_none' }))).to.include({ status: 404 })
      expect(await refusal(() => readRefund(books, 're_none'))).to.include({ status: 404 })
    })
  })

  describe('a manual capture', () => {
    const authorized = () => confirmIntent(books, createIntent(books, { ...form, capture_method: 'manual' }).id)

    it('is asked for in Stripe’s words', async () => {
      expect(createIntent(books, { ...form, capture_method: 'automatic' }).capture_method).to.equal('automatic')
      expect(createIntent(books, form).capture_method).to.equal('automatic_async')
      const refused = await refusal(() => createIntent(books, { ...form, capture_method: 'later' }))
      expect(refused).to.include({ status: 400, param: 'capture_method' })
    })

    it('sets the money aside first', () => {
      const intent = authorized()
      expect(intent).to.include({ status: 'requires_capture', amount_capturable: 5_000, amount_received: 0 })
      expect(intent.latest_charge).to.match(/^ch_/)
    })

    it('takes all of it where no amount is named, by the same charge', () => {
      const { id, latest_charge } = authorized()
      const captured = captureIntent(books, id)
      expect(captured).to.include({ status: 'succeeded', amount_capturable: 0, amount_received: 5_000, latest_charge })
    })

    it('takes a part and releases the rest: no more than that is ever given back', async () => {
      const { id } = authorized()
      const captured = captureIntent(books, id, { amount_to_capture: '3000' })
      expect(captured).to.include({ status: 'succeeded', amount: 5_000, amount_capturable: 0, amount_received: 3_000 })
      expect(await refusal(() => createRefund(books, { payment_intent: id, amount: '3001' }))).to.include({
        status: 400,
      })
      expect(createRefund(books, { payment_intent: id }).amount).to.equal(3_000)
    })

    for (const [amount_to_capture, code] of [
      ['5001', 'amount_too_large'],
      ['0', undefined],
      ['-1', undefined],
      ['1.5', undefined],
    ]) {
      it(`of ${amount_to_capture} is refused, and takes nothing`, async () => {
        const { id } = authorized()
        const refused = await refusal(() => captureIntent(books, id, { amount_to_capture }))
        expect([refused.status, refused.param, refused.code]).to.deep.equal([400, 'amount_to_capture', code])
        expect(readIntent(books, id)).to.include({ status: 'requires_capture', amount_received: 0 })
      })
    }

    it('in several parts is refused', async () => {
      const { id } = authorized()
      const refused = await refusal(() => captureIntent(books, id, { amount_to_capture: '1', final_capture: 'false' }))
      expect(refused).to.include({ status: 400, param: 'final_capture' })
    })

    it('happens once, and only after the money was set aside', async () => {
      const captured = captureIntent(books, authorized().id)
      const open = createIntent(books, { ...form, capture_method: 'manual' })
      for (const intent of [captured, open, paid(), cancelIntent(books, authorized().id)]) {
        const refused = await refusal(() => captureIntent(books, intent.id))
        expect(refused).to.include({ status: 400, code: 'payment_intent_unexpected_state' })
        expect(refused.payment_intent).to.deep.equal(intent)
        expect(refused.message).to.contain(`a status of ${intent.status}.`)
      }
    })

    it('never happens once the authorization is cancelled', () => {
      const { id } = authorized()
      const canceled = cancelIntent(books, id, { cancellation_reason: 'abandoned' })
      expect(canceled).to.include({ status: 'canceled', cancellation_reason: 'abandoned' })
      expect(canceled).to.include({ amount_capturable: 0, amount_received: 0 })
      expect(canceled.canceled_at).to.be.a('number')
    })

    it('is not cancelled for a reason nobody knows', async () => {
      const { id } = authorized()
      const refused = await refusal(() => cancelIntent(books, id, { cancellation_reason: 'automatic' }))
      expect(refused).to.include({ status: 400, param: 'cancellation_reason' })
    })

    it('comes too late once the authorization has expired, which only what is set aside can', async () => {
      const { id } = authorized()
      const expired = expireIntent(books, id)
      expect(expired).to.include({ status: 'canceled', cancellation_reason: 'automatic', amount_capturable: 0 })
      for (const intent of [expired, paid(), createIntent(books, form)])
        expect(await refusal(() => expireIntent(books, intent.id))).to.include({ status: 400 })
    })

    it('is not refunded before it happens', async () => {
      const { id } = authorized()
      expect(await refusal(() => createRefund(books, { payment_intent: id }))).to.include({ status: 400 })
    })
  })
})
