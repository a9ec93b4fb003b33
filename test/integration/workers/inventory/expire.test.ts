// Letting go of stock that was held for too long: what is due and nothing else, each once, and never what a charge has bound.
import { expect } from 'chai'
import { raw } from 'objection'
import { Hold } from '../../../../lib/models/stock-ledger.ts'
import { bindHolds, commitStock, expireHolds, holdStock, releaseStock } from '../../../../lib/stock/holds.ts'
import { useHarness } from '../../../support/harness.ts'
import { brokenStock } from '../../../support/invariants.ts'
import {
  errorOf,
  heldOrder,
  holdsOf,
  letHoldsAge,
  type OpenOrder,
  openOrder,
  stockedProduct,
  stockOf,
} from '../../../support/shop.ts'

const MINUTE_MS = 60_000

describe('inventory.expire', () => {
  const harness = useHarness()
  const expire = () => harness.perform('inventory.expire', {})
  const statesOf = async (order: OpenOrder) => (await holdsOf(harness, order)).map(({ state }) => state)
  const inTurn = <R>(work: (trx: Parameters<typeof holdStock>[0]) => Promise<R>) => harness.db.transaction(work)
  /** Orders of one unit of each SKU, the SKUs in turn forwards and backwards. */
  const ordersOf = async (count: number, skus: string[]) => {
    const orders: OpenOrder[] = []
    for (let index = 0; index < count; index++) {
      const items = skus.map((sku) => ({ sku, quantity: 1 }))
      orders.push(await openOrder(harness, { items: index % 2 ? items.reverse() : items }))
    }
    return orders
  }
  afterEach('invariant 5 holds', async () => {
    expect(await brokenStock(harness.db)).to.deep.equal([])
  })

  it('lets go of what has been held for 15 minutes, and not before', async () => {
    const sku = await stockedProduct(harness, 10)
    const order = await heldOrder(harness, { items: [{ sku, quantity: 3 }] })
    const [hold] = await Hold.query(harness.db).where({ orderId: order.orderId }).select('expiresAt', 'createdAt')
    const { expiresAt, createdAt } = hold as Hold & { createdAt: Date }
    expect(expiresAt!.getTime() - createdAt.getTime()).to.equal(15 * MINUTE_MS)
    expect((await expire()).job.result).to.deep.equal({ expired: 0 })
    expect(await statesOf(order)).to.deep.equal(['held'])

    await letHoldsAge(harness, order)
    const { outcome, job } = await expire()
    expect([outcome, job.result]).to.deep.equal(['succeeded', { expired: 1 }])
    const [expired] = await holdsOf(harness, order)
    expect(expired).to.include({ state: 'expired', expiresAt: null })
    expect(expired?.settledAt).to.be.instanceOf(Date)
    expect(await stockOf(harness, sku)).to.include({ onHand: 10, reserved: 0, version: 2 })
  })

  it('makes the units available to the next order', async () => {
    const sku = await stockedProduct(harness, 3)
    const [late, next] = await ordersOf(2, [sku])
    await harness.perform('inventory.reserve', { orderId: late!.orderId })
    await letHoldsAge(harness, late!)
    await expire()
    expect((await harness.perform('inventory.reserve', { orderId: next!.orderId })).outcome).to.equal('succeeded')
  })

  it('leaves alone what is bound to a charge, committed or released (invariant 5)', async () => {
    const sku = await stockedProduct(harness, 10)
    const orders = await ordersOf(3, [sku])
    for (const { orderId } of orders) await inTurn((trx) => holdStock(trx, orderId))
    const [bound, committed, released] = orders
    await inTurn((trx) => bindHolds(trx, bound!.orderId))
    await inTurn((trx) => commitStock(trx, committed!.orderId))
    await inTurn((trx) => releaseStock(trx, released!.orderId))
    for (const order of orders) await letHoldsAge(harness, order)
    expect((await expire()).job.result).to.deep.equal({ expired: 0 })
    expect(await Promise.all(orders.map(statesOf))).to.deep.equal([['held'], ['committed'], ['released']])
  })

  it('goes on until nothing is due, however much it is', async () => {
    const skus = [await stockedProduct(harness, 1_000), await stockedProduct(harness, 1_000)]
    const orders = await ordersOf(300, skus)
    await Promise.all(orders.map(({ orderId }) => inTurn((trx) => holdStock(trx, orderId))))
    for (const order of orders) await letHoldsAge(harness, order)
    expect((await expire()).job.result).to.deep.equal({ expired: 600 })
    for (const sku of skus) expect(await stockOf(harness, sku)).to.include({ onHand: 1_000, reserved: 0 })
  })

  it('lets go once, and never deadlocks, while others do the same and orders come and go (invariant 5)', async () => {
    const skus = [await stockedProduct(harness, 1_000), await stockedProduct(harness, 1_000)]
    const orders = await ordersOf(160, skus)
    const held = orders.slice(0, 120)
    await Promise.all(held.map(({ orderId }) => inTurn((trx) => holdStock(trx, orderId))))
    await Hold.query(harness.db)
      .patch({ expiresAt: raw('created_at') })
      .where({ state: 'held' })
      .whereIn(
        'orderId',
        held.slice(0, 80).map(({ orderId }) => orderId),
      )
    const others = orders.slice(80).map(({ orderId }, index) => {
      const change = index < 20 ? commitStock : index < 40 ? releaseStock : holdStock
      return inTurn((trx) => change(trx, orderId))
    })
    const expiring = Promise.all(Array.from({ length: 8 }, () => expireHolds(harness.db)))
    await Promise.all(others)
    const batches = [...(await expiring), await expireHolds(harness.db)]
    const sum = batches.reduce((total, { expired }) => total + expired, 0)
    expect(sum).to.equal(160)
    for (const sku of skus) expect(await stockOf(harness, sku)).to.include({ onHand: 980, reserved: 40 })
  })

  it('does not wait for a hold that somebody is binding, and finds it bound the next time', async () => {
    const sku = await stockedProduct(harness, 10)
    const order = await heldOrder(harness, { items: [{ sku, quantity: 3 }] })
    await letHoldsAge(harness, order)
    await inTurn(async (trx) => {
      await bindHolds(trx, order.orderId)
      expect(await expireHolds(harness.db)).to.deep.equal({ expired: 0, more: false })
    })
    expect(await expireHolds(harness.db)).to.deep.equal({ expired: 0, more: false })
    expect(await statesOf(order)).to.deep.equal(['held'])
  })

  it('is safe beside a worker of the version before, which settles holds and knows no expiry', async () => {
    const { db } = harness
    const sku = await stockedProduct(harness, 10)
    const order = await heldOrder(harness, { items: [{ sku, quantity: 3 }] })
    await db('stock')
      .where({ productId: (await stockOf(harness, sku)).productId })
      .update({ reserved: 0 })
    await db('holds').where({ orderId: order.orderId }).update({ state: 'released', settledAt: db.fn.now() })
    expect((await holdsOf(harness, order))[0]).to.include({ state: 'released', expiresAt: null })
  })

  it('cannot be asked of a hold that is settled: a CHECK refuses it', async () => {
    const { db } = harness
    const order = await heldOrder(harness)
    await inTurn((trx) => releaseStock(trx, order.orderId))
    const [hold] = await holdsOf(harness, order)
    const { id: _, ...copy } = hold!.$toJson()
    const other = await openOrder(harness)
    const expiring = { ...copy, orderId: other.orderId, expiresAt: new Date() }
    expect(await errorOf(db('holds').insert(expiring))).to.include({ constraint: 'holds_expiry' })
  })
})
