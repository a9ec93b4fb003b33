// What an account sells, and how much of it there is. available = onHand - reserved, never below zero (invariant 5).
import { Model, type RelationMappings } from 'objection'
import type { AccountId, ProductId } from '../ids.ts'
import { Row } from './base.ts'

export class Stock extends Row {
  static override tableName = 'stock'
  static override idColumn = 'productId'
  declare productId: ProductId
  declare accountId: AccountId
  declare onHand: number
  declare reserved: number
  /** Grows with every change of onHand; an absolute set names the version it has seen. */
  declare version: number
}

export class Product extends Row {
  static override tableName = 'products'
  declare id: ProductId
  declare accountId: AccountId
  declare sku: string
  declare name: string
  declare priceAmount: number
  declare priceCurrency: string
  declare createdAt: Date
  declare stock: Stock

  static override relationMappings: RelationMappings = {
    stock: { relation: Model.HasOneRelation, modelClass: Stock, join: { from: 'products.id', to: 'stock.productId' } },
  }
}
