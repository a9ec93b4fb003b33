// Taking held stock out of what is on hand: once for each hold, and only what is still held.
import { expect } from 'chai'
import type { Trx } from '../../../../lib/db.ts'
import { Hold, Movement } from '../../../../lib/models/stock-ledger.ts'
import { commitStock, expireHolds } from '../../../../lib/stock/holds.ts'
import { useHarness } from '../../../support/harness.ts'
import { brokenStock } from '../../../support/invariants.ts'
import { makeWait } from '../../../support/locks.ts'
import { errorOf, letHoldsAge, type OpenOrder, openOrder, stockedProduct, stockOf } from '../../../support/shop.ts'

describe('inventory.commit', () => {
  const harness = useHarness()
  const run = (verb: 'reserve' | 'commit' | 'release', { orderId }: OpenOrder) =>
    harness.perform(`inventory.${verb}`, { orderId })
  const holdsOf = ({ orderId }: OpenOrder) => Hold.query(harness.db).where({ orderId })
  const movementsOf = async (sku: string) =>
    Movement.query(harness.db)
      .where({ productId: (await stockOf(harness, sku)).productId, reason: 'order' })
      .select('quantity', 'holdId')
  const heldOrder = async (sku: string, quantity: number) => {
    const order = await openOrder(harness, { items: [{ sku, quantity }] })
    await run('reserve', order)
    return order
  }
  afterEach('invariant 5 holds', async () => {
    expect(await brokenStock(harness.db)).to.deep.equal([])
  })

  it('moves the held units out of the stock in one transaction with the job (invariant 3)', async () => {
    const sku = await stockedProduct(harness, 10)
    const order = await heldOrder(sku, 3)
    const { outcome, job } = await run('commit', order)
    expect(outcome).to.equal('succeeded')
    expect(job.result).to.deep.equal({ committed: 1 })
    expect(await stockOf(harness, sku)).to.include({ onHand: 7, reserved: 0, version: 3 })
    const [hold] = await holdsOf(order)
    expect(hold).to.include({ state: 'committed' })
    expect(hold?.settledAt).to.deep.equal(job.finishedAt)
    expect(await movementsOf(sku)).to.deep.equal([{ quantity: -3, holdId: hold?.id }])
  })

  it('commits every line of an order', async () => {
    const skus = [await stockedProduct(harness, 4), await stockedProduct(harness, 5), await stockedProduct(harness, 6)]
    const order = await openOrder(harness, { items: skus.map((sku) => ({ sku, quantity: 4 })) })
    await run('reserve', order)
    expect((await run('commit', order)).job.result).to.deep.equal({ committed: 3 })
    const stocks = await Promise.all(skus.map((sku) => stockOf(harness, sku)))
    expect(stocks.map(({ onHand, reserved }) => [onHand, reserved])).to.deep.equal([
      [0, 0],
      [1, 0],
      [2, 0],
    ])
  })

  it('moves stock once, however many jobs commit the same order at once (invariant 3)', async () => {
    const sku = await stockedProduct(harness, 10)
    const order = await heldOrder(sku, 3)
    const ended = await Promise.all(Array.from({ length: 10 }, () => run('commit', order)))
    expect(ended.map(({ job }) => job.result?.committed).sort()).to.deep.equal([...Array(9).fill(0), 1])
    expect(await stockOf(harness, sku)).to.include({ onHand: 7, reserved: 0 })
    expect(await movementsOf(sku)).to.have.length(1)
  })

  it('moves nothing for an order whose stock was released', async () => {
    const sku = await stockedProduct(harness, 10)
    const order = await heldOrder(sku, 3)
    await run('release', order)
    await run('commit', order)
    expect(await stockOf(harness, sku)).to.include({ onHand: 10, reserved: 0, version: 2 })
    expect(await movementsOf(sku)).to.deep.equal([])
    expect((await holdsOf(order)).map((hold) => hold.state)).to.deep.equal(['released'])
  })

  it('takes again what had expired although the order is paid, if it is still there (invariant 5)', async () => {
    const skus = [await stockedProduct(harness, 3), await stockedProduct(harness, 10)]
    const order = await openOrder(harness, { items: skus.map((sku) => ({ sku, quantity: 3 })) })
    await run('reserve', order)
    await letHoldsAge(harness, order)
    await expireHolds(harness.db)
    const { outcome, job } = await run('commit', order)
    expect([outcome, job.result]).to.deep.equal(['succeeded', { committed: 2 }])
    const stocks = await Promise.all(skus.map((sku) => stockOf(harness, sku)))
    expect(stocks.map(({ onHand, reserved, version }) => [onHand, reserved, version])).to.deep.equal([
      [0, 0, 3],
      [7, 0, 3],
    ])
    expect((await holdsOf(order)).map((hold) => hold.state)).to.deep.equal(['committed', 'committed'])
  })

  it('fails where what had expired is sold, names it, and takes nothing (invariant 5)', async () => {
    const [plenty, short] = [await stockedProduct(harness, 10), await stockedProduct(harness, 3)]
    const order = await openOrder(harness, { items: [plenty, short].map((sku) => ({ sku, quantity: 3 })) })
    await run('reserve', order)
    await letHoldsAge(harness, order)
    await expireHolds(harness.db)
    await heldOrder(short, 1)
    const { outcome, job } = await run('commit', order)
    expect(outcome).to.equal('failed')
    expect(job.error).to.include({
      type: '/problems/insufficient-stock',
      detail: `There is not enough stock of ${short}.`,
    })
    expect(await stockOf(harness, plenty)).to.include({ onHand: 10, reserved: 0 })
    expect(await stockOf(harness, short)).to.include({ onHand: 3, reserved: 1 })
    expect((await holdsOf(order)).map((hold) => hold.state)).to.deep.equal(['expired', 'expired'])
  })

  it('takes a hold that expired while it waited, even of the last unit (invariant 5)', async () => {
    const sku = await stockedProduct(harness, 1)
    const order = await heldOrder(sku, 1)
    await letHoldsAge(harness, order)
    const commit = (trx: Trx) => commitStock(trx, order.orderId)
    expect(await makeWait(harness.db, (trx) => expireHolds(trx), commit)).to.deep.equal({ value: 1 })
    expect(await stockOf(harness, sku)).to.include({ onHand: 0, reserved: 0 })
  })

  it('leaves the holds of other orders alone', async () => {
    const sku = await stockedProduct(harness, 10)
    const [mine, theirs] = [await heldOrder(sku, 3), await heldOrder(sku, 4)]
    await run('commit', mine)
    expect(await stockOf(harness, sku)).to.include({ onHand: 7, reserved: 4 })
    expect((await holdsOf(theirs)).map((hold) => hold.state)).to.deep.equal(['held'])
  })

  it('and a release of the same order at once: one of them wins, for all of its lines (invariant 5)', async () => {
    const skus = [await stockedProduct(harness, 100), await stockedProduct(harness, 100)]
    const orders: OpenOrder[] = []
    for (let count = 0; count < 15; count++) {
      const order = await openOrder(harness, { items: skus.map((sku) => ({ sku, quantity: 1 })) })
      await run('reserve', order)
      orders.push(order)
    }
    await Promise.all(orders.flatMap((order) => [run('commit', order), run('release', order)]))
    let committed = 0
    for (const order of orders) {
      const [first, second] = (await holdsOf(order)).map((hold) => hold.state)
      expect(first).to.be.oneOf(['committed', 'released']).and.to.equal(second)
      if (first === 'committed') committed++
    }
    for (const sku of skus) expect(await stockOf(harness, sku)).to.include({ onHand: 100 - committed, reserved: 0 })
  })

  it('cannot move a hold twice past the code: a key stands in the way (invariant 3)', async () => {
    const sku = await stockedProduct(harness, 10)
    const order = await heldOrder(sku, 3)
    await run('commit', order)
    const [hold] = await holdsOf(order)
    const again = {
      accountId: harness.accountId,
      productId: hold!.productId,
      quantity: -3,
      reason: 'order',
      holdId: hold!.id,
    }
    expect(await errorOf(harness.db('movements').insert(again))).to.include({ code: '23505' })
  })
})
