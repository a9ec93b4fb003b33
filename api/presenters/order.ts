// An order as clients see it, with its payment, holds, mails and the timeline of its jobs. Pure; columns never leak.
import type { Job } from '../../lib/models/job.ts'
import type { Order } from '../../lib/models/order.ts'
import { presentEmail } from './email.ts'
import { presentPayment } from './payment.ts'

const money = (amount: number, currency: string) => ({ amount, currency })

/** An order that was just accepted. */
export function presentNewOrder(order: Order) {
  return {
    id: order.id,
    state: order.state,
    customer: { email: order.customerEmail, name: order.customerName },
    items: order.items.map(({ sku, name, quantity, unitAmount }) => ({
      sku,
      name,
      quantity,
      unitPrice: money(unitAmount, order.currency),
    })),
    total: money(order.totalAmount, order.currency),
    cancelReason: order.cancelReason,
    cancelNote: order.cancelNote,
    createdAt: order.createdAt,
    updatedAt: order.updatedAt,
    links: {
      self: `/v1/orders/${order.id}`,
      job: `/v1/jobs/${order.jobId}`,
      ...(order.settleJobId && { settleJob: `/v1/jobs/${order.settleJobId}` }),
    },
  }
}

/** An order with all that has happened to it. @param steps the jobs of its flows, oldest first */
export function presentOrder(order: Order, steps: Job[]) {
  const skus = new Map(order.items.map((item) => [item.productId, item.sku]))
  return {
    ...presentNewOrder(order),
    payment: presentPayment(order.payment),
    holds: order.holds.map(({ productId, quantity, state }) => ({ sku: skus.get(productId), quantity, state })),
    mails: order.emails.map(presentEmail),
    timeline: steps.map(({ type, state, stepRole, startedAt, finishedAt }) => ({
      type,
      state,
      undo: stepRole === 'undo',
      startedAt,
      finishedAt,
    })),
  }
}
