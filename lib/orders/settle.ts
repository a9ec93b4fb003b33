// How an order ends: confirmed once it is paid and its stock committed, or cancelled once everything is taken back.
import { raw } from 'objection'
import type { Trx } from '../db.ts'
import type { OrderId } from '../ids.ts'
import { Order, type OrderState } from '../models/order.ts'
import { Payment } from '../models/payment.ts'
import { enqueueReversal } from '../payments/reversal.ts'

/** processing or capturing → confirmed; any other state stays. */
export async function confirmOrder(trx: Trx, id: OrderId): Promise<void> {
  await settle(trx, id, ['processing', 'capturing'], { state: 'confirmed' })
}

/**
 * processing, capturing or cancelling → cancelled, with a problem's code as its reason; any other state stays. What of the
 * payment is not given back then, as a refund failed on the way, is reversed.
 */
export async function cancelOrder(trx: Trx, id: OrderId, cancelReason: string): Promise<void> {
  const settled = await settle(trx, id, ['processing', 'capturing', 'cancelling'], { state: 'cancelled', cancelReason })
  // A payment that was never begun must not be begun later.
  await Payment.query(trx).patch({ state: 'cancelled' }).where({ orderId: id, state: 'created' })
  if (settled === 0) return
  const payment = await Payment.query(trx).findOne({ orderId: id }).forNoKeyUpdate()
  if (payment && (payment.capturedAmount ?? 0) > payment.refundAmount) await enqueueReversal(trx, payment)
}

const settle = (trx: Trx, id: OrderId, from: OrderState[], change: object) =>
  Order.query(trx)
    .patch({ ...change, updatedAt: raw('now()') })
    .where({ id })
    .whereIn('state', from)
