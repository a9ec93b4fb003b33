// How an order ends: confirmed once it is paid and its stock committed, or cancelled once everything is taken back.
import { raw } from 'objection'
import type { Trx } from '../db.ts'
import type { OrderId } from '../ids.ts'
import { Order, type OrderState } from '../models/order.ts'
import { Payment } from '../models/payment.ts'

/** processing or capturing → confirmed; any other state stays. */
export async function confirmOrder(trx: Trx, id: OrderId): Promise<void> {
  await settle(trx, id, ['processing', 'capturing'], { state: 'confirmed' })
}

/** processing, capturing or cancelling → cancelled, with a problem's code as its reason; any other state stays. */
export async function cancelOrder(trx: Trx, id: OrderId, cancelReason: string): Promise<void> {
  await settle(trx, id, ['processing', 'capturing', 'cancelling'], { state: 'cancelled', cancelReason })
  // A payment that was never begun must not be begun later.
  await Payment.query(trx).patch({ state: 'cancelled' }).where({ orderId: id, state: 'created' })
}

const settle = (trx: Trx, id: OrderId, from: OrderState[], change: object) =>
  Order.query(trx)
    .patch({ ...change, updatedAt: raw('now()') })
    .where({ id })
    .whereIn('state', from)
