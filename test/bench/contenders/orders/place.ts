// Taking an order without Errand: validated, priced, and stored in one transaction together with the job of its first step.
import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { z } from 'zod'
import { Order, OrderItem, Payment, Product } from './models.ts'
import type { Enqueue } from './steps.ts'

export const OrderRequest = z.strictObject({
  customer: z.strictObject({ email: z.email(), name: z.string().min(1).max(200) }),
  items: z
    .array(z.strictObject({ sku: z.string(), quantity: z.int().min(1).max(10_000) }))
    .min(1)
    .max(100),
  payment: z.strictObject({ method: z.string().min(1).max(100) }),
})
type OrderRequest = z.infer<typeof OrderRequest>

export class UnknownSku extends Error {}

/** @returns the order's id. @throws UnknownSku */
export function placeOrder(db: Knex, enqueue: Enqueue, { customer, items, payment }: OrderRequest): Promise<string> {
  return db.transaction(async (trx) => {
    const skus = items.map(({ sku }) => sku)
    const products = new Map((await Product.query(trx).whereIn('sku', skus)).map((product) => [product.sku, product]))
    const lines = items.map(({ sku, quantity }) => {
      const product = products.get(sku)
      if (!product) throw new UnknownSku(sku)
      return { productId: product.id, name: product.name, quantity, unitAmount: product.priceAmount }
    })
    const orderId = randomUUID()
    const totalAmount = lines.reduce((sum, { quantity, unitAmount }) => sum + quantity * unitAmount, 0)
    await Order.query(trx).insert({
      id: orderId,
      state: 'placed',
      customerEmail: customer.email,
      customerName: customer.name,
      totalAmount,
      currency: 'EUR',
    })
    await OrderItem.query(trx).insert(lines.map((line) => ({ ...line, orderId })))
    const { method } = payment
    await Payment.query(trx).insert({ orderId, state: 'created', amount: totalAmount, currency: 'EUR', method })
    await enqueue(trx, 'reserve', orderId)
    return orderId
  })
}
