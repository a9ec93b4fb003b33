// Reading the ledger against the rows it is about (invariant 6). Entries are posted by the database itself, in the statement
// that changes a payment's or refund's state: migrations/20261121110200_ledger-and-capture.ts.
import type { Db, Trx } from '../db.ts'
import type { PaymentId } from '../ids.ts'

/** Amounts are in minor units of `currency`. */
export interface LedgerDifference {
  paymentId: PaymentId
  currency: string
  captured: number
  /** What refunds that succeeded add up to. */
  refunded: number
  /** What the ledger says the provider owes us for the payment; it should be captured − refunded. */
  balance: number
  /** What all entries of the payment add up to, in whatever currency; it should be zero. */
  unbalanced: number
}

const DIFFERENCES = `
  SELECT payment_id AS "paymentId", currency, captured, refunded, balance, unbalanced FROM (
    SELECT p.id AS payment_id, p.currency, coalesce(p.captured_amount, 0) AS captured,
      coalesce(refunds.amount, 0)::bigint AS refunded, coalesce(ledger.balance, 0)::bigint AS balance,
      coalesce(ledger.unbalanced, 0)::bigint AS unbalanced
    FROM payments p
    CROSS JOIN LATERAL (
      SELECT sum(amount) AS amount FROM refunds WHERE payment_id = p.id AND state = 'succeeded'
    ) refunds
    CROSS JOIN LATERAL (
      SELECT sum(abs(e.total)) AS unbalanced, sum(e.balance) FILTER (WHERE e.currency = p.currency) AS balance
      FROM (
        SELECT currency, sum(amount) AS total, sum(amount) FILTER (WHERE ledger_account = 'provider-balance') AS balance
        FROM ledger_entries WHERE payment_id = p.id GROUP BY currency
      ) e
    ) ledger
    WHERE :all OR p.id = ANY(:payments)
  ) compared
  WHERE balance <> captured - refunded OR unbalanced <> 0`

/**
 * @param among the payments to look at; all where absent
 * @returns those whose ledger entries do not sum to zero in each currency, or not to captured − refunded
 */
export async function brokenLedger(db: Db | Trx, among?: PaymentId[]): Promise<LedgerDifference[]> {
  const of = { all: among === undefined, payments: among ?? [] }
  const { rows } = await db.raw<{ rows: LedgerDifference[] }>(DIFFERENCES, of)
  return rows
}
