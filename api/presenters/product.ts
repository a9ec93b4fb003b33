// Products and their stock as clients see them. Pure; columns never leak.
import type { Product } from '../../lib/models/product.ts'

export function presentProduct({ sku, name, priceAmount, priceCurrency, stock }: Product) {
  return {
    sku,
    name,
    price: { amount: priceAmount, currency: priceCurrency },
    available: stock.onHand - stock.reserved,
  }
}

export function presentStock({ sku, stock }: Product) {
  const { onHand, reserved, version } = stock
  return { sku, onHand, reserved, available: onHand - reserved, version }
}
