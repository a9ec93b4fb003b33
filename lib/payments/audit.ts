// Walking through the payments to look at their money (invariant 6): a part of them each time, so that a look costs the same
// however many there are, and in each look those of which something is already known to be wrong.
import type { Db, Trx } from '../db.ts'
import type { AccountId, PaymentId } from '../ids.ts'

/** How many payments one look goes on by: two steps through an index each, 0.2 s in all. */
const PART = 20_000

export interface RefundDifference {
  paymentId: PaymentId
  accountId: AccountId
  /** What the payment says that refunds hold or took, in minor units, and what they add up to. */
  refundAmount: number
  refunds: number
}

const REFUNDS = `
  SELECT p.id AS "paymentId", p.account_id AS "accountId", p.refund_amount AS "refundAmount", r.amount AS refunds
  FROM payments p CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount), 0)::bigint AS amount FROM refunds WHERE payment_id = p.id AND state <> 'failed'
  ) r
  WHERE (:all OR p.id = ANY(:payments)) AND p.refund_amount <> r.amount`

/**
 * @param among the payments to look at; all where absent
 * @returns those whose refunded amount is not the sum of their refunds that have not failed
 */
export async function brokenRefunds(db: Db | Trx, among?: PaymentId[]): Promise<RefundDifference[]> {
  const of = { all: among === undefined, payments: among ?? [] }
  const { rows } = await db.raw<{ rows: RefundDifference[] }>(REFUNDS, of)
  return rows
}

const PART_OF = `
  SELECT id FROM payments WHERE id > coalesce((SELECT after_id FROM audit_walks WHERE name = 'payments'), :first)
  ORDER BY id LIMIT :size`

const KNOWN = `SELECT subject AS id FROM discrepancies WHERE kind = ANY(:kinds) AND resolved_at IS NULL`

const GO_ON = `
  INSERT INTO audit_walks (name, after_id) VALUES ('payments', :id)
  ON CONFLICT (name) DO UPDATE SET after_id = excluded.after_id`

interface Ids {
  rows: { id: PaymentId }[]
}

/**
 * Goes on with the walk, and begins it again at its end.
 * @param kinds the discrepancies that the look is about: a look that leaves out none of them may close what it does not find
 * @param size how many payments to go on by
 * @returns the payments to look at now
 */
export async function walkPayments(trx: Trx, kinds: string[], size = PART): Promise<PaymentId[]> {
  const first = '00000000-0000-0000-0000-000000000000'
  const part = await trx.raw<Ids>(PART_OF, { size, first })
  const last = part.rows.length === size ? part.rows.at(-1)?.id : undefined
  await trx.raw(GO_ON, { id: last ?? first })
  const known = await trx.raw<Ids>(KNOWN, { kinds })
  return [...part.rows, ...known.rows].map(({ id }) => id)
}
