// A payment of an order and the refunds of it. States change in lib/payments/ alone, each in one guarded UPDATE.
import { Model, type Modifiers, type RelationMappings, raw } from 'objection'
import type { AccountId, OrderId, PaymentId, RefundId } from '../ids.ts'
import { Row } from './base.ts'
import { LedgerEntry } from './ledger-entry.ts'

/**
 * created: nothing sent · processing: sent, no answer yet · unknown: the answer was lost · pending: the provider is at it ·
 * succeeded, which may fail later · failed.
 */
export type RefundState = 'created' | 'processing' | 'unknown' | 'pending' | 'succeeded' | 'failed'

export class Refund extends Row {
  static override tableName = 'refunds'
  declare id: RefundId
  declare accountId: AccountId
  declare paymentId: PaymentId
  declare state: RefundState
  declare amount: number
  declare reason: string | null
  /** Made by us because the order was cancelled, not asked for by the account. */
  declare reversal: boolean
  declare providerId: string | null
  declare keyGeneration: number
  /** When the current key was first sent; the provider forgets it after a day. */
  declare sentAt: Date | null
  /** Why it failed, or, of a reversal, why the last try at it was refused. */
  declare failureCode: string | null
  declare createdAt: Date
  declare updatedAt: Date
}

/**
 * created: nothing sent · processing: the charge was sent, no answer yet · unknown: its answer was lost · authorized: the
 * money is set aside · capturing, cancelling: that was sent, and its outcome is not known (yet) · captured, declined,
 * cancelled: final, but for a capture that is proven after all.
 */
export const paymentStates = [
  'created',
  'processing',
  'unknown',
  'authorized',
  'capturing',
  'cancelling',
  'captured',
  'declined',
  'cancelled',
] as const
export type PaymentState = (typeof paymentStates)[number]

/** When the money is taken: at once, or, having been set aside, when the account says so. */
export type CaptureMethod = 'automatic' | 'manual'

/** What was given back of a payment, as a column beside its own. */
export const refundedAmount = () =>
  Refund.query()
    .where({ state: 'succeeded' })
    .whereColumn('refunds.paymentId', 'payments.id')
    .select(raw('coalesce(sum(amount), 0)::bigint'))
    .as('refundedAmount')

/** Of one payment, read by itself: who gives it back a cent at a time gets no endless answers. */
export const MOST_SHOWN = 1_000

export class Payment extends Row {
  static override tableName = 'payments'
  declare id: PaymentId
  declare accountId: AccountId
  declare orderId: OrderId
  declare state: PaymentState
  declare amount: number
  declare currency: string
  /** The provider's payment-method id. */
  declare method: string
  declare captureMethod: CaptureMethod
  /** What the account asked to capture; null for all. */
  declare amountToCapture: number | null
  /** What was taken; null until the payment is captured. */
  declare capturedAmount: number | null
  /** What refunds that have not failed add up to. */
  declare refundAmount: number
  declare providerId: string | null
  /** Part of the idempotency key; raised only when it is proven that a key had no effect. */
  declare keyGeneration: number
  /** When the last thing was sent: the charge, its capture or its cancellation. */
  declare sentAt: Date | null
  declare declineCode: string | null
  declare authorizedAt: Date | null
  declare capturedAt: Date | null
  declare createdAt: Date
  declare updatedAt: Date
  /** What was given back; of one that was read with `withRefunded`. */
  declare refundedAmount: number
  declare refunds: Refund[]
  /** The latest, the last one first, as `refunds` are. */
  declare ledger: LedgerEntry[]

  static override modifiers: Modifiers = {
    withRefunded: (payments) => payments.select('payments.*', refundedAmount()),
  }

  static override relationMappings: RelationMappings = {
    refunds: {
      relation: Model.HasManyRelation,
      modelClass: Refund,
      join: { from: 'payments.id', to: 'refunds.paymentId' },
      modify: (refunds) => refunds.orderBy('id', 'desc').limit(MOST_SHOWN),
    },
    ledger: {
      relation: Model.HasManyRelation,
      modelClass: LedgerEntry,
      join: { from: 'payments.id', to: 'ledgerEntries.paymentId' },
      modify: (entries) => entries.orderBy('id', 'desc').limit(MOST_SHOWN),
    },
  }
}
