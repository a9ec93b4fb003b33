// Stock of orders: held before the charge, committed after it, released when the order is undone (invariant 5).
// Each is one statement: round trips while a row is locked decide the throughput. Rows are locked in the order of their
// product ids, so that two orders of the same products never wait for each other.
import type { Trx } from '../db.ts'
import { PermanentError } from '../errors.ts'
import type { OrderId } from '../ids.ts'
import { OrderItem } from '../models/order.ts'
import { Hold } from '../models/stock-ledger.ts'

const HOLD = `
  WITH locked AS (
    SELECT s.product_id FROM stock s JOIN order_items i USING (product_id)
    WHERE i.order_id = :orderId ORDER BY s.product_id FOR NO KEY UPDATE OF s
  ), taken AS (
    UPDATE stock s SET reserved = s.reserved + i.quantity
    FROM order_items i JOIN locked USING (product_id)
    WHERE i.order_id = :orderId AND s.product_id = i.product_id AND s.on_hand - s.reserved >= i.quantity
    RETURNING s.product_id, i.quantity
  )
  INSERT INTO holds (account_id, order_id, product_id, quantity, state)
  SELECT o.account_id, o.id, taken.product_id, taken.quantity, 'held' FROM taken, orders o WHERE o.id = :orderId`

const COMMIT = `
  WITH settled AS (
    UPDATE holds SET state = 'committed', settled_at = now()
    WHERE order_id = :orderId AND state = 'held' RETURNING id, account_id, product_id, quantity
  ), locked AS (
    SELECT s.product_id FROM stock s JOIN settled USING (product_id) ORDER BY s.product_id FOR NO KEY UPDATE OF s
  ), shipped AS (
    UPDATE stock s SET on_hand = s.on_hand - h.quantity, reserved = s.reserved - h.quantity, version = s.version + 1
    FROM settled h JOIN locked USING (product_id) WHERE s.product_id = h.product_id
  )
  INSERT INTO movements (account_id, product_id, quantity, reason, hold_id)
  SELECT account_id, product_id, -quantity, 'order', id FROM settled`

const RELEASE = `
  WITH settled AS (
    UPDATE holds SET state = 'released', settled_at = now()
    WHERE order_id = :orderId AND state = 'held' RETURNING product_id, quantity
  ), locked AS (
    SELECT s.product_id FROM stock s JOIN settled USING (product_id) ORDER BY s.product_id FOR NO KEY UPDATE OF s
  )
  UPDATE stock s SET reserved = s.reserved - h.quantity
  FROM settled h JOIN locked USING (product_id) WHERE s.product_id = h.product_id`

/** Holds every line of the order, or none. @throws PermanentError insufficient-stock naming what is short. */
export async function holdStock(trx: Trx, orderId: OrderId): Promise<number> {
  await trx.raw(HOLD, { orderId })
  const items = await OrderItem.query(trx).where({ orderId })
  const held = new Set((await Hold.query(trx).where({ orderId, state: 'held' })).map((hold) => hold.productId))
  const short = items.filter((item) => !held.has(item.productId)).map((item) => item.sku)
  if (short.length) throw new PermanentError('insufficient-stock', `There is not enough stock of ${short.join(', ')}.`)
  return items.length
}

/**
 * Takes what the order holds out of the stock.
 * @returns the number of lines. @throws PermanentError insufficient-stock for an order whose stock is not held any more.
 */
export async function commitStock(trx: Trx, orderId: OrderId): Promise<number> {
  const { rowCount } = await trx.raw<{ rowCount: number }>(COMMIT, { orderId })
  const [lines, committed] = await Promise.all([
    OrderItem.query(trx).where({ orderId }).resultSize(),
    Hold.query(trx).where({ orderId, state: 'committed' }).resultSize(),
  ])
  if (committed < lines) throw new PermanentError('insufficient-stock', 'The stock of the order is not held any more.')
  return rowCount
}

/** Gives back what the order still holds. @returns the number of lines; 0 where it holds nothing. */
export async function releaseStock(trx: Trx, orderId: OrderId): Promise<number> {
  const { rowCount } = await trx.raw<{ rowCount: number }>(RELEASE, { orderId })
  return rowCount
}
