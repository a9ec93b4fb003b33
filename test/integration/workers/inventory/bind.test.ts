// Binding holds to a charge: from then on they stay, whatever time it takes (invariant 5). Every race is decided by who locks
// the hold first, and is tried both ways.
import { expect } from 'chai'
import type { Trx } from '../../../../lib/db.ts'
import { bindHolds, commitStock, expireHolds, holdStock, releaseStock } from '../../../../lib/stock/holds.ts'
import { useHarness } from '../../../support/harness.ts'
import { brokenStock } from '../../../support/invariants.ts'
import { makeWait } from '../../../support/locks.ts'
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

describe('the holds of an order that is about to be charged', () => {
  const harness = useHarness()
  const bind = (order: OpenOrder) => (trx: Trx) => bindHolds(trx, order.orderId)
  const release = (order: OpenOrder) => (trx: Trx) => releaseStock(trx, order.orderId)
  const now = <R>(work: (trx: Trx) => Promise<R>) => harness.db.transaction(work)
  const statesOf = async (order: OpenOrder) => (await holdsOf(harness, order)).map(({ state }) => state)
  const isBound = async (order: OpenOrder) =>
    (await holdsOf(harness, order)).every(({ state, expiresAt }) => state === 'held' && expiresAt === null)
  const orderOf = (...skus: string[]) => heldOrder(harness, { items: skus.map((sku) => ({ sku, quantity: 1 })) })
  const expiredOrder = async (...skus: string[]) => {
    const order = await orderOf(...skus)
    await letHoldsAge(harness, order)
    await expireHolds(harness.db)
    return order
  }
  const expectShort = async (binding: Promise<unknown>, sku: string) => {
    const error = await errorOf(binding)
    expect(error).to.include({ name: 'PermanentError', code: 'insufficient-stock' })
    expect(error.message).to.equal(`There is not enough stock of ${sku}.`)
  }
  afterEach('invariant 5 holds', async () => {
    expect(await brokenStock(harness.db)).to.deep.equal([])
  })

  it('never expire, and may be bound again (invariant 5)', async () => {
    const [one, two] = [await stockedProduct(harness, 10), await stockedProduct(harness, 10)]
    const order = await orderOf(one, two)
    await now(bind(order))
    await now(bind(order))
    await letHoldsAge(harness, order)
    expect((await expireHolds(harness.db)).expired).to.equal(0)
    expect(await isBound(order)).to.equal(true)
    for (const sku of [one, two]) expect(await stockOf(harness, sku)).to.include({ onHand: 10, reserved: 1 })
  })

  it('are taken again when they have expired and the stock is still there', async () => {
    const [one, two] = [await stockedProduct(harness, 1), await stockedProduct(harness, 10)]
    const order = await expiredOrder(one, two)
    expect(await statesOf(order)).to.deep.equal(['expired', 'expired'])
    await now(bind(order))
    expect(await isBound(order)).to.equal(true)
    expect(await stockOf(harness, one)).to.include({ onHand: 1, reserved: 1 })
  })

  it('are bound all or none: what is short is named, the rest stays as it was', async () => {
    const [plenty, short] = [await stockedProduct(harness, 10), await stockedProduct(harness, 1)]
    const order = await expiredOrder(plenty, short)
    await orderOf(short)
    await expectShort(now(bind(order)), short)
    expect(await statesOf(order)).to.deep.equal(['expired', 'expired'])
    expect((await stockOf(harness, plenty)).reserved).to.equal(0)
    expect((await stockOf(harness, short)).reserved).to.equal(1)
  })

  it('are never taken again once the order was undone, expired or not', async () => {
    const sku = await stockedProduct(harness, 10)
    for (const order of [await orderOf(sku), await expiredOrder(sku)]) {
      await now(release(order))
      expect(await statesOf(order)).to.deep.equal(['released'])
      await expectShort(now(bind(order)), sku)
      await expectShort(
        now((trx) => commitStock(trx, order.orderId)),
        sku,
      )
    }
    expect((await stockOf(harness, sku)).reserved).to.equal(0)
  })

  it('are there, or no money moves: an order that holds nothing cannot be bound', async () => {
    const sku = await stockedProduct(harness, 10)
    await expectShort(now(bind(await openOrder(harness, { items: [{ sku, quantity: 1 }] }))), sku)
  })

  it('are taken again by whoever waited for their expiry, even the last unit (invariant 5)', async () => {
    const sku = await stockedProduct(harness, 1)
    const order = await orderOf(sku)
    await letHoldsAge(harness, order)
    // What the waiting statement saw when it began: nothing available, and its own hold still there.
    expect(await makeWait(harness.db, (trx) => expireHolds(trx), bind(order))).to.deep.equal({ value: undefined })
    expect(await isBound(order)).to.equal(true)
    expect(await stockOf(harness, sku)).to.include({ onHand: 1, reserved: 1 })
  })

  it('are refused to whoever waited while the last unit was sold (invariant 5)', async () => {
    const sku = await stockedProduct(harness, 1)
    const order = await expiredOrder(sku)
    const other = await openOrder(harness, { items: [{ sku, quantity: 1 }] })
    const sell = (trx: Trx) => holdStock(trx, other.orderId)
    const { error } = await makeWait(harness.db, sell, bind(order))
    expect(error?.code).to.equal('insufficient-stock')
    expect(await stockOf(harness, sku)).to.include({ onHand: 1, reserved: 1 })
  })

  it('keep a unit that another order waits for while they are bound again', async () => {
    const sku = await stockedProduct(harness, 1)
    const order = await expiredOrder(sku)
    const other = await openOrder(harness, { items: [{ sku, quantity: 1 }] })
    const { error } = await makeWait(harness.db, bind(order), (trx) => holdStock(trx, other.orderId))
    expect(error?.code).to.equal('insufficient-stock')
    expect(await isBound(order)).to.equal(true)
  })

  it('leave a unit to an order that waited for them to be released', async () => {
    const sku = await stockedProduct(harness, 1)
    const order = await orderOf(sku)
    const other = await openOrder(harness, { items: [{ sku, quantity: 1 }] })
    expect(await makeWait(harness.db, release(order), (trx) => holdStock(trx, other.orderId))).to.deep.equal({
      value: 1,
    })
  })

  it('are refused when their release was first, and released when they were bound first', async () => {
    const sku = await stockedProduct(harness, 10)
    const [undone, bound] = [await orderOf(sku), await orderOf(sku)]
    expect((await makeWait(harness.db, release(undone), bind(undone))).error?.code).to.equal('insufficient-stock')
    expect(await makeWait(harness.db, bind(bound), release(bound))).to.deep.equal({ value: 1 })
    expect([await statesOf(undone), await statesOf(bound)]).to.deep.equal([['released'], ['released']])
    expect((await stockOf(harness, sku)).reserved).to.equal(0)
  })

  it('are released by whoever waited for them to be taken again', async () => {
    const sku = await stockedProduct(harness, 1)
    const order = await expiredOrder(sku)
    expect(await makeWait(harness.db, bind(order), release(order))).to.deep.equal({ value: 1 })
    expect(await statesOf(order)).to.deep.equal(['released'])
    expect(await stockOf(harness, sku)).to.include({ onHand: 1, reserved: 0 })
  })

  it('are bound without waiting for the product, however many want it', async () => {
    const sku = await stockedProduct(harness, 10)
    const order = await orderOf(sku)
    const other = await openOrder(harness, { items: [{ sku, quantity: 1 }] })
    await now(async (trx) => {
      await holdStock(trx, other.orderId)
      await now(bind(order))
    })
    expect(await isBound(order)).to.equal(true)
  })

  it('end up bound or refused, never both, when many are bound while they expire (invariant 5)', async () => {
    const sku = await stockedProduct(harness, 40)
    const orders = await Promise.all(Array.from({ length: 40 }, () => orderOf(sku)))
    for (const order of orders) await letHoldsAge(harness, order)
    const newcomers = await Promise.all(
      Array.from({ length: 20 }, () => openOrder(harness, { items: [{ sku, quantity: 1 }] })),
    )
    const expiring = Promise.all(Array.from({ length: 4 }, () => expireHolds(harness.db)))
    const buying = Promise.allSettled(newcomers.map(({ orderId }) => now((trx) => holdStock(trx, orderId))))
    const bindings = await Promise.allSettled(orders.map((order) => now(bind(order))))
    await Promise.all([expiring, buying])
    for (const [index, binding] of bindings.entries()) {
      const order = orders[index]!
      if (binding.status === 'fulfilled') expect(await isBound(order)).to.equal(true)
      else expect(await statesOf(order)).to.deep.equal(['expired'])
    }
    const taken = [...bindings, ...(await buying)].filter(({ status }) => status === 'fulfilled').length
    expect(taken).to.be.at.most(40)
    expect(await stockOf(harness, sku)).to.include({ onHand: 40, reserved: taken })
  })
})
