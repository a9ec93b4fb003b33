// Corrections of the stock: by a difference or by compare-and-swap, each applied once, never below what is reserved.
import { expect } from 'chai'
import type { Trx } from '../../../../lib/db.ts'
import type { AdjustmentId } from '../../../../lib/ids.ts'
import { Movement } from '../../../../lib/models/stock-ledger.ts'
import { applyAdjustment, openAdjustment } from '../../../../lib/stock/adjust.ts'
import { commitStock, releaseStock } from '../../../../lib/stock/holds.ts'
import { useHarness } from '../../../support/harness.ts'
import { brokenStock } from '../../../support/invariants.ts'
import { makeWait } from '../../../support/locks.ts'
import { errorOf, heldOrder, openOrder, stockedProduct, stockOf } from '../../../support/shop.ts'

type Change = { delta: number } | { set: number; version: number }

describe('inventory.adjust', () => {
  const harness = useHarness()
  const accept = async (sku: string, change: Change): Promise<AdjustmentId> => {
    const request = { sku, ...change, reason: 'stocktaking' }
    return (await harness.db.transaction((trx) => openAdjustment(trx, harness.accountId, request))).id
  }
  const run = (adjustmentId: AdjustmentId) => harness.perform('inventory.adjust', { adjustmentId })
  const adjust = async (sku: string, change: Change) => run(await accept(sku, change))
  const movementsOf = (adjustmentId: AdjustmentId) => Movement.query(harness.db).where({ adjustmentId })
  const reserve = async (sku: string, quantity: number) => {
    const { orderId } = await openOrder(harness, { items: [{ sku, quantity }] })
    await harness.perform('inventory.reserve', { orderId })
  }
  afterEach('invariant 5 holds', async () => {
    expect(await brokenStock(harness.db)).to.deep.equal([])
  })

  it('adds and takes away by a difference, and answers with the new figures', async () => {
    const sku = await stockedProduct(harness, 10)
    const more = await adjust(sku, { delta: 5 })
    expect(more.outcome).to.equal('succeeded')
    expect(more.job.result).to.deep.equal({ onHand: 15, reserved: 0, available: 15, version: 3 })
    const less = await adjust(sku, { delta: -15 })
    expect(less.job.result).to.deep.equal({ onHand: 0, reserved: 0, available: 0, version: 4 })
    expect(await stockOf(harness, sku)).to.include({ onHand: 0, reserved: 0, version: 4 })
  })

  it('records the movement of an absolute figure as the difference that it made', async () => {
    const sku = await stockedProduct(harness, 10)
    const id = await accept(sku, { set: 4, version: 2 })
    expect((await run(id)).job.result).to.deep.equal({ onHand: 4, reserved: 0, available: 4, version: 3 })
    expect((await movementsOf(id)).map(({ quantity, reason }) => [quantity, reason])).to.deep.equal([
      [-6, 'stocktaking'],
    ])
  })

  it('refuses an absolute figure that was read at another version', async () => {
    const sku = await stockedProduct(harness, 10)
    await adjust(sku, { delta: 1 })
    const { outcome, job } = await adjust(sku, { set: 4, version: 2 })
    expect(outcome).to.equal('failed')
    expect(job.error).to.include({ type: '/problems/version-mismatch', status: 409 })
    expect(await stockOf(harness, sku)).to.include({ onHand: 11, version: 3 })
  })

  it('lets one of many absolute figures win that were read at the same version', async () => {
    const sku = await stockedProduct(harness, 10)
    const figures = Array.from({ length: 10 }, (_, index) => 100 + index)
    const ended = await Promise.all(figures.map((set) => adjust(sku, { set, version: 2 })))
    const won = ended.filter(({ outcome }) => outcome === 'succeeded')
    expect(won).to.have.length(1)
    expect(await stockOf(harness, sku)).to.include({ onHand: won[0]?.job.result?.onHand, version: 3 })
  })

  it('sums many differences at once', async () => {
    const sku = await stockedProduct(harness, 10)
    await Promise.all(Array.from({ length: 30 }, (_, index) => adjust(sku, { delta: index % 3 ? 2 : -1 })))
    expect(await stockOf(harness, sku)).to.include({ onHand: 10 + 20 * 2 - 10, version: 32 })
  })

  it('loses none of 50 differences and figures at once: each builds on the one before (invariant 5)', async () => {
    const sku = await stockedProduct(harness, 100)
    const changes: Change[] = Array.from({ length: 50 }, (_, index) =>
      index % 3 ? { delta: (index % 7) - 3 || 4 } : { set: 50 + index, version: 2 + index },
    )
    const ended = await Promise.all(changes.map(async (change) => ({ change, ...(await adjust(sku, change)) })))
    const done = ended.filter(({ outcome }) => outcome === 'succeeded')
    const figures = done.map(({ change, job }) => ({ change, ...(job.result as { onHand: number; version: number }) }))
    let onHand = 100
    for (const [index, each] of figures.sort((a, b) => a.version - b.version).entries()) {
      onHand = 'set' in each.change ? each.change.set : onHand + each.change.delta
      expect(each).to.include({ onHand, version: 3 + index })
      if ('set' in each.change) expect(each.change.version).to.equal(2 + index)
    }
    for (const { change, job } of ended.filter(({ outcome }) => outcome !== 'succeeded')) {
      expect(change).to.have.property('set')
      expect(job.error).to.include({ type: '/problems/version-mismatch' })
    }
    expect(await stockOf(harness, sku)).to.include({ onHand, version: 2 + done.length })
  })

  it('sees what it has waited for: a hold that is released makes room, a sale changes the version', async () => {
    const sku = await stockedProduct(harness, 10)
    const { orderId } = await heldOrder(harness, { items: [{ sku, quantity: 8 }] })
    const release = (trx: Trx) => releaseStock(trx, orderId)
    const id = await accept(sku, { set: 2, version: 2 })
    const waited = await makeWait(harness.db, release, (trx) => applyAdjustment(trx, { id }))
    expect(waited).to.deep.equal({ value: { onHand: 2, reserved: 0, version: 3 } })

    const sold = await heldOrder(harness, { items: [{ sku, quantity: 1 }] })
    const late = await accept(sku, { set: 2, version: 3 })
    const commit = (trx: Trx) => commitStock(trx, sold.orderId)
    const { error } = await makeWait(harness.db, commit, (trx) => applyAdjustment(trx, { id: late }))
    expect(error?.code).to.equal('version-mismatch')
    expect(await stockOf(harness, sku)).to.include({ onHand: 1, version: 4 })
  })

  for (const change of [{ delta: -8 }, { set: 2, version: 2 }]) {
    it(`refuses ${JSON.stringify(change)} where that is less than orders hold (invariant 5)`, async () => {
      const sku = await stockedProduct(harness, 10)
      await reserve(sku, 3)
      const id = await accept(sku, change)
      const { outcome, job } = await run(id)
      expect(outcome).to.equal('failed')
      expect(job.error).to.include({ type: '/problems/insufficient-stock' })
      expect(await stockOf(harness, sku)).to.include({ onHand: 10, reserved: 3, version: 2 })
      expect(await movementsOf(id)).to.deep.equal([])
    })
  }

  it('goes down to exactly what orders hold', async () => {
    const sku = await stockedProduct(harness, 10)
    await reserve(sku, 3)
    const { job } = await adjust(sku, { delta: -7 })
    expect(job.result).to.deep.equal({ onHand: 3, reserved: 3, available: 0, version: 3 })
  })

  it('never meets an order half way: together they leave no unit oversold (invariant 5)', async () => {
    const sku = await stockedProduct(harness, 10)
    const orders = Array.from({ length: 10 }, () => reserve(sku, 1))
    const corrections = Array.from({ length: 10 }, () => adjust(sku, { delta: -1 }))
    await Promise.all([...orders, ...corrections])
    const { onHand, reserved } = await stockOf(harness, sku)
    expect(onHand).to.equal(reserved).and.to.be.within(0, 10)
  })

  it('moves the stock once, although the same adjustment is run by more than one job (invariant 3)', async () => {
    const sku = await stockedProduct(harness, 10)
    const id = await accept(sku, { delta: 5 })
    await Promise.all([run(id), run(id), run(id)])
    await run(id)
    expect(await movementsOf(id)).to.have.length(1)
    expect(await stockOf(harness, sku)).to.include({ onHand: 15, version: 3 })
  })

  it('refuses what would pass the bound of a stock', async () => {
    const sku = await stockedProduct(harness, 10)
    const { outcome, job } = await adjust(sku, { delta: 999_991 })
    expect(outcome).to.equal('failed')
    expect(job.error).to.include({ type: '/problems/conflict' })
    expect((await stockOf(harness, sku)).onHand).to.equal(10)
  })

  it('knows the products of its own account only (invariant 9)', async () => {
    const sku = await stockedProduct(harness, 10)
    const other = await harness.otherAccount()
    const { status } = await other.post('/v1/inventory/adjustments', { sku, delta: 1, reason: 'not mine' })
    expect(status).to.equal(422)
    expect(await errorOf(accept('NO-SUCH-SKU', { delta: 1 }))).to.include({ code: 'invalid-request' })
    expect((await stockOf(harness, sku)).onHand).to.equal(10)
  })
})
