// Events on their way to a webhook: signed as Stripe signs, sent until they are taken, and everything that may go wrong.
import { expect } from 'chai'
import Stripe from 'stripe'
import { freePort } from '../../../../../lib/local/ports.ts'
import { type Simulator, startSimulator } from '../../../../../lib/local/simulator/index.ts'
import { waitFor } from '../../../../support/wait-for.ts'
import { errorOf } from '../../../error-of.ts'
import { clientOf, type Receiver, SECRET, startReceiver } from './webhook-receiver.ts'

const charge = { amount: 5_000, currency: 'eur', payment_method: 'pm_card_visa' }

describe('the webhooks of the simulator', () => {
  let simulator: Simulator
  let receiver: Receiver
  let stripe: Stripe
  beforeEach(async () => {
    receiver = await startReceiver()
    simulator = await startSimulator({ webhook: { url: receiver.url, secret: SECRET } })
    stripe = clientOf(simulator)
  })
  afterEach(async () => {
    await simulator.stop()
    await receiver.stop()
  })

  const create = async () => (await stripe.paymentIntents.create(charge)).id
  const settled = () => waitFor('every event to be on its way no more', async () => simulator.webhooks.pending === 0)
  const received = () => receiver.events().map(({ id }) => id)
  const emitted = () => [...simulator.books.events.keys()]

  it('brings every event, as it can be read at the provider, and verified by the package', async () => {
    const id = await create()
    await stripe.paymentIntents.confirm(id)
    const refund = await stripe.refunds.create({ payment_intent: id })
    simulator.controls.failRefund(refund.id)
    await settled()
    const events = receiver.events()
    expect(events.map(({ type }) => type)).to.have.members([
      'payment_intent.created',
      'payment_intent.succeeded',
      'refund.created',
      'refund.failed',
      'refund.updated',
    ])
    for (const event of events) expect(event).to.deep.equal(simulator.books.events.get(event.id))
    expect(simulator.webhooks.counts.delivered).to.equal(5)
  })

  it('signs for one secret and one body alone', async () => {
    await create()
    await settled()
    const { body, signature } = receiver.received[0]!
    const verify = (...of: [body: string, secret: string]) => stripe.webhooks.constructEvent(of[0], signature, of[1])
    expect(verify(body, SECRET).type).to.equal('payment_intent.created')
    for (const call of [() => verify(body, 'whsec_other'), () => verify(body.replace('5000', '1'), SECRET)])
      await errorOf(Stripe.errors.StripeSignatureVerificationError, call)
  })

  it('sends again until a 2xx, with growing delays, the same event', async () => {
    receiver.answers = [500, 302, 400, 204]
    await create()
    await settled()
    const attempts = receiver.received
    expect(new Set(received())).to.have.length(1)
    expect(attempts).to.have.length(4)
    const [first = 0, second = 0, third = 0] = attempts.slice(1).map(({ at }, index) => at - attempts[index]!.at)
    expect([first >= 240, second > first, third > second]).to.deep.equal([true, true, true])
    expect(simulator.webhooks.counts).to.include({ delivered: 1, retried: 3 })
  })

  it('reaches an endpoint that was away, and moves with it', async () => {
    simulator.setWebhook({ url: `http://127.0.0.1:${await freePort()}/`, secret: SECRET })
    await create()
    await waitFor('a first attempt in vain', async () => simulator.webhooks.counts.retried > 0)
    simulator.setWebhook({ url: receiver.url, secret: SECRET })
    await settled()
    expect(received()).to.deep.equal(emitted())
  })

  it('forgets what waits when the webhook is taken away, and sends nothing after that', async () => {
    receiver.answers = [500]
    await create()
    await waitFor('a first attempt in vain', async () => simulator.webhooks.counts.retried > 0)
    simulator.setWebhook(undefined)
    expect(simulator.webhooks.pending).to.equal(0)
    await create()
    expect(simulator.webhooks.pending).to.equal(0)
    expect(emitted()).to.have.length(2)
  })

  it('stops in the middle of it', async () => {
    receiver.answers = [500]
    for (let count = 0; count < 30; count++) await create()
    await simulator.stop()
    expect(simulator.webhooks.pending).to.equal(0)
    simulator = await startSimulator()
  })

  it('loses events, which can still be read at the provider and be sent once more', async () => {
    simulator.webhooks.chaos({ drop: 1 })
    await create()
    await settled()
    expect([receiver.received.length, simulator.webhooks.counts.dropped]).to.deep.equal([0, 1])
    simulator.webhooks.chaos({})
    const { data } = await stripe.events.list()
    simulator.controls.resendEvent(data[0]!.id)
    await settled()
    expect(received()).to.deep.equal(data.map(({ id }) => id))
  })

  it('sends events twice', async () => {
    simulator.webhooks.chaos({ duplicate: 1 })
    await create()
    await settled()
    expect(received()).to.deep.equal([...emitted(), ...emitted()])
    expect(simulator.webhooks.counts.duplicated).to.equal(1)
  })

  it('sends events late', async () => {
    simulator.webhooks.chaos({ delayMs: 250 })
    await create()
    const since = Date.now()
    await settled()
    expect(receiver.received[0]!.at - since).to.be.at.least(200)
  })

  it('sends events out of order, and does not hold the last ones back for ever', async () => {
    simulator.webhooks.chaos({ reorder: 4 })
    for (let count = 0; count < 6; count++) await create()
    await settled()
    expect(received()).to.have.members(emitted())
    expect(received()).to.not.deep.equal(emitted())
    expect(simulator.webhooks.counts.reordered).to.equal(6)
  })

  it('lets go of what it holds back when all is calm', async () => {
    simulator.webhooks.chaos({ reorder: 1_000 })
    await create()
    expect(simulator.webhooks.pending).to.equal(1)
    simulator.controls.calm()
    await waitFor('the event', async () => receiver.received.length === 1)
  })
})
