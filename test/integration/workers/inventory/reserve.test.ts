// Holding stock: all lines of an order or none, never more than there is, however many ask at once (invariant 5).
import { expect } from 'chai'
import { Hold } from '../../../../lib/models/stock-ledger.ts'
import { useHarness } from '../../../support/harness.ts'
import { brokenStock } from '../../../support/invariants.ts'
import { errorOf, type OpenOrder, openOrder, stockedProduct, stockOf } from '../../../support/shop.ts'

const AT_ONCE = 50

describe('inventory.reserve', () => {
  const harness = useHarness()
  const reserve = ({ orderId }: OpenOrder) => harness.perform('inventory.reserve', { orderId })
  const holdsOf = ({ orderId }: OpenOrder) => Hold.query(harness.db).where({ orderId })
  const ordersOf = async (count: number, items: (index: number) => { sku: string; quantity: number }[]) => {
    const orders: OpenOrder[] = []
    for (let index = 0; index < count; index++) orders.push(await openOrder(harness, { items: items(index) }))
    return orders
  }
  afterEach('invariant 5 holds', async () => {
    expect(await brokenStock(harness.db)).to.deep.equal([])
  })

  it('holds every line of an order in one transaction with the job (invariant 3)', async () => {
    const [one, two] = [await stockedProduct(harness, 5), await stockedProduct(harness, 5)]
    const items = [
      { sku: one, quantity: 2 },
      { sku: two, quantity: 5 },
    ]
    const order = await openOrder(harness, { items })
    const { outcome, job } = await reserve(order)
    expect(outcome).to.equal('succeeded')
    expect(job.result).to.deep.equal({ held: 2 })
    expect(await stockOf(harness, one)).to.include({ onHand: 5, reserved: 2, version: 2 })
    expect(await stockOf(harness, two)).to.include({ onHand: 5, reserved: 5, version: 2 })
    const holds = await holdsOf(order)
    expect(holds.map(({ quantity, state }) => [quantity, state])).to.have.deep.members([
      [2, 'held'],
      [5, 'held'],
    ])
  })

  it(`sells exactly 10 of 10 units to ${AT_ONCE} orders that want one each at once (invariant 5)`, async () => {
    const sku = await stockedProduct(harness, 10)
    const orders = await ordersOf(AT_ONCE, () => [{ sku, quantity: 1 }])
    const ended = await Promise.all(orders.map(reserve))

    expect(ended.filter(({ outcome }) => outcome === 'succeeded')).to.have.length(10)
    const failed = ended.filter(({ outcome }) => outcome === 'failed')
    expect(failed).to.have.length(AT_ONCE - 10)
    for (const { job } of failed) expect(job.error).to.include({ type: '/problems/insufficient-stock', status: 409 })
    expect(await stockOf(harness, sku)).to.include({ onHand: 10, reserved: 10 })
  })

  it('holds the sum of two lines of the same SKU, once (invariant 5)', async () => {
    const sku = await stockedProduct(harness, 5)
    const twice = (quantity: number) =>
      openOrder(harness, {
        items: [
          { sku, quantity: 2 },
          { sku, quantity },
        ],
      })
    // Each line alone would fit.
    expect((await reserve(await twice(4))).outcome).to.equal('failed')
    const order = await twice(3)
    expect((await reserve(order)).job.result).to.deep.equal({ held: 1 })
    expect((await holdsOf(order)).map(({ quantity }) => quantity)).to.deep.equal([5])
    expect(await stockOf(harness, sku)).to.include({ onHand: 5, reserved: 5 })
  })

  it('sells no unit too many when the orders want different quantities at once (invariant 5)', async () => {
    const sku = await stockedProduct(harness, 10)
    const orders = await ordersOf(AT_ONCE, (index) => [{ sku, quantity: 1 + (index % 4) }])
    const ended = await Promise.all(orders.map(reserve))

    const sold = await Hold.query(harness.db).whereIn(
      'orderId',
      orders.map(({ orderId }) => orderId),
    )
    const units = sold.reduce((sum, hold) => sum + hold.quantity, 0)
    expect(units).to.equal(10)
    expect(ended.filter(({ outcome }) => outcome === 'succeeded')).to.have.length(sold.length)
    expect((await stockOf(harness, sku)).reserved).to.equal(units)
  })

  it('never deadlocks over the same products in opposite order, however many orders hold them at once', async () => {
    const skus = [await stockedProduct(harness, 1000), await stockedProduct(harness, 1000)]
    const orders = await ordersOf(AT_ONCE, (index) => {
      const items = skus.map((sku) => ({ sku, quantity: 1 }))
      return index % 2 ? items.reverse() : items
    })
    const ended = await Promise.all(orders.map(reserve))
    // A deadlock would show as `postponed`.
    expect(new Set(ended.map(({ outcome }) => outcome))).to.deep.equal(new Set(['succeeded']))
    for (const sku of skus) expect((await stockOf(harness, sku)).reserved).to.equal(AT_ONCE)
  })

  it('never deadlocks while other orders of the same products are committed and released', async () => {
    const skus = [await stockedProduct(harness, 1000), await stockedProduct(harness, 1000)]
    const orders = await ordersOf(48, (index) => {
      const items = skus.map((sku) => ({ sku, quantity: 1 }))
      return index % 2 ? items.reverse() : items
    })
    await Promise.all(orders.slice(0, 32).map(reserve))
    const types = (index: number) =>
      index < 16 ? 'inventory.commit' : index < 32 ? 'inventory.release' : 'inventory.reserve'
    const ended = await Promise.all(orders.map(({ orderId }, index) => harness.perform(types(index), { orderId })))
    expect(new Set(ended.map(({ outcome }) => outcome))).to.deep.equal(new Set(['succeeded']))
    for (const sku of skus) expect(await stockOf(harness, sku)).to.include({ onHand: 984, reserved: 16 })
  })

  it('holds nothing of an order when one of its lines is short, and names that line alone', async () => {
    const [plenty, short] = [await stockedProduct(harness, 100), await stockedProduct(harness, 1)]
    const items = [
      { sku: plenty, quantity: 1 },
      { sku: short, quantity: 2 },
    ]
    const order = await openOrder(harness, { items })
    const { outcome, job } = await reserve(order)
    expect(outcome).to.equal('failed')
    expect(job.error?.detail).to.include(short).and.not.include(plenty)
    expect(await holdsOf(order)).to.deep.equal([])
    for (const sku of [plenty, short]) expect((await stockOf(harness, sku)).reserved).to.equal(0)
  })

  it('holds once for an order, although a second job asks for the same (invariant 3)', async () => {
    const sku = await stockedProduct(harness, 10)
    const order = await openOrder(harness, { items: [{ sku, quantity: 3 }] })
    await reserve(order)
    await reserve(order)
    expect(await holdsOf(order)).to.have.length(1)
    expect(await stockOf(harness, sku)).to.include({ onHand: 10, reserved: 3 })
  })

  it('holds once when many jobs ask for the same order at once (invariant 3)', async () => {
    const sku = await stockedProduct(harness, 10)
    const order = await openOrder(harness, { items: [{ sku, quantity: 3 }] })
    const ended = await Promise.all(Array.from({ length: 10 }, () => reserve(order)))
    expect(ended.map(({ outcome }) => outcome)).to.include('succeeded')
    expect(await holdsOf(order)).to.have.length(1)
    expect((await stockOf(harness, sku)).reserved).to.equal(3)
  })

  it('cannot be passed with plain SQL: CHECKs and keys refuse to oversell (invariant 5)', async () => {
    const { db } = harness
    const sku = await stockedProduct(harness, 10)
    const order = await openOrder(harness, { items: [{ sku, quantity: 3 }] })
    await reserve(order)
    const { productId } = await stockOf(harness, sku)
    const set = (change: object) => db('stock').where({ productId }).update(change)
    const [hold] = await holdsOf(order)
    const { id: _, ...copy } = hold!.$toJson()

    expect(await errorOf(set({ reserved: 11 }))).to.include({ code: '23514' })
    expect(await errorOf(set({ onHand: 2 }))).to.include({ code: '23514' })
    expect(await errorOf(set({ onHand: -1, reserved: -1 }))).to.include({ code: '23514' })
    expect(await errorOf(set({ reserved: -1 }))).to.include({ code: '23514' })
    expect(await errorOf(db('holds').insert(copy))).to.include({ code: '23505' })
    expect(await stockOf(harness, sku)).to.include({ onHand: 10, reserved: 3 })
  })
})
