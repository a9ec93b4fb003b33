// The invariants of the design as queries, the audit's own where it has them: each returns the rows that break it.
import type { Db } from '../../lib/db.ts'
import type { Simulator } from '../../lib/local/simulator/index.ts'
import { Payment } from '../../lib/models/payment.ts'
import { brokenRefunds } from '../../lib/payments/audit.ts'
import { brokenLedger } from '../../lib/payments/ledger.ts'

const unfinished = `SELECT id, type, state FROM jobs WHERE state NOT IN ('succeeded', 'failed', 'cancelled') AND needs_attention IS NULL`

/** @returns what breaks invariant 5: on hand = sum of movements, reserved = sum of live holds, available >= 0. */
export { brokenStock } from '../../lib/stock/audit.ts'

/** @returns what breaks invariant 2 once everything has settled: jobs that are not final and that nobody is told about. */
export const unfinishedJobs = async (db: Db) => (await db.raw(unfinished)).rows

/** @returns what breaks invariants 3 and 6: money that our rows, the ledger and the provider's books see differently. */
export async function brokenMoney(db: Db, simulator: Simulator): Promise<unknown[]> {
  const refunds = (await brokenRefunds(db)).map(({ paymentId: id, ...difference }) => ({ id, ...difference }))
  const ledger = (await brokenLedger(db)).map(({ paymentId: id, ...difference }) => ({ id, ...difference }))
  const payments = await Payment.query(db).withGraphFetched('refunds')
  return [...refunds, ...ledger, ...payments.filter((payment) => differs(payment, simulator))]
}

/** Whether the provider took, gives back or sets aside something else than a payment says. */
function differs(payment: Payment, { books }: Simulator): boolean {
  const intents = [...books.intents.values()].filter((each) => each.metadata.payment_id === payment.id)
  const taken = intents.reduce((sum, intent) => sum + intent.amount_received, 0)
  const given = intents.reduce((sum, intent) => sum + books.refunded(intent.id), 0)
  const setAside = intents.some((intent) => intent.status === 'requires_capture')
  const known = payment.refunds.filter(({ state }) => state === 'succeeded' || state === 'pending')
  return (
    taken !== (payment.capturedAmount ?? 0) ||
    given !== known.reduce((sum, refund) => sum + refund.amount, 0) ||
    setAside !== (payment.state === 'authorized')
  )
}
