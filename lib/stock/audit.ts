// Adds the stock up again (invariant 5): on hand is the sum of the movements, reserved the sum of the live holds, available
// never below zero. What was added up once is remembered, so that looking often costs one step through the index for each
// product plus the movements since the last look; a part of the products is added up from its first movement each time.
import type { Db, Trx } from '../db.ts'
import type { AccountId, ProductId } from '../ids.ts'

/** What a product's stock says, and what its movements and live holds add up to, in units. */
export interface StockDifference {
  productId: ProductId
  accountId: AccountId
  onHand: number
  moved: number
  reserved: number
  held: number
}

/** How many products are added up from the beginning in one look, at most; each comes round about once a day. */
const RECOUNTED = 1_000

/** @param start SQL of the movement after which is counted, and of what those up to it add up to */
const counted = (start: { id: string; onHand: string }) => `
  SELECT s.product_id, s.account_id, s.on_hand, s.reserved, (${start.onHand} + coalesce(m.quantity, 0))::integer AS moved,
    coalesce(h.quantity, 0)::integer AS held, m.last_id
  FROM stock s
  LEFT JOIN stock_audits a USING (product_id)
  CROSS JOIN LATERAL (
    SELECT sum(quantity) AS quantity, max(id) AS last_id FROM movements
    WHERE product_id = s.product_id AND id > ${start.id}
  ) m
  LEFT JOIN (
    SELECT product_id, sum(quantity) AS quantity FROM holds WHERE state = 'held' GROUP BY product_id
  ) h USING (product_id)`

const DIFFERS = 'on_hand <> moved OR reserved <> held OR on_hand < reserved'

const BROKEN = `
  SELECT product_id AS "productId", account_id AS "accountId", on_hand AS "onHand", moved, reserved, held
  FROM (${counted({ id: '0', onHand: '0' })} WHERE :all OR s.product_id = ANY(:products)) c WHERE ${DIFFERS}`

/** Takes no snapshot of its own: of two looks at once the second one begins when the first one is done. */
const ONE_AT_A_TIME = 'LOCK TABLE stock_audits IN SHARE ROW EXCLUSIVE MODE'

const FORGET_OLDEST = `
  DELETE FROM stock_audits WHERE product_id IN (
    SELECT product_id FROM stock_audits WHERE recounted_at < now() - interval '1 day'
    ORDER BY recounted_at LIMIT ${RECOUNTED}
  )`

const COUNT_ON = `
  WITH c AS (${counted({ id: 'coalesce(a.movement_id, 0)', onHand: 'coalesce(a.on_hand, 0)' })}), remembered AS (
    INSERT INTO stock_audits (product_id, movement_id, on_hand)
    SELECT product_id, last_id, moved FROM c WHERE last_id IS NOT NULL AND moved = on_hand
    ON CONFLICT (product_id) DO UPDATE SET movement_id = excluded.movement_id, on_hand = excluded.on_hand
  )
  SELECT product_id AS id FROM c WHERE ${DIFFERS} LIMIT ${RECOUNTED}`

const FORGET = 'DELETE FROM stock_audits WHERE product_id = ANY(:products)'

/** Adds everything up from the beginning. @returns the products of which something does not agree. */
export const brokenStock = (db: Db | Trx): Promise<StockDifference[]> => recount(db, { all: true, products: [] })

/**
 * Looks at all products, at little cost; what seems wrong is added up from the beginning before it is called so.
 * @param trx sees one moment (REPEATABLE READ) and has not read anything yet
 */
export async function auditStock(trx: Trx): Promise<StockDifference[]> {
  await trx.raw(ONE_AT_A_TIME)
  await trx.raw(FORGET_OLDEST)
  const { rows } = await trx.raw<{ rows: { id: ProductId }[] }>(COUNT_ON)
  if (rows.length === 0) return []
  const products = rows.map(({ id }) => id)
  await trx.raw(FORGET, { products })
  return recount(trx, { all: false, products })
}

async function recount(db: Db | Trx, of: { all: boolean; products: ProductId[] }): Promise<StockDifference[]> {
  const { rows } = await db.raw<{ rows: StockDifference[] }>(BROKEN, of)
  return rows
}
