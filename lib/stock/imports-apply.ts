// Applies the rows of an import, a chunk in one statement: the stock of its products is locked in the order of their ids, as
// everywhere (./holds.ts), each row builds on the one before it of the same product, and what it may not do is refused by
// itself. Movements, rows and the import's place change together, so that whoever goes on after a crash begins where the last
// chunk ended (invariants 3 and 5). A row is an adjustment like any other; an absolute figure is one of the version it met.
import type { Trx } from '../db.ts'
import type { ImportId } from '../ids.ts'
import type { StockImport } from '../models/stock-import.ts'
import { MAX_STOCK } from './adjust.ts'

/** Rows a chunk: as many products stay locked for a moment. */
const CHUNK = 500

const APPLY = `
  WITH RECURSIVE import AS (
    SELECT id, position AS after, least(position + ${CHUNK}, row_count) AS upto
    FROM stock_imports WHERE id = :id FOR NO KEY UPDATE
  ), chunk AS (
    SELECT r.number, r.delta, r.set_to, r.reason,
      (SELECT p.id FROM products p WHERE p.account_id = r.account_id AND p.sku = r.sku) AS product_id
    FROM import i JOIN stock_import_rows r ON r.import_id = i.id AND r.number > i.after AND r.number <= i.upto
    WHERE r.state = 'waiting'
    -- There are no more; it tells the planner.
    LIMIT ${CHUNK}
  ), locked AS (
    SELECT s.product_id, s.account_id, s.on_hand, s.reserved, s.version FROM stock s
    WHERE s.product_id IN (SELECT product_id FROM chunk) ORDER BY s.product_id FOR NO KEY UPDATE OF s
  ), turns AS MATERIALIZED (
    SELECT c.*, l.account_id, row_number() OVER (PARTITION BY product_id ORDER BY c.number) AS turn, gen_random_uuid() AS id
    FROM chunk c JOIN locked l USING (product_id)
  ), walked AS (
    SELECT 0::bigint AS turn, product_id, NULL::integer AS number, reserved, NULL::integer AS found, NULL::integer AS target,
      on_hand, version, false AS allowed
    FROM locked
    UNION ALL
    SELECT t.turn, t.product_id, t.number, w.reserved, w.on_hand, c.target,
      CASE WHEN c.allowed THEN c.target ELSE w.on_hand END, w.version + c.allowed::integer, c.allowed
    FROM walked w JOIN turns t ON t.product_id = w.product_id AND t.turn = w.turn + 1
    CROSS JOIN LATERAL (
      SELECT target, target BETWEEN w.reserved AND ${MAX_STOCK} AS allowed FROM coalesce(t.set_to, w.on_hand + t.delta) AS target
    ) c
  ), applied AS (
    SELECT t.id, t.account_id, t.product_id, t.number, t.delta, t.set_to, t.reason, w.target - w.found AS quantity,
      CASE WHEN t.set_to IS NOT NULL THEN w.version - 1 END AS expected_version
    FROM walked w JOIN turns t USING (number) WHERE w.allowed
  ), adjusted AS (
    INSERT INTO adjustments (id, account_id, product_id, delta, set_to, expected_version, reason)
    SELECT id, account_id, product_id, delta, set_to, expected_version, reason FROM applied ORDER BY number
  ), moved AS (
    INSERT INTO movements (account_id, product_id, quantity, reason, adjustment_id)
    SELECT account_id, product_id, quantity, reason, id FROM applied ORDER BY number
  ), changed AS (
    UPDATE stock s SET on_hand = last.on_hand, reserved = last.reserved, version = last.version
    FROM (SELECT DISTINCT ON (product_id) * FROM walked WHERE allowed ORDER BY product_id, turn DESC) last
    WHERE s.product_id = last.product_id
  ), refused AS (
    SELECT c.number,
      CASE WHEN w.number IS NULL THEN 'not-found' WHEN w.target > ${MAX_STOCK} THEN 'conflict' ELSE 'insufficient-stock' END AS refusal,
      CASE WHEN w.number IS NULL THEN 'There is no product with this SKU.'
        WHEN w.target > ${MAX_STOCK} THEN format('At most ${MAX_STOCK} can be on hand; %s cannot be.', w.target)
        ELSE format('%s are on hand and %s reserved; %s cannot be on hand.', w.found, w.reserved, w.target) END AS detail
    FROM chunk c LEFT JOIN walked w USING (number) WHERE w.allowed IS NOT TRUE
  ), told AS (
    UPDATE stock_import_rows r
    SET state = CASE WHEN o.id IS NULL THEN 'refused' ELSE 'applied' END,
      adjustment_id = o.id, refusal = o.refusal, detail = o.detail
    FROM import i, (
      SELECT number, id, NULL AS refusal, NULL AS detail FROM applied
      UNION ALL SELECT number, NULL, refusal, detail FROM refused
    ) o WHERE r.import_id = i.id AND r.number > i.after AND r.number <= i.upto AND r.number = o.number
  )
  UPDATE stock_imports s
  SET position = i.upto, applied = s.applied + (SELECT count(*) FROM applied),
    refused = s.refused + (SELECT count(*) FROM refused)
  FROM import i WHERE s.id = i.id
  RETURNING s.position, s.row_count AS "rowCount", s.applied, s.refused`

type Place = Pick<StockImport, 'position' | 'rowCount' | 'applied' | 'refused'>

/** Applies the next chunk, in the caller's transaction. @returns how far the import is; at its end nothing is done. */
export async function applyChunk(trx: Trx, id: ImportId): Promise<Place> {
  const { rows } = await trx.raw<{ rows: Place[] }>(APPLY, { id })
  const [place] = rows
  if (!place) throw new Error(`there is no import ${id}`)
  return place
}
