// Placing an order: what a client asks for becomes an order, its lines and its payment, at the prices of this moment.
import { z } from 'zod'
import type { Trx } from '../db.ts'
import { type FieldError, InvalidRequest } from '../errors.ts'
import { newId, type OrderId, type PaymentId } from '../ids.ts'
import type { AcceptContext } from '../jobs/definition.ts'
import { Order, OrderItem } from '../models/order.ts'
import { Payment } from '../models/payment.ts'
import { Product } from '../models/product.ts'
import { Currency, MAX_AMOUNT } from '../money.ts'
import { EmailAddress, line } from '../text.ts'

const MAX_QUANTITY = 10_000
const MAX_LINES = 100

const ORDER = {
  customer: { email: 'ada@example.com', name: 'Ada Lovelace' },
  items: [{ sku: 'MUG-BLUE', quantity: 2 }],
  payment: { method: 'pm_card_visa' },
}

export const OrderRequest = z
  .strictObject({
    customer: z.strictObject({ email: EmailAddress, name: line(200) }),
    items: z
      .array(z.strictObject({ sku: line(64), quantity: z.int().min(1).max(MAX_QUANTITY) }))
      .min(1)
      .max(MAX_LINES),
    payment: z.strictObject({
      method: line(100).meta({ description: "The provider's payment-method id." }),
      capture: z.enum(['automatic', 'manual']).optional().meta({
        description:
          'automatic when absent. manual: the money is set aside; the order waits until it is captured or cancelled.',
      }),
    }),
    currency: Currency.optional(),
  })
  .meta({ examples: [ORDER, { ...ORDER, payment: { ...ORDER.payment, capture: 'manual' } }] })
type OrderRequest = z.infer<typeof OrderRequest>

interface Line {
  product: Product
  quantity: number
}

/** Writes the order. @throws InvalidRequest for unknown SKUs, another currency, or a total past the provider's bound. */
export async function placeOrder(request: OrderRequest, { trx, accountId, jobId }: AcceptContext) {
  const lines = await findLines(trx, accountId, request)
  const currency = currencyOf(lines, request)
  const total = lines.reduce((sum, { product, quantity }) => sum + product.priceAmount * quantity, 0)
  if (total > MAX_AMOUNT)
    throw new InvalidRequest([{ pointer: '#/items', detail: `The total ${total} is above ${MAX_AMOUNT}.` }])
  const { email, name } = request.customer
  const orderId = newId<OrderId>()
  const paymentId = newId<PaymentId>()
  await Order.query(trx).insert({
    id: orderId,
    accountId,
    jobId,
    state: 'processing',
    customerEmail: email,
    customerName: name,
    totalAmount: total,
    currency,
  })
  await OrderItem.query(trx).insert(
    lines.map(({ product, quantity }) => {
      const { id: productId, sku, name, priceAmount: unitAmount } = product
      return { accountId, orderId, productId, sku, name, quantity, unitAmount }
    }),
  )
  const { method, capture: captureMethod = 'automatic' } = request.payment
  await Payment.query(trx).insert({
    id: paymentId,
    accountId,
    orderId,
    state: 'created',
    amount: total,
    currency,
    method,
    captureMethod,
  })
  return { input: { orderId, paymentId } }
}

/** The same SKU on two lines is one line of their sum. */
async function findLines(trx: Trx, accountId: string, { items }: OrderRequest): Promise<Line[]> {
  const products = await Product.query(trx)
    .where({ accountId })
    .whereIn(
      'sku',
      items.map((item) => item.sku),
    )
  const bySku = new Map(products.map((product) => [product.sku, product]))
  const lines = new Map<string, Line>()
  const errors: FieldError[] = []
  for (const [index, { sku, quantity }] of items.entries()) {
    const product = bySku.get(sku)
    if (!product) errors.push({ pointer: `#/items/${index}/sku`, detail: `There is no product with the SKU ${sku}.` })
    else lines.set(sku, { product, quantity: (lines.get(sku)?.quantity ?? 0) + quantity })
  }
  if (errors.length) throw new InvalidRequest(errors)
  return [...lines.values()]
}

function currencyOf(lines: Line[], { currency }: OrderRequest): string {
  const currencies = [...new Set(lines.map(({ product }) => product.priceCurrency))]
  const [priced] = currencies
  if (priced === undefined || currencies.length > 1) {
    throw new InvalidRequest([
      { pointer: '#/items', detail: `The items are priced in ${currencies.join(' and ')}; an order has one currency.` },
    ])
  }
  if (currency && currency !== priced) {
    throw new InvalidRequest([{ pointer: '#/currency', detail: `The items are priced in ${priced}.` }])
  }
  return priced
}
