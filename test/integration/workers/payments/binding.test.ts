// The stock of an order is its own from the moment money may move for it (invariant 5): bound in the transaction before the
// charge is sent, which is not sent where the stock has gone.
import { expect } from 'chai'
import { raw } from 'objection'
import { Hold } from '../../../../lib/models/stock-ledger.ts'
import { useHarness } from '../../../support/harness.ts'
import { brokenStock } from '../../../support/invariants.ts'
import { attempt } from '../../../support/probe.ts'
import {
  brokenMoneyOf,
  heldOrder,
  insertJobOf,
  intentsOf,
  loseAnswer,
  type OpenOrder,
  openOrder,
  paymentOf,
  stockedProduct,
  stockOf,
} from '../../../support/shop.ts'

const CONFIRM = 'POST /v1/payment_intents/:id/confirm'

describe('the holds of an order that is charged', () => {
  const harness = useHarness()
  const charge = ({ paymentId }: OpenOrder) => harness.perform('payments.charge', { paymentId })
  const holdOf = ({ orderId }: OpenOrder) => Hold.query(harness.db).findOne({ orderId }).throwIfNotFound()
  const expire = async (order: OpenOrder) => {
    await Hold.query(harness.db)
      .patch({ expiresAt: raw("now() - interval '1 s'") })
      .where({ orderId: order.orderId })
    await harness.perform('inventory.expire', {})
  }
  const newOrder = async (stock: number) => {
    const sku = await stockedProduct(harness, stock)
    return { ...(await heldOrder(harness, { items: [{ sku, quantity: 3 }] })), sku }
  }
  afterEach('invariant 5 holds', async () => {
    harness.simulator.faults.load([])
    expect(await brokenStock(harness.db)).to.deep.equal([])
  })

  it('expire no more once the charge is sent, whatever becomes of its answer (invariant 5)', async () => {
    const order = await newOrder(5)
    expect((await holdOf(order)).expiresAt).to.be.instanceOf(Date)
    harness.simulator.faults.load([loseAnswer(CONFIRM)])
    const { job } = await charge(order)
    expect((await paymentOf(harness, order)).state).to.equal('unknown')
    expect(await holdOf(order)).to.include({ state: 'held', expiresAt: null })
    expect((await harness.performAgain(job)).outcome).to.equal('succeeded')
  })

  it('are taken again where they had expired', async () => {
    const order = await newOrder(5)
    await expire(order)
    expect(await stockOf(harness, order.sku)).to.include({ reserved: 0 })
    expect((await charge(order)).outcome).to.equal('succeeded')
    expect(await stockOf(harness, order.sku)).to.include({ reserved: 3 })
  })

  it('keep the charge from being sent where the stock has gone to somebody else', async () => {
    const order = await newOrder(5)
    await expire(order)
    await heldOrder(harness, { items: [{ sku: order.sku, quantity: 4 }] })
    const { outcome, job } = await charge(order)
    expect(outcome).to.equal('failed')
    expect(job.error).to.include({ type: '/problems/insufficient-stock' })
    expect(await paymentOf(harness, order)).to.include({ state: 'cancelled', sentAt: null })
    expect(intentsOf(harness, order).map(({ latest_charge }) => latest_charge)).to.deep.equal([null])
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
    // Nor is it sent later.
    expect((await charge(order)).outcome).to.equal('failed')
    expect(await stockOf(harness, order.sku)).to.include({ reserved: 4 })
  })

  it('are bound once and charged once by two jobs side by side (invariant 3)', async () => {
    const order = await newOrder(5)
    const input = { paymentId: order.paymentId }
    const insert = () => insertJobOf(harness, 'payments.charge', input)
    for (let open = [await insert(), await insert(), await insert()]; open.length; ) {
      const ended = await Promise.all(open.map((job) => attempt(harness.runtime, job)))
      open = ended.flatMap(({ outcome, job }) => (outcome === 'succeeded' ? [] : [job]))
    }
    const taken = intentsOf(harness, order).filter((intent) => intent.amount_received > 0)
    expect(taken.map(({ amount_received }) => amount_received)).to.deep.equal([3000])
    expect(await stockOf(harness, order.sku)).to.include({ reserved: 3 })
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  })

  it('of an order that holds nothing keep it from being charged', async () => {
    const order = await openOrder(harness)
    expect((await charge(order)).outcome).to.equal('failed')
    expect((await paymentOf(harness, order)).state).to.equal('cancelled')
  })
})
