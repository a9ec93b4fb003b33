// The whole story with the Procfile's processes and the typed client: order, follow, look at the stock, the charge, the mail,
// the dashboard.
import { expect } from 'chai'
import { mailsAbout } from '../support/inbox.ts'
import { brokenMoney, brokenStock, unfinishedJobs } from '../support/invariants.ts'
import { operator, useProcesses } from '../support/processes.ts'
import { answered, type Schema, typedClient } from '../support/typed-client.ts'

describe('the processes of the Procfile', () => {
  const processes = useProcesses({ workers: 2 })
  let api: ReturnType<typeof typedClient>
  before(() => {
    api = typedClient({ apiUrl: processes.apiUrl, key: processes.api.key })
  })

  const place = async (items: Schema<'orders.place'>['items'] = [{ sku: 'MUG-BLUE', quantity: 2 }]) => {
    const customer = { email: 'ada@example.com', name: 'Ada Lovelace' }
    const body = { customer, items, payment: { method: 'pm_card_visa' } }
    return answered(await api.POST('/v1/orders', { params: { header: api.newKey() }, body }))
  }
  const stockOf = async (sku: string) => answered(await api.GET('/v1/inventory/{sku}', { params: { path: { sku } } }))

  it('take an order from acceptance to a mail in the inbox', async () => {
    const { simulator, inbox } = processes
    const before = await stockOf('KETTLE')
    const { job, order } = await place([{ sku: 'KETTLE', quantity: 3 }])
    expect((await api.finished(job.id)).state).to.equal('succeeded')
    expect(await stockOf('KETTLE')).to.deep.equal({
      ...before,
      onHand: before.onHand - 3,
      available: before.available - 3,
      version: before.version + 1,
    })
    const response = await fetch(`${simulator.url}/v1/payment_intents?limit=100`)
    const { data } = (await response.json()) as { data: { amount_received: number }[] }
    expect(data.filter((intent) => intent.amount_received === 3 * 4900)).to.have.length(1)
    expect(await mailsAbout(inbox, order.id)).to.have.length(1)
  })

  it('do fifty orders at once, each once', async () => {
    const orders = await Promise.all(Array.from({ length: 50 }, () => place()))
    for (const { job } of orders) expect((await api.finished(job.id)).state).to.equal('succeeded')
    for (const { order } of orders) expect(await mailsAbout(processes.inbox, order.id)).to.have.length(1)
  })

  it('give money back', async () => {
    const { job, order } = await place()
    await api.finished(job.id)
    const placed = answered(await api.GET('/v1/orders/{id}', { params: { path: { id: order.id } } }))
    const path = { id: placed.payment.id }
    const params = { path, header: api.newKey() }
    const body = { amount: 1000, reason: 'chipped' }
    const { data, response } = await api.POST('/v1/payments/{id}/refunds', { params, body })
    expect(response.status).to.equal(202)
    expect((await api.finished(data?.job.id ?? '')).state).to.equal('succeeded')
    const payment = answered(await api.GET('/v1/payments/{id}', { params: { path } }))
    expect(payment.refunded).to.deep.equal({ amount: 1000, currency: 'EUR' })
  })

  it('say what was wrong with an order, in a problem that the client can branch on', async () => {
    const customer = { email: 'ada@example.com', name: 'Ada Lovelace' }
    const body = { customer, items: [{ sku: 'NOPE', quantity: 1 }], payment: { method: 'pm_card_visa' } }
    const { error, response } = await api.POST('/v1/orders', { params: { header: api.newKey() }, body })
    expect(response.status).to.equal(422)
    expect(error?.type).to.equal('/problems/invalid-request')
    expect(error?.errors?.[0]?.pointer).to.equal('#/items/0/sku')
  })

  it('show the queues to an operator, and to nobody else', async () => {
    const url = `${processes.apiUrl}/ops/queues/api/queues`
    expect((await fetch(url)).status).to.equal(401)
    const login = Buffer.from(`${operator.email}:${operator.password}`).toString('base64')
    const response = await fetch(url, { headers: { authorization: `Basic ${login}` } })
    const { queues } = (await response.json()) as { queues: { name: string; counts: { completed: number } }[] }
    expect(queues.map((queue) => queue.name)).to.include.members(['orders', 'payments', 'inventory', 'emails'])
    expect(queues.find((queue) => queue.name === 'orders')?.counts.completed).to.be.greaterThan(0)
  })

  it('leave everything settled and every invariant whole', async () => {
    expect(await unfinishedJobs(processes.db)).to.deep.equal([])
    expect(await brokenStock(processes.db)).to.deep.equal([])
    expect(await brokenMoney(processes.db, processes.simulator)).to.deep.equal([])
  })
})
