// How an order ends: confirmed once it is paid and its stock committed, or cancelled once everything is taken back.
import { raw } from 'objection'
import type { Trx } from '../db.ts'
import type { OrderId } from '../ids.ts'
import { Order } from '../models/order.ts'
import { Payment } from '../models/payment.ts'
import type { Problem } from '../problems.ts'

/** processing → confirmed; any other state stays. */
export async function confirmOrder(trx: Trx, id: OrderId): Promise<void> {
  await settle(trx, id, { state: 'confirmed' as const })
}

/** processing → cancelled, with the code of the problem as its reason; any other state stays. */
export async function cancelOrder(trx: Trx, id: OrderId, error: Problem | null): Promise<void> {
  await settle(trx, id, { state: 'cancelled' as const, cancelReason: error?.type.split('/').pop() ?? 'internal' })
  // A payment that was never begun must not be begun later.
  await Payment.query(trx).patch({ state: 'cancelled' }).where({ orderId: id, state: 'created' })
}

const settle = (trx: Trx, id: OrderId, change: object) =>
  Order.query(trx)
    .patch({ ...change, updatedAt: raw('now()') })
    .where({ id, state: 'processing' })
