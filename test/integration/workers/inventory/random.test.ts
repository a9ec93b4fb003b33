// Whatever is done to the stock, in whatever order and by however many at once: it always adds up, and nothing is sold twice
// (invariant 5). A failing run prints the seed and the smallest sequence that fails.
import { expect } from 'chai'
import fc from 'fast-check'
import type { Trx } from '../../../../lib/db.ts'
import { PermanentError } from '../../../../lib/errors.ts'
import { Hold, Movement } from '../../../../lib/models/stock-ledger.ts'
import { applyAdjustment, openAdjustment } from '../../../../lib/stock/adjust.ts'
import { bindHolds, commitStock, expireHolds, holdStock, releaseStock } from '../../../../lib/stock/holds.ts'
import { committing, holding } from '../../../../lib/stock/holds-together.ts'
import { useHarness } from '../../../support/harness.ts'
import { brokenStock } from '../../../support/invariants.ts'
import { letHoldsAge, type OpenOrder, openOrder, stockedProduct, stockOf } from '../../../support/shop.ts'

const CLIENTS = 16
const ORDERS = 3

const change = fc.constantFrom(
  ...['hold', 'hold', 'bind', 'bind', 'commit', 'release', 'age', 'expire', 'expire', 'adjust'],
  ...['holdAll', 'commitAll'],
)
/** What one client does, one after the other. */
const turns = fc.array(fc.tuple(change, fc.nat(ORDERS - 1), fc.integer({ min: -3, max: 3 })), {
  minLength: 4,
  maxLength: 12,
})
const scenario = fc.record({
  stock: fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 4 })),
  quantities: fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 2 })), { minLength: ORDERS, maxLength: ORDERS }),
  clients: fc.array(turns, { minLength: 2, maxLength: 6 }),
})

type Scenario = typeof scenario extends fc.Arbitrary<infer S> ? S : never

/** Refusals that are right, whatever the stock. A deadlock, a broken CHECK or anything else is not. */
const isRefusal = (error: unknown) => {
  const { code = '' } = error as { code?: string }
  const alreadyHeld = '23505'
  return error instanceof PermanentError ? code === 'insufficient-stock' : code === alreadyHeld
}

describe('stock', () => {
  const harness = useHarness()

  it('adds up after any sequence of changes from several connections at once (invariant 5)', async function () {
    this.timeout(120_000)
    const run = async ({ stock, quantities, clients }: Scenario) => {
      const skus = await Promise.all(stock.map((units) => stockedProduct(harness, units)))
      const orders: OpenOrder[] = []
      for (const [index, lines] of quantities.entries()) {
        const items = lines
          .map((quantity, line) => ({ sku: skus[line]!, quantity }))
          .filter(({ quantity }) => quantity > 0)
        orders.push(await openOrder(harness, { items: index % 2 ? items.reverse() : items }))
      }
      const done: { name: string; order: number }[] = []
      /** All orders at once: those that are dealt with, and not left to go alone, are done. */
      const doAll = async (trx: Trx, kind: typeof holding, name: string) => {
        const ids = orders.map(({ orderId }) => orderId)
        const results = await kind.together(trx, ids)
        return () => done.push(...ids.flatMap((_, order) => (results[order] ? [{ name, order }] : [])))
      }
      const act = async ([name, order, delta]: [string, number, number]) => {
        const target = orders[order]!
        const inTrx: Record<string, (trx: Trx) => Promise<unknown>> = {
          hold: (trx) => holdStock(trx, target.orderId),
          bind: (trx) => bindHolds(trx, target.orderId),
          commit: (trx) => commitStock(trx, target.orderId),
          holdAll: (trx) => doAll(trx, holding, 'hold'),
          commitAll: (trx) => doAll(trx, committing, 'commit'),
          release: (trx) => releaseStock(trx, target.orderId),
          age: async () => letHoldsAge(harness, target),
          expire: (trx) => expireHolds(trx),
          adjust: async (trx) => {
            const request = { sku: skus[order % 2]!, delta: delta || 1, reason: 'random' }
            return applyAdjustment(trx, await openAdjustment(trx, harness.accountId, request))
          },
        }
        try {
          const noteAll = await harness.db.transaction(inTrx[name]!)
          if (typeof noteAll === 'function') noteAll()
          else done.push({ name, order })
        } catch (error) {
          if (!isRefusal(error)) throw error
        }
      }
      await Promise.all(
        clients.map(async (turns) => {
          for (const turn of turns) await act(turn)
        }),
      )

      expect(await brokenStock(harness.db)).to.deep.equal([])
      for (const [order, { orderId }] of orders.entries()) {
        const states = (await Hold.query(harness.db).where({ orderId })).map(({ state }) => state)
        const was = (name: string) => done.some((each) => each.order === order && each.name === name)
        // What was bound stays until the order ends.
        if (was('bind')) expect(states).to.not.include('expired')
        if (was('commit')) expect(states).to.not.include('held').and.not.include('expired')
        const moved = await Movement.query(harness.db).whereIn(
          'holdId',
          Hold.query(harness.db).select('id').where({ orderId }),
        )
        expect(moved).to.have.length(states.filter((state) => state === 'committed').length)
      }
    }
    await fc.assert(fc.asyncProperty(scenario, run), { numRuns: 40, endOnFailure: false })
  })

  it(`sells ${CLIENTS} clients of one product in demand exactly what there is (invariant 5)`, async () => {
    const sku = await stockedProduct(harness, 100)
    const orders = await Promise.all(
      Array.from({ length: 160 }, () => openOrder(harness, { items: [{ sku, quantity: 1 }] })),
    )
    const waiting = [...orders]
    let sold = 0
    const client = async () => {
      for (let order = waiting.pop(); order; order = waiting.pop()) {
        const { orderId } = order
        try {
          await harness.db.transaction((trx) => holdStock(trx, orderId))
          await harness.db.transaction((trx) => bindHolds(trx, orderId))
          await harness.db.transaction((trx) => commitStock(trx, orderId))
          sold++
        } catch (error) {
          if (!isRefusal(error)) throw error
        }
      }
    }
    await Promise.all(Array.from({ length: CLIENTS }, client))
    expect(sold).to.equal(100)
    expect(await stockOf(harness, sku)).to.include({ onHand: 0, reserved: 0 })
    expect(await brokenStock(harness.db)).to.deep.equal([])
  })
})
