// An order whose flow fails where no step did: it is turned back as any other, and nothing is left open (invariant 2).
import { expect } from 'chai'
import { startAttempt } from '../../../../lib/jobs/transitions.ts'
import { Job } from '../../../../lib/models/job.ts'
import { Order, OrderItem } from '../../../../lib/models/order.ts'
import { reclaimExpired } from '../../../../workers/reclaim.ts'
import { noDispatch, useHarness } from '../../../support/harness.ts'
import { brokenStock } from '../../../support/invariants.ts'
import { expireLease } from '../../../support/probe.ts'
import { brokenMoneyOf, openOrder, runFlow, stockedProduct, stockOf } from '../../../support/shop.ts'

describe('the flow of an order', () => {
  const harness = useHarness()
  const runtime = () => ({ ...harness.runtime, dispatch: noDispatch })
  const newOrder = async () => {
    const sku = await stockedProduct(harness, 10)
    return { ...(await openOrder(harness, { items: [{ sku, quantity: 3 }] })), sku }
  }
  const orderOf = ({ orderId }: { orderId: string }) =>
    Order.query(harness.db).findById(orderId).withGraphFetched('emails').throwIfNotFound()

  it('is turned back when every worker died that tried to begin it: cancelled, and the customer told', async () => {
    const order = await newOrder()
    const job = await Job.query(harness.db).patchAndFetchById(order.jobId, { maxAttempts: 1 })
    const started = await startAttempt(harness.db, job.id, job.dispatchNumber, 1000)
    expect(started?.attempt).to.equal(1)
    await expireLease(runtime(), job)
    await reclaimExpired(runtime())

    const ended = await runFlow(runtime(), order.jobId)
    expect(ended.state).to.equal('failed')
    expect(ended.error?.type).to.equal('/problems/worker-lost')
    const { state, emails } = await orderOf(order)
    expect(state).to.equal('cancelled')
    expect(emails.map((mail) => [mail.template, mail.state])).to.deep.equal([['order-cancelled', 'sent']])
    expect(await stockOf(harness, order.sku)).to.include({ onHand: 10, reserved: 0 })
    expect(await brokenStock(harness.db)).to.deep.equal([])
  })

  it('stands, and asks for attention, when its confirmation cannot even be written', async () => {
    const order = await newOrder()
    await OrderItem.query(harness.db)
      .patch({ name: 'x'.repeat(300) })
      .where({ orderId: order.orderId })
    const ended = await runFlow(runtime(), order.jobId)
    expect(ended.state).to.equal('succeeded')
    expect(ended.needsAttention).to.match(/^emails\.send could not be prepared/)
    expect(await orderOf(order)).to.include({ state: 'confirmed' })
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  })
})
