// The invariants of the design as queries: each returns the rows that break it.
import type { Db } from '../../lib/db.ts'
import type { Simulator } from '../../lib/local/simulator/index.ts'
import { Payment } from '../../lib/models/payment.ts'

const stockDiffers = `
  SELECT s.product_id FROM stock s
  WHERE s.on_hand <> (SELECT coalesce(sum(m.quantity), 0) FROM movements m WHERE m.product_id = s.product_id)
     OR s.reserved <> (SELECT coalesce(sum(h.quantity), 0) FROM holds h WHERE h.product_id = s.product_id AND h.state = 'held')
     OR s.on_hand < s.reserved`

const refundsDiffer = `
  SELECT p.id FROM payments p
  WHERE p.refund_amount <> (SELECT coalesce(sum(r.amount), 0) FROM refunds r WHERE r.payment_id = p.id AND r.state <> 'failed')`

const unfinished = `SELECT id, type, state FROM jobs WHERE state NOT IN ('succeeded', 'failed', 'cancelled') AND needs_attention IS NULL`

/** @returns what breaks invariant 5: on hand = sum of movements, reserved = sum of live holds, available >= 0. */
export const brokenStock = async (db: Db) => (await db.raw(stockDiffers)).rows

/** @returns what breaks invariant 2 once everything has settled: jobs that are not final and that nobody is told about. */
export const unfinishedJobs = async (db: Db) => (await db.raw(unfinished)).rows

/** @returns what breaks invariants 3 and 6: money that our rows and the provider's books see differently. */
export async function brokenMoney(db: Db, simulator: Simulator): Promise<unknown[]> {
  const refunds = (await db.raw(refundsDiffer)).rows
  const payments = await Payment.query(db)
  const differing = payments.filter((payment) => {
    const intents = [...simulator.books.intents.values()].filter((each) => each.metadata.payment_id === payment.id)
    const taken = intents.reduce((sum, intent) => sum + intent.amount_received, 0)
    const given = intents.reduce((sum, intent) => sum + simulator.books.refunded(intent.id), 0)
    return taken !== (payment.state === 'captured' ? payment.amount : 0) || given !== payment.refundAmount
  })
  return [...refunds, ...differing]
}
