// A payment of an order and the refunds of it. States change in lib/payments/ alone, each in one guarded UPDATE.
import { Model, type RelationMappings } from 'objection'
import type { AccountId, OrderId, PaymentId, RefundId } from '../ids.ts'
import { Row } from './base.ts'

export type RefundState = 'created' | 'processing' | 'unknown' | 'succeeded' | 'failed'

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
  declare sentAt: Date | null
  declare failureCode: string | null
  declare createdAt: Date
  declare updatedAt: Date
}

/** created: nothing sent · processing: sent, no answer yet · unknown: the answer was lost · the others are final. */
export type PaymentState = 'created' | 'processing' | 'unknown' | 'captured' | 'declined' | 'cancelled'

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
  /** What refunds that have not failed add up to. */
  declare refundAmount: number
  declare providerId: string | null
  /** Part of the idempotency key; raised only when it is proven that a key had no effect. */
  declare keyGeneration: number
  declare sentAt: Date | null
  declare declineCode: string | null
  declare capturedAt: Date | null
  declare createdAt: Date
  declare updatedAt: Date
  declare refunds: Refund[]

  static override relationMappings: RelationMappings = {
    refunds: {
      relation: Model.HasManyRelation,
      modelClass: Refund,
      join: { from: 'payments.id', to: 'refunds.paymentId' },
      modify: (refunds) => refunds.orderBy('id'),
    },
  }
}
