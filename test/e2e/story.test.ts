// The whole story with the Procfile's processes: order, follow, look at the stock, the charge, the mail, the dashboard.
import { expect } from 'chai'
import { mailsAbout } from '../support/inbox.ts'
import { brokenMoney, brokenStock, unfinishedJobs } from '../support/invariants.ts'
import { placeOrder } from '../support/orders.ts'
import { operator, useProcesses } from '../support/processes.ts'

describe('the processes of the Procfile', () => {
  const processes = useProcesses({ workers: 2 })

  it('take an order from acceptance to a mail in the inbox', async () => {
    const { api, simulator, inbox } = processes
    const { body: before } = await api.get('/v1/inventory/KETTLE')
    const { jobId, orderId } = await placeOrder(api, { items: [{ sku: 'KETTLE', quantity: 3 }] })
    expect((await api.finished(jobId)).state).to.equal('succeeded')
    const { body: after } = await api.get('/v1/inventory/KETTLE')
    expect(after).to.deep.equal({
      ...before,
      onHand: before.onHand - 3,
      available: before.available - 3,
      version: before.version + 1,
    })
    const response = await fetch(`${simulator.url}/v1/payment_intents?limit=100`)
    const { data } = (await response.json()) as { data: { amount_received: number }[] }
    expect(data.filter((intent) => intent.amount_received === 3 * 4900)).to.have.length(1)
    expect(await mailsAbout(inbox, orderId)).to.have.length(1)
  })

  it('do fifty orders at once, each once', async () => {
    const { api, inbox } = processes
    const orders = await Promise.all(Array.from({ length: 50 }, () => placeOrder(api)))
    for (const { jobId } of orders) expect((await api.finished(jobId)).state).to.equal('succeeded')
    for (const { orderId } of orders) expect(await mailsAbout(inbox, orderId)).to.have.length(1)
  })

  it('give money back', async () => {
    const { api } = processes
    const { jobId, orderId } = await placeOrder(api)
    await api.finished(jobId)
    const { body: order } = await api.get(`/v1/orders/${orderId}`)
    const { status, body } = await api.post(`/v1/payments/${order.payment.id}/refunds`, {
      amount: 1000,
      reason: 'chipped',
    })
    expect(status).to.equal(202)
    expect((await api.finished(body.job.id)).state).to.equal('succeeded')
    const { body: payment } = await api.get(`/v1/payments/${order.payment.id}`)
    expect(payment.refunded).to.deep.equal({ amount: 1000, currency: 'EUR' })
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
