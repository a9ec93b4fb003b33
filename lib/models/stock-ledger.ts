// What moves stock: holds reserve it for an order, adjustments correct it, movements record every change of onHand.
import type { AccountId, AdjustmentId, OrderId, ProductId } from '../ids.ts'
import { Row } from './base.ts'

/** expired: its time was up before it was paid for, and it may be taken again; released: given back for good. */
export type HoldState = 'held' | 'committed' | 'released' | 'expired'

export class Hold extends Row {
  static override tableName = 'holds'
  declare id: string
  declare accountId: AccountId
  declare orderId: OrderId
  declare productId: ProductId
  declare quantity: number
  declare state: HoldState
  /** Null: bound to a charge (or settled), never expires. */
  declare expiresAt: Date | null
  declare settledAt: Date | null
}

export class Adjustment extends Row {
  static override tableName = 'adjustments'
  declare id: AdjustmentId
  declare accountId: AccountId
  declare productId: ProductId
  /** Either a change by `delta`, or `setTo` if the stock still has `expectedVersion`. */
  declare delta: number | null
  declare setTo: number | null
  declare expectedVersion: number | null
  declare reason: string
}

export class Movement extends Row {
  static override tableName = 'movements'
  declare id: number
  declare accountId: AccountId
  declare productId: ProductId
  declare quantity: number
  declare reason: string
  declare holdId: string | null
  declare adjustmentId: AdjustmentId | null
}
