// Stock of orders: held before the charge, bound to it when it is sent, committed after it, released when the order is undone
// (invariant 5). A hold goes held → committed | released | expired; an expired one may be taken again, a released one never.
//
// A hold does not expire while its charge is unknown, because it has no expiry then: `bindHolds` takes it away in the very
// transaction that records that the charge is about to be sent. Whichever of binding and expiring locks the hold first wins;
// the other one sees what has become of it: a bound hold is not due any more, an expired one is taken again or refused.
//
// Each change is one statement: round trips while a row is locked decide the throughput. Holds are locked before stock, both
// in the order of their product ids, and both before either is changed, so that nobody waits in a circle. ARRAY(…) and
// (SELECT count(*) …) see to it, whatever the plan: what is in them is done before the rest begins. A join would lock holds and
// stock in turns, and who inserts a hold that is there waits for whoever is changing it.
//
// What is available is read from the locked row, and the row's new figures are worked out from it, both of them: the statement's
// snapshot may be older than the change that it has waited for, and PostgreSQL tries the CHECKs on what the snapshot's row would
// become before it looks at the newest one.
import type { Db, Trx } from '../db.ts'
import { PermanentError } from '../errors.ts'
import type { OrderId } from '../ids.ts'
import { runPrepared } from '../prepared.ts'

/** How long an order may take to be charged, in minutes, before its stock may go to somebody else. */
export const HOLD_MINUTES = 15
const EXPIRE_BATCH = 500

const HOLD = `
  WITH locked AS (
    SELECT s.account_id, s.product_id, s.on_hand, s.reserved, i.quantity
    FROM stock s JOIN order_items i USING (product_id)
    WHERE i.order_id = :orderId ORDER BY s.product_id FOR NO KEY UPDATE OF s
  ), taken AS (
    UPDATE stock s SET on_hand = l.on_hand, reserved = l.reserved + l.quantity FROM locked l
    WHERE s.product_id = l.product_id AND l.on_hand - l.reserved >= l.quantity
    RETURNING l.*
  ), held AS (
    INSERT INTO holds (account_id, order_id, product_id, quantity, state, expires_at)
    SELECT account_id, :orderId, product_id, quantity, 'held', now() + :minutes * interval '1 minute' FROM taken
    RETURNING product_id
  )
  SELECT i.sku, held.product_id IS NOT NULL AS done
  FROM order_items i LEFT JOIN held USING (product_id) WHERE i.order_id = :orderId`

/** The holds of an order that are live or may be taken again, locked. */
const MINE = `
  WITH mine AS (
    SELECT id, account_id, product_id, quantity, state = 'held' AS live FROM holds
    WHERE order_id = :orderId AND state IN ('held', 'expired') ORDER BY product_id FOR NO KEY UPDATE
  )`

/** Stock rows are locked for what has expired alone: binding what is held must not wait for a product in demand. */
const BIND = `${MINE}, locked AS (
    SELECT product_id, on_hand, reserved FROM stock
    WHERE product_id = any(ARRAY(SELECT product_id FROM mine WHERE NOT live)) ORDER BY product_id FOR NO KEY UPDATE
  ), taken AS (
    UPDATE stock s SET on_hand = l.on_hand, reserved = l.reserved + mine.quantity FROM locked l JOIN mine USING (product_id)
    WHERE s.product_id = l.product_id AND l.on_hand - l.reserved >= mine.quantity
    RETURNING s.product_id
  ), bound AS (
    UPDATE holds h SET state = 'held', expires_at = NULL, settled_at = NULL FROM mine LEFT JOIN taken USING (product_id)
    WHERE h.id = mine.id AND (mine.live OR taken.product_id IS NOT NULL) AND (SELECT count(*) FROM locked) >= 0
    RETURNING h.product_id
  )
  SELECT i.sku, bound.product_id IS NOT NULL AS done
  FROM order_items i LEFT JOIN bound USING (product_id) WHERE i.order_id = :orderId`

const COMMIT = `${MINE}, locked AS (
    SELECT product_id, on_hand, reserved, version FROM stock
    WHERE product_id = any(ARRAY(SELECT product_id FROM mine)) ORDER BY product_id FOR NO KEY UPDATE
  ), due AS (
    SELECT * FROM locked JOIN mine USING (product_id) WHERE live OR on_hand - reserved >= quantity
  ), shipped AS (
    UPDATE stock s SET on_hand = d.on_hand - d.quantity, version = d.version + 1,
      reserved = d.reserved - CASE WHEN d.live THEN d.quantity ELSE 0 END
    FROM due d WHERE s.product_id = d.product_id
  ), settled AS (
    UPDATE holds h SET state = 'committed', expires_at = NULL, settled_at = now() FROM due d WHERE h.id = d.id
  ), moved AS (
    INSERT INTO movements (account_id, product_id, quantity, reason, hold_id)
    SELECT account_id, product_id, -quantity, 'order', id FROM due RETURNING product_id
  )
  SELECT i.sku, moved.product_id IS NOT NULL AS done
  FROM order_items i LEFT JOIN moved USING (product_id) WHERE i.order_id = :orderId`

