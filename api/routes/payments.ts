// Payments: seeing one, and giving a part or all of it back.
import { z } from 'zod'
import { AppError } from '../../lib/errors.ts'
import { idSchema, type PaymentId } from '../../lib/ids.ts'
import { Payment, Refund } from '../../lib/models/payment.ts'
import { RefundRequest } from '../../lib/payments/refund.ts'
import { presentPayment, presentRefund } from '../presenters/payment.ts'
import { route } from '../route.ts'
import { submit } from '../submit.ts'
import { definitionOf } from './jobs.ts'

const Params = z.object({ id: idSchema<PaymentId>() })

const showPayment = route({
  method: 'get',
  path: '/v1/payments/:id',
  summary: 'Show a payment',
  params: Params,
  answers: { 200: 'The payment with its refunds.' },
  async handle({ params: { id }, accountId, deps: { db } }) {
    const payment = await Payment.query(db).findOne({ id, accountId }).withGraphFetched('refunds')
    if (!payment) throw new AppError('not-found', 'There is no such payment.')
    return { status: 200, body: presentPayment(payment) }
  },
})

const refundPayment = route({
  method: 'post',
  path: '/v1/payments/:id/refunds',
  summary: 'Refund a payment',
  params: Params,
  body: RefundRequest,
  idempotencyKey: 'required',
  answers: { 202: 'The refund is accepted: `{job, refund}`.', 409: 'So much cannot be refunded.' },
  handle: (request) =>
    submit(request, {
      definition: definitionOf(request.deps.catalogue, 'payments.refund'),
      request: { ...request.body, paymentId: request.params.id },
      subject: async (trx, job) => {
        const refund = await Refund.query(trx).findById(String(job.input.refundId)).throwIfNotFound()
        const payment = await Payment.query(trx).findById(refund.paymentId).throwIfNotFound()
        return { refund: presentRefund(refund, payment.currency) }
      },
    }),
})

export const paymentRoutes = [showPayment, refundPayment]
