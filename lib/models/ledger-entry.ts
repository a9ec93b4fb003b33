// One side of a posting in the ledger. The database writes them, two a posting that sum to zero, and lets none be changed:
// see migrations/20261121110200_ledger-and-capture.ts.
import type { AccountId, PaymentId, RefundId } from '../ids.ts'
import { Row } from './base.ts'

export class LedgerEntry extends Row {
  static override tableName = 'ledgerEntries'
  declare id: number
  declare accountId: AccountId
  declare paymentId: PaymentId
  /** The payment that was captured, or the refund. */
  declare sourceId: PaymentId | RefundId
  declare kind: 'capture' | 'refund' | 'refund-failed'
  /** provider-balance: what the provider owes us; sales: what we owe for it. */
  declare ledgerAccount: 'provider-balance' | 'sales'
  /** Signed, in minor units. */
  declare amount: number
  declare currency: string
  declare createdAt: Date
}
