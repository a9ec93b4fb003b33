// How an order ends: confirmed once it is paid and its stock committed, or cancelled once everything is taken back.
// Both write the mail that tells the customer, in the same transaction.
import { raw } from 'objection'
import type { Trx } from '../db.ts'
import type { EmailId, OrderId } from '../ids.ts'
import { composeMail } from '../mail/compose.ts'
import { Order, type OrderState } from '../models/order.ts'
import { formatMoney } from '../money.ts'
import type { Problem } from '../problems.ts'

/** @returns the confirmation mail that is to be sent. */
export async function confirmOrder(trx: Trx, orderId: OrderId): Promise<{ emailId: EmailId }> {
  const order = await settle(trx, orderId, { state: 'confirmed' })
  const items = order.items.map(({ name, quantity, unitAmount }) => ({
    name,
    quantity,
    amount: formatMoney(unitAmount * quantity, order.currency),
  }))
  const data = { name: order.customerName, orderId, items, total: formatMoney(order.totalAmount, order.currency) }
  return mailCustomer(trx, order, 'order-confirmed', data)
}

/** @returns the mail that says that, and why, the order was cancelled. */
export async function cancelOrder(trx: Trx, orderId: OrderId, error: Problem | null): Promise<{ emailId: EmailId }> {
  const order = await settle(trx, orderId, {
    state: 'cancelled',
    cancelReason: error?.type.split('/').pop() ?? 'internal',
  })
  const data = { name: order.customerName, orderId, reason: reasonFor(error) }
  return mailCustomer(trx, order, 'order-cancelled', data)
}

async function settle(trx: Trx, id: OrderId, change: { state: OrderState; cancelReason?: string }): Promise<Order> {
  await Order.query(trx)
    .patch({ ...change, updatedAt: raw('now()') })
    .where({ id, state: 'processing' })
  return Order.query(trx).findById(id).withGraphFetched('items').throwIfNotFound()
}

async function mailCustomer(trx: Trx, order: Order, template: string, data: Record<string, unknown>) {
  const { accountId, id: orderId, customerEmail: to } = order
  const email = await composeMail(trx, accountId, { to, template, data }, orderId)
  return { emailId: email.id }
}

/** What the customer is told. Causes of our own stay ours. */
function reasonFor(error: Problem | null): string {
  if (error?.type === '/problems/payment-declined') return 'your card was declined, so nothing was charged'
  if (error?.type === '/problems/insufficient-stock') return 'an item is out of stock, so nothing was charged'
  return 'we could not complete it; anything that was charged is paid back'
}
