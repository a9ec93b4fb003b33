// The rows from before: what was captured and refunded is posted to the ledger, and then the new constraints hold for all rows.
// In small steps that can be done again; what old code writes meanwhile, the triggers of 110200 complete and post.
import type { Knex } from 'knex'
import { inBatches, validate } from './online.ts'

export const config = { transaction: false }

const CAPTURED_AMOUNTS = `
  WITH batch AS (
    SELECT id FROM payments WHERE id > :after AND state = 'captured' AND captured_amount IS NULL ORDER BY id LIMIT :size
  ), filled AS (
    UPDATE payments SET captured_amount = amount FROM batch WHERE payments.id = batch.id AND captured_amount IS NULL
  )
  SELECT id FROM batch ORDER BY id DESC LIMIT 1`

/** Posts each row of a `batch` (account_id, payment_id, id, kind, amount, currency), unless it is posted. */
const post = (batch: string) => `
  WITH batch AS (${batch} ORDER BY id LIMIT :size), posted AS (
    INSERT INTO ledger_entries (account_id, payment_id, source_id, kind, ledger_account, amount, currency)
    SELECT account_id, payment_id, id, kind, ledger_account, sign * amount, currency
    FROM batch, (VALUES ('provider-balance', 1), ('sales', -1)) AS side (ledger_account, sign)
    ORDER BY id, sign DESC
    ON CONFLICT (source_id, kind, ledger_account) DO NOTHING
  )
  SELECT id FROM batch ORDER BY id DESC LIMIT 1`

const CAPTURES = post(`
  SELECT account_id, id AS payment_id, id, 'capture' AS kind, captured_amount AS amount, currency
  FROM payments WHERE id > :after AND state = 'captured'`)

/** Also what succeeded before and failed since: only the failure is posted. */
const REFUNDS = post(`
  SELECT r.account_id, r.payment_id, r.id, 'refund' AS kind, -r.amount AS amount, p.currency
  FROM refunds r JOIN payments p ON p.id = r.payment_id
  WHERE r.id > :after AND (r.state = 'succeeded'
    OR EXISTS (SELECT FROM ledger_entries e WHERE e.source_id = r.id AND e.kind = 'refund-failed'))`)

const CONSTRAINTS = {
  jobs: ['jobs_priority_check'],
  holds: ['holds_state_check', 'holds_expiry'],
  payments: [
    'payments_capture_method_check',
    'payments_amount_to_capture_check',
    'payments_captured_amount_check',
    'payments_state_check',
    'payments_refundable',
    'payments_captured',
    'payments_authorized',
    'payments_manual',
  ],
  refunds: ['refunds_state_check', 'refunds_pending'],
  orders: ['orders_state_check', 'orders_settled_by'],
  emails: ['emails_copies_check', 'emails_when_unknown_check', 'emails_state_check'],
}

export const up = async (db: Knex): Promise<void> => {
  for (const statement of [CAPTURED_AMOUNTS, CAPTURES, REFUNDS]) await inBatches(db, statement)
  for (const [table, constraints] of Object.entries(CONSTRAINTS)) await validate(db, table, constraints)
}

export const down = () => Promise.reject(new Error('migrations are forward-only'))
