// Stock of many orders by one statement: each gets what it would have got alone, or is left to get it alone.
import { expect } from 'chai'
import { isRefusal } from '../../../../lib/db.ts'
import { PermanentError } from '../../../../lib/errors.ts'
import { newId, type OrderId } from '../../../../lib/ids.ts'
import { OrderItem } from '../../../../lib/models/order.ts'
import { bindHolds, expireHolds } from '../../../../lib/stock/holds.ts'
import { committing, holding } from '../../../../lib/stock/holds-together.ts'
import { useHarness } from '../../../support/harness.ts'
import { brokenStock } from '../../../support/invariants.ts'
import { makeWait } from '../../../support/locks.ts'
import {
  errorOf,
  holdsOf,
  letHoldsAge,
  type OpenOrder,
  openOrder,
  stockedProduct,
  stockOf,
} from '../../../support/shop.ts'

type Kind = typeof holding
type Of = Pick<OpenOrder, 'orderId'>

const PLENTY = 1_000

/** Each line of orders, with its hold and what it has moved. */
const LINES = `
  SELECT i.sku, h.quantity, h.state, round(extract(epoch FROM h.expires_at - h.created_at) / 60)::integer AS minutes,
    h.account_id = i.account_id AND coalesce(m.account_id = i.account_id, true) AS own,
    h.settled_at IS NOT NULL AS settled, m.quantity AS moved, m.reason
  FROM order_items i LEFT JOIN holds h USING (order_id, product_id) LEFT JOIN movements m ON m.hold_id = h.id
  WHERE i.order_id = :orderId ORDER BY i.product_id`

