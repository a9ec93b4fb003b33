// The audit beside running traffic: it sees one moment, in which everything agrees, however much is under way.
import { expect } from 'chai'
import { findDiscrepancies } from '../../../../lib/audit.ts'
import { Job } from '../../../../lib/models/job.ts'
import { Stock } from '../../../../lib/models/product.ts'
import { useHarness } from '../../../support/harness.ts'
import { brokenMoney, brokenStock } from '../../../support/invariants.ts'
import { placeOrder } from '../../../support/orders.ts'
import { stockedProduct } from '../../../support/shop.ts'
import { waitFor } from '../../../support/wait-for.ts'

const ORDERS = 200
const METHODS = ['pm_card_visa', 'pm_card_visa', 'pm_card_chargeDeclined']

describe('maintenance.audit under load', () => {
  const harness = useHarness()

  it(`finds nothing while ${ORDERS} orders are placed, charged, declined, adjusted and mailed (invariants 2, 5, 6)`, async function () {
    this.timeout(120_000)
    await harness.startWorkers()
    const skus = await Promise.all([60, 400, 400].map((stock) => stockedProduct(harness, stock)))
    const place = async (index: number) => {
      const items = skus.map((sku) => ({ sku, quantity: 1 }))
      await placeOrder(harness.api, { items, method: METHODS[index % METHODS.length]! })
      if (index % 10 > 0) return
      const correction = { sku: skus[index % 3], delta: index % 20 ? 1 : -1, reason: 'count' }
      expect((await harness.api.post('/v1/inventory/adjustments', correction)).status).to.equal(202)
    }
    const waiting = Array.from({ length: ORDERS }, (_, index) => index)
    const client = async () => {
      for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) await place(index)
    }
    const isAnyHeld = async () => (await Stock.query(harness.db).where('reserved', '>', 0).resultSize()) > 0
    const open = () => Job.query(harness.db).whereNull('finishedAt').whereNot('queue', 'maintenance').resultSize()
    let whileHeld = 0
    const auditing = waitFor(
      'all orders to be done',
      async () => {
        const before = await isAnyHeld()
        const found = Object.entries(await findDiscrepancies(harness.db)).filter(([, findings]) => findings.length > 0)
        expect(found).to.deep.equal([])
        if (before && (await isAnyHeld())) whileHeld++
        return waiting.length === 0 && (await open()) === 0
      },
      100_000,
    )
    await Promise.all([auditing, ...Array.from({ length: 8 }, client)])
    expect(whileHeld).to.be.above(10)
    expect(await brokenStock(harness.db)).to.deep.equal([])
    expect(await brokenMoney(harness.db, harness.simulator)).to.deep.equal([])
  })
})
