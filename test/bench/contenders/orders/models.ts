// The rows of the shop written without Errand; see ./schema.ts.
import { Model } from 'objection'

export class Product extends Model {
  static override tableName = 'products'
  declare id: string
  declare sku: string
  declare name: string
  declare priceAmount: number
  declare currency: string
}

export class Stock extends Model {
  static override tableName = 'stock'
  static override idColumn = 'productId'
  declare productId: string
  declare onHand: number
  declare reserved: number
}

export type OrderState = 'placed' | 'reserved' | 'charged' | 'committed' | 'completed' | 'cancelled'

export class Order extends Model {
  static override tableName = 'orders'
  declare id: string
  declare state: OrderState
  declare customerEmail: string
  declare customerName: string
  declare totalAmount: number
  declare currency: string
  declare updatedAt: Date
}

export class OrderItem extends Model {
  static override tableName = 'orderItems'
  static override idColumn = ['orderId', 'productId']
  declare orderId: string
  declare productId: string
  declare name: string
  declare quantity: number
  declare unitAmount: number
}

export class Payment extends Model {
  static override tableName = 'payments'
  static override idColumn = 'orderId'
  declare orderId: string
  declare state: 'created' | 'captured' | 'declined'
  declare amount: number
  declare currency: string
  declare method: string
  declare providerId: string | null
  declare capturedAt: Date | null
}

export class Hold extends Model {
  static override tableName = 'holds'
  declare id: string
  declare orderId: string
  declare productId: string
  declare quantity: number
  declare state: 'held' | 'committed' | 'released'
}

export class Movement extends Model {
  static override tableName = 'movements'
  declare id: number
  declare productId: string
  declare quantity: number
  declare holdId: string
}