const NOT_COMMITTED = `
  SELECT i.sku FROM order_items i LEFT JOIN holds h USING (order_id, product_id)
  WHERE i.order_id = :orderId AND h.state IS DISTINCT FROM 'committed'`

const RELEASE = `${MINE}, locked AS (
    SELECT product_id, on_hand, reserved FROM stock
    WHERE product_id = any(ARRAY(SELECT product_id FROM mine WHERE live)) ORDER BY product_id FOR NO KEY UPDATE
  ), freed AS (
    UPDATE stock s SET on_hand = l.on_hand, reserved = l.reserved - mine.quantity FROM locked l JOIN mine USING (product_id)
    WHERE s.product_id = l.product_id RETURNING s.product_id
  ), settled AS (
    UPDATE holds h SET state = 'released', expires_at = NULL, settled_at = now() FROM mine WHERE h.id = mine.id
  )
  SELECT product_id FROM freed`

const EXPIRE = `
  WITH due AS (
    SELECT id, product_id, quantity FROM holds
    WHERE expires_at <= now() ORDER BY expires_at LIMIT :batch FOR NO KEY UPDATE SKIP LOCKED
  ), locked AS (
    SELECT product_id, on_hand, reserved FROM stock
    WHERE product_id = any(ARRAY(SELECT product_id FROM due)) ORDER BY product_id FOR NO KEY UPDATE
  ), freed AS (
    UPDATE stock s SET on_hand = l.on_hand, reserved = l.reserved - d.quantity
    FROM locked l JOIN (SELECT product_id, sum(quantity) AS quantity FROM due GROUP BY product_id) d USING (product_id)
    WHERE s.product_id = l.product_id
  ), expired AS (
    UPDATE holds h SET state = 'expired', expires_at = NULL, settled_at = now() FROM due WHERE h.id = due.id
  )
  SELECT count(*) AS expired FROM due WHERE (SELECT count(*) FROM locked) >= 0`

interface Line {
  sku: string
  done: boolean
}

/** Holds every line of the order for a while, or none. @throws PermanentError insufficient-stock naming what is short. */
export async function holdStock(trx: Trx, orderId: OrderId): Promise<number> {
  const { rows } = await runPrepared<Line>(trx, 'stock-hold', HOLD, { orderId, minutes: HOLD_MINUTES })
  refuseShort(rows.filter((line) => !line.done))
  return rows.length
}

/**
 * Keeps the order's stock for its charge, however long that takes; what has expired meanwhile is taken again if it is still
 * there. To be called in the transaction that commits that the charge is about to be sent; it may be called again.
 * @throws PermanentError insufficient-stock naming the lines that are not held and cannot be, also of an order that was
 * undone. The transaction must then be rolled back, so that nothing of the order is bound.
 */
export async function bindHolds(trx: Trx, orderId: OrderId): Promise<void> {
  const { rows } = await runPrepared<Line>(trx, 'stock-bind', BIND, { orderId })
  refuseShort(rows.filter((line) => !line.done))
}

/**
 * Takes what the order holds out of the stock, once. What expired although it was paid for is taken again if it is still there.
 * @returns the number of lines. @throws PermanentError insufficient-stock naming the lines that are not there any more.
 */
export async function commitStock(trx: Trx, orderId: OrderId): Promise<number> {
  const { rows } = await runPrepared<Line>(trx, 'stock-commit', COMMIT, { orderId })
  const committed = rows.filter((line) => line.done).length
  // A second statement: the first one's snapshot may not show that another job has just committed the same.
  if (committed < rows.length)
    refuseShort((await runPrepared<{ sku: string }>(trx, 'stock-not-committed', NOT_COMMITTED, { orderId })).rows)
  return committed
}

/**
 * Gives back what the order still holds, for good: nothing of it can be held or committed after that.
 * @returns the number of lines; 0 where it holds nothing.
 */
export async function releaseStock(trx: Trx, orderId: OrderId): Promise<number> {
  const { rows } = await runPrepared<unknown>(trx, 'stock-release', RELEASE, { orderId })
  return rows.length
}

/**
 * Lets go one batch of holds whose time is up; those that somebody is working on are left for the next time.
 * @returns how many, and whether there may be more.
 */
export async function expireHolds(db: Db | Trx): Promise<{ expired: number; more: boolean }> {
  const { rows } = await db.raw<{ rows: { expired: number }[] }>(EXPIRE, { batch: EXPIRE_BATCH })
  const expired = rows[0]?.expired ?? 0
  return { expired, more: expired === EXPIRE_BATCH }
}

function refuseShort(short: { sku: string }[]): void {
  if (short.length === 0) return
  const skus = short.map(({ sku }) => sku).join(', ')
  throw new PermanentError('insufficient-stock', `There is not enough stock of ${skus}.`)
}
