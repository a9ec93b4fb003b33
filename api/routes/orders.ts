// Orders: placing one, capturing or cancelling one that is authorized, and seeing what became of it.

import { z } from 'zod'
import type { Trx } from '../../lib/db.ts'
import { AppError } from '../../lib/errors.ts'
import { idSchema, type OrderId } from '../../lib/ids.ts'
import { definitionOf } from '../../lib/jobs/catalogue.ts'
import { Job } from '../../lib/models/job.ts'
import { Order } from '../../lib/models/order.ts'
import { CancelRequest, CaptureRequest } from '../../lib/orders/authorized.ts'
import { OrderRequest } from '../../lib/orders/place.ts'
import { WaitHeaders } from '../follow/prefer.ts'
import { acceptedOrFinished } from '../presenters/accepted.ts'
import { NewOrderView, OrderView, presentNewOrder, presentOrder } from '../presenters/order.ts'
import { route } from '../route.ts'
import { submit } from '../submit.ts'
import { listOrders } from './lists/orders.ts'

const Params = z.object({ id: idSchema<OrderId>() })

/** The order a job is about, as it was when the job was accepted. */
async function presentOrderOf(trx: Trx, job: Job) {
  const order = await Order.query(trx).findById(String(job.input.orderId)).withGraphFetched('items').throwIfNotFound()
  return { order: presentNewOrder(order) }
}

const placeOrder = route({
  method: 'post',
  path: '/v1/orders',
  summary: 'Place an order',
  description:
    'Reserves the stock, charges the card, takes the goods out of the stock and confirms by mail, each as a step of the job; what fails for good turns the done steps back. With `capture: manual` the money is reserved only, until the order is captured or cancelled.',
  operationId: 'placeOrder',
  body: OrderRequest,
  idempotencyKey: 'required',
  headers: WaitHeaders,
  answers: acceptedOrFinished('The order is accepted. Follow the job.', { order: NewOrderView }),
  handle: (request) =>
    submit(request, {
      definition: definitionOf(request.deps.catalogue, 'orders.place'),
      request: request.body,
      subject: presentOrderOf,
    }),
})

const captureOrder = route({
  method: 'post',
  path: '/v1/orders/:id/capture',
  summary: 'Capture an authorized order',
  params: Params,
  body: CaptureRequest,
  idempotencyKey: 'required',
  headers: WaitHeaders,
  answers: acceptedOrFinished('The capture is accepted.', { order: NewOrderView }),
  problems: ['conflict'],
  handle: (request) =>
    submit(request, {
      definition: definitionOf(request.deps.catalogue, 'orders.capture'),
      request: { ...request.body, orderId: request.params.id },
      subject: presentOrderOf,
    }),
})

const cancelOrder = route({
  method: 'post',
  path: '/v1/orders/:id/cancel',
  summary: 'Cancel an authorized order',
  params: Params,
  body: CancelRequest,
  idempotencyKey: 'required',
  headers: WaitHeaders,
  answers: acceptedOrFinished('The cancellation is accepted.', { order: NewOrderView }),
  problems: ['conflict'],
  handle: (request) =>
    submit(request, {
      definition: definitionOf(request.deps.catalogue, 'orders.cancel'),
      request: { ...request.body, orderId: request.params.id },
      subject: presentOrderOf,
    }),
})

const showOrder = route({
  method: 'get',
  path: '/v1/orders/:id',
  summary: 'Show an order',
  params: Params,
  answers: { 200: { description: 'The order with its items, payment, holds, mails and timeline.', body: OrderView } },
  async handle({ params: { id }, accountId, deps: { db } }) {
    const order = await Order.query(db)
      .findOne({ id, accountId })
      .withGraphFetched('[items, payment(withRefunded).[refunds, ledger], holds, emails]')
    if (!order) throw new AppError('not-found', 'There is no such order.')
    const flows = [order.jobId, order.settleJobId].filter((jobId) => jobId !== null)
    const steps = await Job.query(db).where({ accountId }).whereIn('parentId', flows).orderBy(['createdAt', 'id'])
    return { status: 200, body: presentOrder(order, steps) }
  },
})

export const orderRoutes = [placeOrder, listOrders, showOrder, captureOrder, cancelOrder]