describe('stock of many orders at once', () => {
  const harness = useHarness()
  afterEach('invariant 5 holds', async () => {
    expect(await brokenStock(harness.db)).to.deep.equal([])
  })

  const together = (kind: Kind, orders: Of[]) =>
    harness.db.transaction((trx) => {
      const ids = orders.map(({ orderId }) => orderId)
      return kind.together(trx, ids)
    })
  const alone = (kind: Kind, { orderId }: Of) => harness.db.transaction(async (trx) => kind.alone(trx, orderId))
  const statesOf = async (order: OpenOrder) => (await holdsOf(harness, order)).map(({ state }) => state)
  /** An order of these quantities, by SKU. */
  const orderOf = (quantities: Record<string, number>) =>
    openOrder(harness, { items: Object.entries(quantities).map(([sku, quantity]) => ({ sku, quantity })) })
  /** So many orders of these quantities. */
  const ordersOf = async (count: number, quantities: Record<string, number>) => {
    const orders: OpenOrder[] = []
    while (orders.length < count) orders.push(await orderOf(quantities))
    return orders
  }
  const heldOrders = async (count: number, quantities: Record<string, number>) => {
    const orders = await ordersOf(count, quantities)
    for (const order of orders) await alone(holding, order)
    return orders
  }
  const withoutLines = async (sku: string) => {
    const order = await orderOf({ [sku]: 1 })
    await OrderItem.query(harness.db).delete().where({ orderId: order.orderId })
    return order
  }
  const expire = async (order: OpenOrder) => {
    await letHoldsAge(harness, order)
    await expireHolds(harness.db)
  }

  const onlyRefused = (error: unknown) => {
    if (!(error instanceof PermanentError)) throw error
  }

  /** Three products and twelve orders of one to three of them, and how they look. */
  const openShop = async () => {
    const skus = [await stockedProduct(harness, PLENTY), await stockedProduct(harness, PLENTY)]
    skus.push(await stockedProduct(harness, PLENTY))
    const orders: OpenOrder[] = []
    for (let index = 0; index < 12; index++) {
      const lines = skus.slice(index % 3).map((sku, line) => [sku, 1 + ((index + line) % 5)])
      orders.push(await orderOf(Object.fromEntries(lines)))
    }
    const linesOf = async ({ orderId }: Of) => {
      const { rows } = await harness.db.raw<{ rows: { sku: string }[] }>(LINES, { orderId })
      return rows.map(({ sku, ...line }) => ({ ...line, product: skus.indexOf(sku) }))
    }
    const look = async () => {
      const stocks = await Promise.all(skus.map((sku) => stockOf(harness, sku)))
      return {
        stocks: stocks.map(({ onHand, reserved, version }) => ({ onHand, reserved, version })),
        orders: await Promise.all(orders.map((order) => linesOf(order))),
      }
    }
    return { orders, look }
  }

  it('is held and committed by one statement as it is one by one (invariants 3, 5)', async () => {
    const [shop, other] = [await openShop(), await openShop()]
    for (const kind of [holding, committing]) {
      const statements: string[] = []
      const note = ({ sql }: { sql: string }) => statements.push(sql)
      harness.db.on('query', note)
      const results = await together(kind, shop.orders)
      harness.db.removeListener('query', note)
      expect(statements).to.have.length(3)
      expect([statements[0], statements[2]]).to.deep.equal(['BEGIN;', 'COMMIT;'])
      for (const [index, order] of other.orders.entries())
        expect(results[index]).to.deep.equal(await alone(kind, order))
      expect(await shop.look()).to.deep.equal(await other.look())
    }
    const { orders, stocks } = await shop.look()
    expect(orders.flat()).to.have.length(24)
    for (const line of orders.flat()) expect(line).to.include({ state: 'committed', own: true, reason: 'order' })
    expect(stocks.every(({ reserved }) => reserved === 0)).to.equal(true)
  })

  it('is left alone where there is not enough for all, and sold to exactly as many as there is (invariant 5)', async () => {
    const [scarce, plenty] = [await stockedProduct(harness, 5), await stockedProduct(harness, PLENTY)]
    const wanting = await ordersOf(8, { [scarce]: 1, [plenty]: 1 })
    const others = await ordersOf(3, { [plenty]: 2 })
    const results = await together(holding, [...wanting, ...others])
    expect(results).to.deep.equal([...Array(8).fill(undefined), ...Array(3).fill({ held: 1 })])
    expect(await stockOf(harness, scarce)).to.include({ onHand: 5, reserved: 0 })
    expect(await stockOf(harness, plenty)).to.include({ reserved: 6 })
    for (const order of wanting) expect(await holdsOf(harness, order)).to.deep.equal([])

    const ended = await Promise.allSettled(wanting.map((order) => alone(holding, order)))
    const refused = ended.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []))
    expect(refused).to.have.length(3)
    for (const reason of refused) expect(reason).to.be.instanceOf(PermanentError)
    expect(await stockOf(harness, scarce)).to.include({ onHand: 5, reserved: 5 })
    expect(await stockOf(harness, plenty)).to.include({ reserved: 6 + 5 })
  })

  it('is held to the last unit where there is just enough for all', async () => {
    const sku = await stockedProduct(harness, 6)
    expect(await together(holding, await ordersOf(3, { [sku]: 2 }))).to.deep.equal(Array(3).fill({ held: 1 }))
    expect(await stockOf(harness, sku)).to.include({ onHand: 6, reserved: 6 })
    expect(await together(holding, await ordersOf(2, { [sku]: 1 }))).to.deep.equal([undefined, undefined])
  })

  it('is counted as whoever came first has left it (invariant 5)', async () => {
    const sku = await stockedProduct(harness, 5)
    const [first, second] = [await ordersOf(2, { [sku]: 1 }), await ordersOf(2, { [sku]: 2 })]
    const ids = (orders: OpenOrder[]) => orders.map(({ orderId }) => orderId)
    // Enough for both when it looked, and not any more when it gets to the row.
    const { value } = await makeWait(
      harness.db,
      (trx) => holding.together(trx, ids(first)),
      (trx) => holding.together(trx, ids(second)),
    )
    expect(value).to.deep.equal([undefined, undefined])
    expect(await stockOf(harness, sku)).to.include({ onHand: 5, reserved: 2 })
  })

  it('is sold to its last unit by groups that ask for it at once, and committed (invariants 3, 5)', async () => {
    const skus = [await stockedProduct(harness, 20), await stockedProduct(harness, 20)]
    const orders = await ordersOf(40, Object.fromEntries(skus.map((sku) => [sku, 1])))
    const inGroups = (kind: Kind, all: OpenOrder[]) =>
      Promise.all(
        [0, 1, 2, 3].map(async (lane) => {
          const done: OpenOrder[] = []
          for (let at = lane * 4; at < all.length; at += 16) {
            const group = all.slice(at, at + 4)
            const results = await together(kind, group)
            for (const [index, order] of group.entries()) {
              const ended = results[index] ?? (await alone(kind, order).catch(onlyRefused))
              if (ended) done.push(order)
            }
          }
          return done
        }),
      )
    const held = (await inGroups(holding, orders)).flat()
    expect(held).to.have.length(20)
    for (const sku of skus) expect(await stockOf(harness, sku)).to.include({ onHand: 20, reserved: 20 })
    expect((await inGroups(committing, held)).flat()).to.have.length(20)
    for (const sku of skus) expect(await stockOf(harness, sku)).to.include({ onHand: 0, reserved: 0 })
  })
  it('of an order whose hold has expired is not committed with that of others', async () => {
    const [sku, other] = [await stockedProduct(harness, 10), await stockedProduct(harness, 10)]
    const orders = await heldOrders(3, { [sku]: 1, [other]: 1 })
    const [late] = orders as [OpenOrder]
    await harness.db.transaction((trx) => bindHolds(trx, orders[1]!.orderId))
    await expire(late)
    expect(await together(committing, orders)).to.deep.equal([undefined, { committed: 2 }, { committed: 2 }])
    expect(await statesOf(late)).to.deep.equal(['expired', 'expired'])
    expect(await stockOf(harness, sku)).to.include({ onHand: 8, reserved: 0 })
    // Alone it is taken again, because it is still there.
    expect(await alone(committing, late)).to.deep.equal({ committed: 2 })
    expect(await stockOf(harness, sku)).to.include({ onHand: 7, reserved: 0 })
  })

  it('of an order of which one line has expired is not committed in part', async () => {
    const [sku, other] = [await stockedProduct(harness, 10), await stockedProduct(harness, 10)]
    const [late, timely] = (await heldOrders(2, { [sku]: 1, [other]: 1 })) as [OpenOrder, OpenOrder]
    const { productId } = await stockOf(harness, sku)
    await harness.db.raw('UPDATE holds SET expires_at = created_at WHERE order_id = ? AND product_id = ?', [
      late.orderId,
      productId,
    ])
    await expireHolds(harness.db)
    expect(await together(committing, [late, timely])).to.deep.equal([undefined, { committed: 2 }])
    expect(await statesOf(late)).to.have.members(['expired', 'held'])
    expect(await stockOf(harness, other)).to.include({ onHand: 9, reserved: 1 })
  })

  it('of an order that is there twice is held and committed once (invariant 3)', async () => {
    const sku = await stockedProduct(harness, 10)
    const [twice, once] = (await ordersOf(2, { [sku]: 3 })) as [OpenOrder, OpenOrder]
    expect(await together(holding, [twice, once, twice])).to.deep.equal(Array(3).fill({ held: 1 }))
    expect(await stockOf(harness, sku)).to.include({ onHand: 10, reserved: 6 })
    expect(await together(committing, [twice, once, twice])).to.deep.equal(Array(3).fill({ committed: 1 }))
    expect(await stockOf(harness, sku)).to.include({ onHand: 4, reserved: 0 })
  })

  it('of an order that is held already is held for none of the group: each learns alone why (invariant 3)', async () => {
    const sku = await stockedProduct(harness, 10)
    const [held] = (await heldOrders(1, { [sku]: 1 })) as [OpenOrder]
    const [other] = (await ordersOf(1, { [sku]: 1 })) as [OpenOrder]
    expect(isRefusal(await errorOf(together(holding, [held, other])))).to.equal(true)
    expect(await stockOf(harness, sku)).to.include({ onHand: 10, reserved: 1 })
    expect(await holdsOf(harness, other)).to.deep.equal([])
  })

  it('of an order that is committed already is left alone, and alone moves nothing (invariant 3)', async () => {
    const sku = await stockedProduct(harness, 10)
    const [done, other] = (await heldOrders(2, { [sku]: 1 })) as [OpenOrder, OpenOrder]
    await alone(committing, done)
    expect(await together(committing, [done, other])).to.deep.equal([undefined, { committed: 1 }])
    expect(await alone(committing, done)).to.deep.equal({ committed: 0 })
    expect(await stockOf(harness, sku)).to.include({ onHand: 8, reserved: 0 })
  })

  it('of an order without lines is nothing: it is left alone, as one that there is not', async () => {
    const sku = await stockedProduct(harness, 10)
    const empty = await withoutLines(sku)
    const nobody = { orderId: newId<OrderId>() }
    const [order] = (await ordersOf(1, { [sku]: 1 })) as [OpenOrder]
    expect(await together(holding, [empty, order, nobody])).to.deep.equal([undefined, { held: 1 }, undefined])
    expect(await together(committing, [nobody, order, empty])).to.deep.equal([undefined, { committed: 1 }, undefined])
    expect(await alone(holding, empty)).to.deep.equal({ held: 0 })
    expect(await alone(committing, empty)).to.deep.equal({ committed: 0 })
    expect(await together(holding, [])).to.deep.equal([])
    expect(await together(committing, [])).to.deep.equal([])
    expect(await stockOf(harness, sku)).to.include({ onHand: 9, reserved: 0 })
  })
})
