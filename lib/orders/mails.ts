// The mails that tell a customer how an order ended.
import type { Trx } from '../db.ts'
import type { EmailId, OrderId } from '../ids.ts'
import { composeMail } from '../mail/compose.ts'
import { Order } from '../models/order.ts'
import { formatMoney } from '../money.ts'

interface Written {
  emailId: EmailId
}

/** Writes the mail that confirms an order; none while it waits to be captured. */
export async function writeConfirmation(trx: Trx, orderId: OrderId): Promise<Written | undefined> {
  const order = await Order.query(trx).findById(orderId).withGraphFetched('[items, payment]').throwIfNotFound()
  if (order.state === 'authorized') return undefined
  const price = (amount: number) => formatMoney(amount, order.currency)
  const items = order.items.map(({ name, quantity, unitAmount }) => ({
    name,
    quantity,
    amount: price(unitAmount * quantity),
  }))
  const { capturedAmount } = order.payment
  const partly = capturedAmount !== null && capturedAmount < order.totalAmount
  const charged = partly ? { charged: price(capturedAmount) } : {}
  return write(trx, order, 'order-confirmed', { items, total: price(order.totalAmount), ...charged })
}

/** Writes the mail that says that, and why, an order was cancelled. */
export async function writeCancellation(trx: Trx, orderId: OrderId): Promise<Written> {
  const order = await Order.query(trx).findById(orderId).withGraphFetched('payment').throwIfNotFound()
  return write(trx, order, 'order-cancelled', { reason: reasonFor(order) })
}

async function write(trx: Trx, order: Order, template: string, more: Record<string, unknown>): Promise<Written> {
  const { accountId, id: orderId, customerEmail: to, customerName: name } = order
  const { id: emailId } = await composeMail(trx, accountId, { to, template, data: { name, orderId, ...more } }, orderId)
  return { emailId }
}

/** What the customer is told. Causes of our own stay ours, and nothing is promised that is not known yet. */
function reasonFor({ cancelReason, payment }: Order): string {
  const charged = payment.capturedAmount === null ? ', so nothing was charged' : ''
  if (cancelReason === 'payment-declined') return `your payment was declined${charged}`
  if (cancelReason === 'capture-failed') return `your payment could not be collected${charged}`
  if (cancelReason === 'authorization-expired') return `the authorization of your payment expired${charged}`
  if (cancelReason === 'insufficient-stock') return 'an item is out of stock'
  if (cancelReason === 'requested' || cancelReason === 'cancelled') return 'the shop cancelled it'
  return 'we could not complete it'
}
