// Stock of many orders by one statement: what is in demand is locked once for all of them, not by one after the other. As in
// ./holds.ts, holds are locked before stock, both in the order of their products and before either is changed. Only what is
// plain: where a product does not suffice for all who ask for it, or a hold has expired, each order is decided alone.
import type { Trx } from '../db.ts'
import type { OrderId } from '../ids.ts'
import { type EffectKind, type Result, SharedEffect } from '../jobs/shared-effect.ts'
import { runPrepared } from '../prepared.ts'
import { commitStock, HOLD_MINUTES, holdStock } from './holds.ts'

const HOLD = `
  WITH wanted AS (
    SELECT order_id, product_id, quantity FROM order_items WHERE order_id = any(:orderIds::uuid[])
  ), locked AS (
    SELECT account_id, product_id, on_hand, reserved FROM stock
    WHERE product_id = any(ARRAY(SELECT product_id FROM wanted)) ORDER BY product_id FOR NO KEY UPDATE
  ), enough AS (
    SELECT l.* FROM locked l JOIN wanted w USING (product_id)
    GROUP BY l.account_id, l.product_id, l.on_hand, l.reserved HAVING sum(w.quantity) <= l.on_hand - l.reserved
  ), granted AS (
    SELECT order_id FROM wanted w LEFT JOIN enough e USING (product_id)
    GROUP BY order_id HAVING count(*) = count(e.product_id)
  ), lines AS (
    SELECT e.*, w.order_id, w.quantity FROM wanted w JOIN granted USING (order_id) JOIN enough e USING (product_id)
  ), taken AS (
    UPDATE stock s SET on_hand = l.on_hand, reserved = l.reserved + l.quantity
    FROM (SELECT product_id, on_hand, reserved, sum(quantity) AS quantity FROM lines GROUP BY 1, 2, 3) l
    WHERE s.product_id = l.product_id
  ), held AS (
    INSERT INTO holds (account_id, order_id, product_id, quantity, state, expires_at)
    SELECT account_id, order_id, product_id, quantity, 'held', now() + :minutes * interval '1 minute' FROM lines
  )
  SELECT order_id AS "orderId", count(*) AS lines FROM lines GROUP BY order_id`

const COMMIT = `
  WITH mine AS (
    SELECT id, account_id, order_id, product_id, quantity FROM holds
    WHERE order_id = any(:orderIds::uuid[]) AND state = 'held' ORDER BY product_id, id FOR NO KEY UPDATE
  ), complete AS (
    SELECT i.order_id FROM order_items i LEFT JOIN mine USING (order_id, product_id)
    WHERE i.order_id = any(:orderIds::uuid[]) GROUP BY i.order_id HAVING count(*) = count(mine.id)
  ), due AS (
    SELECT mine.* FROM mine JOIN complete USING (order_id)
  ), locked AS (
    SELECT product_id, on_hand, reserved, version FROM stock
    WHERE product_id = any(ARRAY(SELECT product_id FROM due)) ORDER BY product_id FOR NO KEY UPDATE
  ), shipped AS (
    UPDATE stock s SET on_hand = l.on_hand - d.quantity, reserved = l.reserved - d.quantity, version = l.version + d.lines
    FROM locked l JOIN (SELECT product_id, sum(quantity) AS quantity, count(*) AS lines FROM due GROUP BY 1) d
      USING (product_id)
    WHERE s.product_id = l.product_id
  ), settled AS (
    UPDATE holds h SET state = 'committed', expires_at = NULL, settled_at = now() FROM due WHERE h.id = due.id
  ), moved AS (
    INSERT INTO movements (account_id, product_id, quantity, reason, hold_id)
    SELECT account_id, product_id, -quantity, 'order', id FROM due
  )
  SELECT order_id AS "orderId", count(*) AS lines FROM due WHERE (SELECT count(*) FROM locked) >= 0 GROUP BY order_id`

interface Done {
  orderId: OrderId
  lines: number
}

interface Change extends Pick<EffectKind<OrderId>, 'most'> {
  /** Of the statement. */
  name: string
  sql: string
  /** What the job's result calls the number of lines. */
  count: string
  alone(trx: Trx, orderId: OrderId): Promise<number>
}

const ofMany = ({ name, sql, count, alone, most }: Change): EffectKind<OrderId> => ({
  most,
  alone: async (trx, orderId) => ({ [count]: await alone(trx, orderId) }),
  async together(trx, orderIds) {
    const { rows } = await runPrepared<Done>(trx, name, sql, { orderIds, minutes: HOLD_MINUTES })
    const done = new Map(rows.map(({ orderId, lines }) => [orderId, lines]))
    return orderIds.map((orderId): Result | undefined => {
      const lines = done.get(orderId)
      return lines === undefined ? undefined : { [count]: lines }
    })
  },
})

/** What follows a commitment in its transaction is some statements for each order; others wait for all of their products. */
const MOST_COMMITMENTS = 4

/** `holdStock`, for several orders. */
export const holding = ofMany({ name: 'stock-hold-all', sql: HOLD, count: 'held', alone: holdStock })
/** `commitStock`, for several orders. */
export const committing = ofMany({
  name: 'stock-commit-all',
  sql: COMMIT,
  count: 'committed',
  alone: commitStock,
  most: MOST_COMMITMENTS,
})

export const holdTogether = (orderId: OrderId) => new SharedEffect(holding, orderId)
export const commitTogether = (orderId: OrderId) => new SharedEffect(committing, orderId)
