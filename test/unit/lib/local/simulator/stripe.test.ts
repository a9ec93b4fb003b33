// The real `stripe` package against the simulator: intents, captures, refunds, events, and lists gone through by itself.
import { expect } from 'chai'
import Stripe from 'stripe'
import { type Simulator, startSimulator } from '../../../../../lib/local/simulator/index.ts'
import { errorOf } from '../../../error-of.ts'
import { clientOf } from './webhook-receiver.ts'

const charge = { amount: 5_000, currency: 'eur', payment_method: 'pm_card_visa' }

describe('the `stripe` package with the simulator', () => {
  let simulator: Simulator
  let stripe: Stripe
  beforeEach(async () => {
    simulator = await startSimulator()
    stripe = clientOf(simulator)
  })
  afterEach(() => simulator.stop())

  const paid = async (more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
    stripe.paymentIntents.confirm((await stripe.paymentIntents.create({ ...charge, ...more })).id)
  const authorized = () => paid({ capture_method: 'manual' })
  const typesOf = async (id: string) => {
    const events = await stripe.events.list().autoPagingToArray({ limit: 1_000 })
    return events.filter(({ data }) => (data.object as { id: string }).id === id).map(({ type }) => type)
  }

  it('charges, and reads the charge back', async () => {
    const intent = await paid({ metadata: { payment_id: 'p1' } })
    expect(intent).to.include({ status: 'succeeded', amount_received: 5_000, capture_method: 'automatic_async' })
    const { lastResponse: _, ...read } = await stripe.paymentIntents.retrieve(intent.id)
    expect(read).to.deep.include({ id: intent.id, metadata: { payment_id: 'p1' }, latest_charge: intent.latest_charge })
    expect(await typesOf(intent.id)).to.deep.equal(['payment_intent.succeeded', 'payment_intent.created'])
  })

  it('is declined', async () => {
    const { id } = await stripe.paymentIntents.create({ ...charge, payment_method: 'pm_card_chargeDeclinedStolenCard' })
    const error = await errorOf(Stripe.errors.StripeCardError, () => stripe.paymentIntents.confirm(id))
    expect([error.code, error.decline_code, error.payment_intent?.id]).to.deep.equal([
      'card_declined',
      'stolen_card',
      id,
    ])
    expect((await typesOf(id))[0]).to.equal('payment_intent.payment_failed')
  })

  it('sets money aside and captures it', async () => {
    const intent = await authorized()
    expect(intent).to.include({ status: 'requires_capture', amount_capturable: 5_000, amount_received: 0 })
    const captured = await stripe.paymentIntents.capture(intent.id)
    expect(captured).to.include({ status: 'succeeded', amount_capturable: 0, amount_received: 5_000 })
    expect(await typesOf(intent.id)).to.deep.equal([
      'payment_intent.succeeded',
      'payment_intent.amount_capturable_updated',
      'payment_intent.created',
    ])
  })

  it('captures a part, and no more than was set aside', async () => {
    const { id } = await authorized()
    const tooMuch = () => stripe.paymentIntents.capture(id, { amount_to_capture: 5_001 })
    const error = await errorOf(Stripe.errors.StripeInvalidRequestError, tooMuch)
    expect([error.code, error.param]).to.deep.equal(['amount_too_large', 'amount_to_capture'])
    const captured = await stripe.paymentIntents.capture(id, { amount_to_capture: 1_234 })
    expect(captured).to.include({ amount: 5_000, amount_received: 1_234, amount_capturable: 0 })
    const again = await errorOf(Stripe.errors.StripeInvalidRequestError, () => stripe.paymentIntents.capture(id))
    expect([again.code, again.payment_intent?.status]).to.deep.equal(['payment_intent_unexpected_state', 'succeeded'])
  })

  it('cancels what was set aside; what expires is cancelled too, and told apart', async () => {
    const { id } = await authorized()
    const canceled = await stripe.paymentIntents.cancel(id, { cancellation_reason: 'requested_by_customer' })
    expect(canceled).to.include({ status: 'canceled', cancellation_reason: 'requested_by_customer' })
    const other = await authorized()
    simulator.controls.expireIntent(other.id)
    const expired = await stripe.paymentIntents.retrieve(other.id)
    expect(expired).to.include({ status: 'canceled', cancellation_reason: 'automatic', amount_capturable: 0 })
    expect((await typesOf(other.id))[0]).to.equal('payment_intent.canceled')
  })

  it('refunds, at once or pending, and sees a refund fail later', async () => {
    const refund = await stripe.refunds.create({ payment_intent: (await paid()).id, amount: 1_500 })
    expect(refund).to.include({ status: 'succeeded', amount: 1_500 })
    const { id: pending } = await paid({ payment_method: 'pm_card_pendingRefund' })
    const later = await stripe.refunds.create({ payment_intent: pending })
    expect(later.status).to.equal('pending')
    simulator.controls.succeedRefund(later.id)
    expect((await stripe.refunds.retrieve(later.id)).status).to.equal('succeeded')
    expect(await typesOf(later.id)).to.deep.equal(['refund.updated', 'refund.created'])
    const { id: failing } = await paid({ payment_method: 'pm_card_refundFail' })
    const failed = await stripe.refunds.create({ payment_intent: failing })
    expect(failed.status).to.equal('succeeded')
    simulator.controls.failRefund(failed.id, 'insufficient_funds')
    const read = await stripe.refunds.retrieve(failed.id)
    expect(read).to.include({ status: 'failed', failure_reason: 'insufficient_funds' })
    expect(await typesOf(failed.id)).to.have.members(['refund.updated', 'refund.failed', 'refund.created'])
    expect((await stripe.refunds.create({ payment_intent: failing })).amount).to.equal(5_000)
  })

  it('goes through lists page by page, both ways', async () => {
    const ids: string[] = []
    for (let count = 0; count < 7; count++) ids.unshift((await stripe.paymentIntents.create(charge)).id)
    const listed = async (params: Stripe.PaymentIntentListParams) =>
      (await stripe.paymentIntents.list(params).autoPagingToArray({ limit: 100 })).map(({ id }) => id)
    expect(await listed({ limit: 2 })).to.deep.equal(ids)
    expect(await listed({ limit: 2, starting_after: ids[2]! })).to.deep.equal(ids.slice(3))
    // The package goes backwards from the cursor, to the newest.
    expect(await listed({ limit: 2, ending_before: ids[5]! })).to.deep.equal(ids.slice(0, 5).reverse())
  })

  it('lists by time of creation, refunds of one intent, and events of some types', async () => {
    const intent = await paid()
    const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 100 })
    await stripe.refunds.create({ payment_intent: (await paid()).id })
    const { data } = await stripe.refunds.list({ payment_intent: intent.id, created: { gte: intent.created } })
    expect(data.map(({ id }) => id)).to.deep.equal([refund.id])
    expect((await stripe.paymentIntents.list({ created: { gt: intent.created + 60 } })).data).to.be.empty
    expect((await stripe.paymentIntents.list({ created: { lte: intent.created + 60 } })).data).to.have.length(2)
    const types = ['refund.created', 'payment_intent.created']
    const events = await stripe.events.list({ types, limit: 3 })
    const listed = ['refund.created', 'payment_intent.created', 'refund.created']
    expect(events.data.map(({ type }) => type)).to.deep.equal(listed)
    expect(events.has_more).to.equal(true)
  })

  it('reads one event, with the object as it was', async () => {
    const { id } = await paid()
    const [event] = (await stripe.events.list({ type: 'payment_intent.created' })).data
    const read = await stripe.events.retrieve(event!.id)
    expect(read).to.include({ object: 'event', type: 'payment_intent.created', livemode: false })
    expect(read.data.object).to.include({ id, status: 'requires_confirmation' })
    expect(read.api_version).to.equal(Stripe.API_VERSION)
    const missing = await errorOf(Stripe.errors.StripeInvalidRequestError, () => stripe.events.retrieve('evt_none'))
    expect(missing.code).to.equal('resource_missing')
  })
})
