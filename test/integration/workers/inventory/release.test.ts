// Giving held stock back: once, and only what is still held.
import { expect } from 'chai'
import { Hold } from '../../../../lib/models/stock-ledger.ts'
import { useHarness } from '../../../support/harness.ts'
import { brokenStock } from '../../../support/invariants.ts'
import { type OpenOrder, openOrder, stockedProduct, stockOf } from '../../../support/shop.ts'

describe('inventory.release', () => {
  const harness = useHarness()
  const run = (verb: 'reserve' | 'commit' | 'release', { orderId }: OpenOrder) =>
    harness.perform(`inventory.${verb}`, { orderId })
  const holdsOf = ({ orderId }: OpenOrder) => Hold.query(harness.db).where({ orderId })
  const openOrderOf = (sku: string, quantity: number) => openOrder(harness, { items: [{ sku, quantity }] })
  afterEach('invariant 5 holds', async () => {
    expect(await brokenStock(harness.db)).to.deep.equal([])
  })

  it('gives back what an order holds in one transaction with the job (invariant 3)', async () => {
    const sku = await stockedProduct(harness, 10)
    const order = await openOrderOf(sku, 3)
    await run('reserve', order)
    const { outcome, job } = await run('release', order)
    expect(outcome).to.equal('succeeded')
    expect(job.result).to.deep.equal({ released: 1 })
    expect(await stockOf(harness, sku)).to.include({ onHand: 10, reserved: 0, version: 2 })
    const [hold] = await holdsOf(order)
    expect(hold).to.include({ state: 'released' })
    expect(hold?.settledAt).to.deep.equal(job.finishedAt)
  })

  it('gives back once, however many jobs release the same order at once (invariant 3)', async () => {
    const sku = await stockedProduct(harness, 10)
    const [order, other] = [await openOrderOf(sku, 3), await openOrderOf(sku, 4)]
    await run('reserve', order)
    await run('reserve', other)
    const ended = await Promise.all(Array.from({ length: 10 }, () => run('release', order)))
    expect(ended.map(({ job }) => job.result?.released).sort()).to.deep.equal([...Array(9).fill(0), 1])
    expect(await stockOf(harness, sku)).to.include({ onHand: 10, reserved: 4 })
  })

  it('does nothing for an order that holds nothing', async () => {
    const sku = await stockedProduct(harness, 10)
    const { outcome, job } = await run('release', await openOrderOf(sku, 3))
    expect(outcome).to.equal('succeeded')
    expect(job.result).to.deep.equal({ released: 0 })
    expect(await stockOf(harness, sku)).to.include({ onHand: 10, reserved: 0 })
  })

  it('does nothing for an order whose stock was committed', async () => {
    const sku = await stockedProduct(harness, 10)
    const order = await openOrderOf(sku, 3)
    await run('reserve', order)
    await run('commit', order)
    expect((await run('release', order)).job.result).to.deep.equal({ released: 0 })
    expect(await stockOf(harness, sku)).to.include({ onHand: 7, reserved: 0 })
    expect((await holdsOf(order)).map((hold) => hold.state)).to.deep.equal(['committed'])
  })

  it('makes the units available to the next order', async () => {
    const sku = await stockedProduct(harness, 3)
    const [first, next] = [await openOrderOf(sku, 3), await openOrderOf(sku, 3)]
    await run('reserve', first)
    await run('release', first)
    expect((await run('reserve', next)).outcome).to.equal('succeeded')
    expect(await stockOf(harness, sku)).to.include({ onHand: 3, reserved: 3 })
  })
})
