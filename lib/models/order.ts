// An order: what a customer bought, for how much, and how far it is.
import { Model, type RelationMappings } from 'objection'
import type { AccountId, JobId, OrderId, ProductId } from '../ids.ts'
import { Row } from './base.ts'
import { Email } from './email.ts'
import { Payment } from './payment.ts'
import { Hold } from './stock-ledger.ts'

/**
 * processing: being placed · authorized: its money and its stock are set aside until it is captured or cancelled ·
 * capturing, cancelling: one of them was asked for · confirmed · cancelled.
 */
export const orderStates = ['processing', 'authorized', 'capturing', 'cancelling', 'confirmed', 'cancelled'] as const
export type OrderState = (typeof orderStates)[number]

export class OrderItem extends Row {
  static override tableName = 'orderItems'
  static override idColumn = ['orderId', 'productId']
  declare accountId: AccountId
  declare orderId: OrderId
  declare productId: ProductId
  declare sku: string
  declare name: string
  declare quantity: number
  declare unitAmount: number
}

export class Order extends Row {
  static override tableName = 'orders'
  declare id: OrderId
  declare accountId: AccountId
  /** The flow that places it. */
  declare jobId: JobId
  /** The flow that captures or cancels it once it is authorized. */
  declare settleJobId: JobId | null
  declare state: OrderState
  declare customerEmail: string
  declare customerName: string
  declare totalAmount: number
  declare currency: string
  /** The code of the problem, or `requested`. */
  declare cancelReason: string | null
  /** What the account said when it cancelled. */
  declare cancelNote: string | null
  declare createdAt: Date
  declare updatedAt: Date
  declare items: OrderItem[]
  declare payment: Payment
  declare holds: Hold[]
  declare emails: Email[]

  static override relationMappings: RelationMappings = {
    items: {
      relation: Model.HasManyRelation,
      modelClass: OrderItem,
      join: { from: 'orders.id', to: 'orderItems.orderId' },
    },
    payment: {
      relation: Model.HasOneRelation,
      modelClass: Payment,
      join: { from: 'orders.id', to: 'payments.orderId' },
    },
    holds: { relation: Model.HasManyRelation, modelClass: Hold, join: { from: 'orders.id', to: 'holds.orderId' } },
    emails: { relation: Model.HasManyRelation, modelClass: Email, join: { from: 'orders.id', to: 'emails.orderId' } },
  }
}
