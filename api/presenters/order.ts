// An order as clients see it, with its payment, holds, mails and the timeline of its jobs. Pure; columns never leak.
import { z } from 'zod'
import type { ProductId } from '../../lib/ids.ts'
import type { Job } from '../../lib/models/job.ts'
import { type Order, orderStates } from '../../lib/models/order.ts'
import { EmailView, presentEmail } from './email.ts'
import { newOrderExample, orderExample } from './examples.ts'
import { JobStateView } from './job.ts'
import { PaymentView, presentPayment } from './payment.ts'
import { Id, Link, Money, Time } from './shapes.ts'

const ItemView = z
  .strictObject({ sku: z.string(), name: z.string(), quantity: z.int().min(1), unitPrice: Money })
  .meta({ id: 'OrderItem' })

export const NewOrderView = z
  .strictObject({
    id: Id,
    state: z.enum(orderStates),
    customer: z.strictObject({ email: z.email(), name: z.string() }),
    items: z.array(ItemView),
    total: Money,
    cancelReason: z.string().nullable().meta({ description: 'The code of the problem, or `requested`.' }),
    cancelNote: z.string().nullable().meta({ description: 'What the account said when it cancelled.' }),
    createdAt: Time,
    updatedAt: Time,
    links: z.strictObject({ self: Link, job: Link, settleJob: Link.optional() }),
  })
  .meta({ id: 'OrderSummary', examples: [newOrderExample] })

const HoldView = z
  .strictObject({
    sku: z.string(),
    quantity: z.int().min(1),
    state: z.enum(['held', 'committed', 'released', 'expired']),
  })
  .meta({ id: 'Hold', description: 'Stock reserved for the order.' })

const TimelineView = z
  .strictObject({
    type: z.string(),
    state: JobStateView,
    undo: z.boolean(),
    startedAt: Time.nullable(),
    finishedAt: Time.nullable(),
  })
  .meta({ id: 'OrderStep' })

export const OrderView = NewOrderView.extend({
  payment: PaymentView,
  holds: z.array(HoldView),
  mails: z.array(EmailView),
  timeline: z.array(TimelineView).meta({ description: 'The jobs of its flows, oldest first.' }),
}).meta({ id: 'Order', examples: [orderExample] })

const money = (amount: number, currency: string) => ({ amount, currency })

/** An order that was just accepted. */
export function presentNewOrder(order: Order): z.input<typeof NewOrderView> {
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
export function presentOrder(order: Order, steps: Job[]): z.input<typeof OrderView> {
  const skus = new Map(order.items.map((item) => [item.productId, item.sku]))
  const skuOf = (productId: ProductId) => {
    const sku = skus.get(productId)
    if (sku === undefined) throw new Error(`order ${order.id} holds a product that it does not have`)
    return sku
  }
  return {
    ...presentNewOrder(order),
    payment: presentPayment(order.payment),
    holds: order.holds.map(({ productId, quantity, state }) => ({ sku: skuOf(productId), quantity, state })),
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
