// The story of an order through the API: what the customer, the shop and the provider see in the end.
import { expect } from 'chai'
import { useHarness } from '../../support/harness.ts'
import { brokenMoney, brokenStock } from '../../support/invariants.ts'
import { placeOrder } from '../../support/orders.ts'

describe('an order', () => {
  const harness = useHarness()
  before(() => harness.startWorkers())
  const available = async (sku: string) => (await harness.api.get(`/v1/inventory/${sku}`)).body.available
  const mailsAbout = async (orderId: string) => {
    const mails = (await (await fetch(`${harness.inbox.mailUrl}/email`)).json()) as { subject: string; text: string }[]
    return mails.filter((mail) => mail.subject.includes(orderId))
  }
  afterEach('invariants 5 and 6 hold', async () => {
    expect(await brokenStock(harness.db)).to.deep.equal([])
    expect(await brokenMoney(harness.db, harness.simulator)).to.deep.equal([])
  })

  it('is paid, taken out of stock and confirmed by mail', async () => {
    const { api, simulator } = harness
    const before = await available('MUG-BLUE')
    const { jobId, orderId } = await placeOrder(api)
    const job = await api.finished(jobId)

    expect(job.state).to.equal('succeeded')
    expect(job.progress).to.deep.equal({ done: 4, total: 4, message: null })
    expect(job.steps.map((step: { type: string; state: string }) => [step.type, step.state])).to.deep.equal([
      ['inventory.reserve', 'succeeded'],
      ['payments.charge', 'succeeded'],
      ['inventory.commit', 'succeeded'],
      ['emails.send', 'succeeded'],
    ])
    const { body: order } = await api.get(`/v1/orders/${orderId}`)
    expect(order.state).to.equal('confirmed')
    expect(order.payment.state).to.equal('captured')
    expect(order.holds).to.deep.equal([{ sku: 'MUG-BLUE', quantity: 2, state: 'committed' }])
    expect(order.mails.map((mail: { state: string }) => mail.state)).to.deep.equal(['sent'])
    expect(await available('MUG-BLUE')).to.equal(before - 2)
    expect([...simulator.books.intents.values()].filter((intent) => intent.status === 'succeeded')).to.have.length(1)
    expect(await mailsAbout(orderId)).to.have.length(1)
  })

  it('is cancelled when the card is declined: nothing charged, nothing held, the customer told why', async () => {
    const { api } = harness
    const before = await available('MUG-BLUE')
    const { jobId, orderId } = await placeOrder(api, { method: 'pm_card_chargeDeclined' })
    const job = await api.finished(jobId)

    expect(job.state).to.equal('failed')
    expect(job.error).to.include({ type: '/problems/payment-declined', status: 402 })
    const { body: order } = await api.get(`/v1/orders/${orderId}`)
    expect(order).to.include({ state: 'cancelled', cancelReason: 'payment-declined' })
    expect(order.payment).to.include({ state: 'declined', declineCode: 'generic_decline' })
    expect(order.holds).to.deep.equal([{ sku: 'MUG-BLUE', quantity: 2, state: 'released' }])
    expect(await available('MUG-BLUE')).to.equal(before)
    const [mail] = await mailsAbout(orderId)
    expect(mail?.text).to.include('your payment was declined')
  })

  it('is cancelled without a charge when an item is out of stock', async () => {
    const { api, simulator } = harness
    const intents = simulator.books.intents.size
    const items = [
      { sku: 'MUG-RED', quantity: 1 },
      { sku: 'POSTER', quantity: 1 },
    ]
    const { jobId, orderId } = await placeOrder(api, { items })
    const job = await api.finished(jobId)

    expect(job.state).to.equal('failed')
    expect(job.error.type).to.equal('/problems/insufficient-stock')
    expect(job.error.detail).to.include('POSTER').and.not.include('MUG-RED')
    const { body: order } = await api.get(`/v1/orders/${orderId}`)
    expect(order).to.include({ state: 'cancelled', cancelReason: 'insufficient-stock' })
    expect(order.holds).to.deep.equal([])
    expect(simulator.books.intents.size).to.equal(intents)
    const [mail] = await mailsAbout(orderId)
    expect(mail?.text).to.include('out of stock')
  })

  it('is cancelled when the provider does not know the payment method', async () => {
    const { jobId, orderId } = await placeOrder(harness.api, { method: 'pm_made_up' })
    const job = await harness.api.finished(jobId)
    expect(job.error.type).to.equal('/problems/payment-declined')
    expect((await harness.api.get(`/v1/orders/${orderId}`)).body.state).to.equal('cancelled')
  })

  it('sums the same SKU on two lines', async () => {
    const items = [
      { sku: 'KETTLE', quantity: 1 },
      { sku: 'KETTLE', quantity: 2 },
    ]
    const { jobId, orderId } = await placeOrder(harness.api, { items })
    await harness.api.finished(jobId)
    const { body: order } = await harness.api.get(`/v1/orders/${orderId}`)
    expect(order.items.map((item: { quantity: number }) => item.quantity)).to.deep.equal([3])
    expect(order.total).to.deep.equal({ amount: 3 * 4900, currency: 'EUR' })
  })
})
