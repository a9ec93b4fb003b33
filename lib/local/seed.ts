// A small catalogue to play with. Its opening stock is adjustments, so that on hand is the sum of movements from the start.
import type { Trx } from '../db.ts'
import { type AccountId, newId, type ProductId } from '../ids.ts'
import { Product, Stock } from '../models/product.ts'
import { applyAdjustment, openAdjustment } from '../stock/adjust.ts'

interface Entry {
  sku: string
  name: string
  /** In cents. */
  price: number
  stock: number
}

const catalogue: Entry[] = [
  { sku: 'MUG-BLUE', name: 'Blue mug', price: 1290, stock: 500 },
  { sku: 'MUG-RED', name: 'Red mug', price: 1290, stock: 500 },
  { sku: 'TEA-GREEN', name: 'Green tea, 100 g', price: 850, stock: 1000 },
  { sku: 'KETTLE', name: 'Kettle', price: 4900, stock: 50 },
  { sku: 'POSTER', name: 'Poster, sold out', price: 2500, stock: 0 },
]

/** Adds what the account's catalogue lacks of the entries; what is there stays as it is. */
export async function seedCatalogue(trx: Trx, accountId: AccountId, entries: Entry[] = catalogue): Promise<void> {
  for (const { sku, name, price, stock } of entries) {
    if (await Product.query(trx).findOne({ accountId, sku })) continue
    const productId = newId<ProductId>()
    await Product.query(trx).insert({ id: productId, accountId, sku, name, priceAmount: price, priceCurrency: 'EUR' })
    await Stock.query(trx).insert({ productId, accountId, onHand: 0 })
    if (stock > 0)
      await applyAdjustment(trx, await openAdjustment(trx, accountId, { sku, delta: stock, reason: 'opening stock' }))
  }
}
