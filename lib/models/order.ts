// An order: what a customer bought, for how much, and how far it is.
import { Model, type RelationMappings } from 'objection'
import type { AccountId, JobId, OrderId, ProductId } from '../ids.ts'
import { Row } from './base.ts'
import { Email } from './email.ts'
import { Payment } from './payment.ts'
import { Hold } from './stock-ledger.ts'

export type OrderState = 'processing' | 'confirmed' | 'cancelled'

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
  declare jobId: JobId
  declare state: OrderState
  declare customerEmail: string
  declare customerName: string
  declare totalAmount: number
  declare currency: string
  declare cancelReason: string | null
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
