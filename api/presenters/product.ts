// Products and their stock as clients see them. Pure; columns never leak.
import { z } from 'zod'
import type { Product } from '../../lib/models/product.ts'
import { Money } from './shapes.ts'

const Sku = z.string().meta({ examples: ['MUG-BLUE'] })
const Available = z.int().min(0).meta({ description: 'On hand and not reserved.' })

export const ProductView = z
  .strictObject({ sku: Sku, name: z.string(), price: Money, available: Available })
  .meta({ id: 'Product' })

export const StockView = z
  .strictObject({
    sku: Sku,
    onHand: z.int().min(0),
    reserved: z.int().min(0).meta({ description: 'Set aside for orders.' }),
    available: Available,
    version: z.int().min(1).meta({ description: 'Grows with every change of onHand; an absolute set names it.' }),
  })
  .meta({ id: 'Stock' })

export function presentProduct(product: Product): z.input<typeof ProductView> {
  const { sku, name, priceAmount, priceCurrency, stock } = product
  return {
    sku,
    name,
    price: { amount: priceAmount, currency: priceCurrency },
    available: stock.onHand - stock.reserved,
  }
}

export function presentStock({ sku, stock }: Product): z.input<typeof StockView> {
  const { onHand, reserved, version } = stock
  return { sku, onHand, reserved, available: onHand - reserved, version }
}
