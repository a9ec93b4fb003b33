// Orders: placing one, and seeing what became of it.
import { z } from 'zod'
import { AppError } from '../../lib/errors.ts'
import { idSchema, type OrderId } from '../../lib/ids.ts'
import { Job } from '../../lib/models/job.ts'
import { Order } from '../../lib/models/order.ts'
import { OrderRequest } from '../../lib/orders/place.ts'
import { presentNewOrder, presentOrder } from '../presenters/order.ts'
import { route } from '../route.ts'
import { submit } from '../submit.ts'
import { definitionOf } from './jobs.ts'

const placeOrder = route({
  method: 'post',
  path: '/v1/orders',
  summary: 'Place an order',
  body: OrderRequest,
  idempotencyKey: 'required',
  answers: { 202: 'The order is accepted: `{job, order}`. Follow the job.' },
  handle: (request) =>
    submit(request, {
      definition: definitionOf(request.deps.catalogue, 'orders.place'),
      request: request.body,
      subject: async (trx, job) => {
        const order = await Order.query(trx)
          .findById(String(job.input.orderId))
          .withGraphFetched('items')
          .throwIfNotFound()
        return { order: presentNewOrder(order) }
      },
    }),
})

const showOrder = route({
  method: 'get',
  path: '/v1/orders/:id',
  summary: 'Show an order',
  params: z.object({ id: idSchema<OrderId>() }),
  answers: { 200: 'The order with its items, payment, holds, mails and timeline.' },
  async handle({ params: { id }, accountId, deps: { db } }) {
    const order = await Order.query(db)
      .findOne({ id, accountId })
      .withGraphFetched('[items, payment.refunds, holds, emails]')
    if (!order) throw new AppError('not-found', 'There is no such order.')
    const steps = await Job.query(db).where({ parentId: order.jobId, accountId }).orderBy(['createdAt', 'id'])
    return { status: 200, body: presentOrder(order, steps) }
  },
})

export const orderRoutes = [placeOrder, showOrder]
