// Payments: seeing one, and giving a part or all of it back.
import { z } from 'zod'
import { AppError } from '../../lib/errors.ts'
import { idSchema, type PaymentId } from '../../lib/ids.ts'
import { definitionOf } from '../../lib/jobs/catalogue.ts'
import { Job } from '../../lib/models/job.ts'
import { MOST_SHOWN, Payment, Refund } from '../../lib/models/payment.ts'
import { RefundRequest } from '../../lib/payments/refund.ts'
import { WaitHeaders } from '../follow/prefer.ts'
import { acceptedOrFinished } from '../presenters/accepted.ts'
import {
  PaymentDetailsView,
  presentAttempts,
  presentPayment,
  presentRefund,
  RefundView,
} from '../presenters/payment.ts'
import { route } from '../route.ts'
import { submit } from '../submit.ts'
import { listPayments } from './lists/payments.ts'

const Params = z.object({ id: idSchema<PaymentId>() })

const showPayment = route({
  method: 'get',
  path: '/v1/payments/:id',
  summary: 'Show a payment',
  params: Params,
  answers: {
    200: {
      description: 'The payment with its refunds, its ledger entries, and the jobs that tried it.',
      body: PaymentDetailsView,
    },
  },
  async handle({ params: { id }, accountId, deps: { db } }) {
    const payment = await Payment.query(db)
      .findOne({ id, accountId })
      .modify('withRefunded')
      .withGraphFetched('[refunds, ledger]')
    if (!payment) throw new AppError('not-found', 'There is no such payment.')
    const jobs = await Job.query(db)
      .where({ accountId, queue: 'payments' })
      .whereRaw("input ->> 'paymentId' = ?", id)
      .orderBy('id')
      .limit(MOST_SHOWN)
    return { status: 200, body: { ...presentPayment(payment), attempts: jobs.map(presentAttempts) } }
  },
})

const refundPayment = route({
  method: 'post',
  path: '/v1/payments/:id/refunds',
  summary: 'Refund a payment',
  operationId: 'refundPayment',
  params: Params,
  body: RefundRequest,
  idempotencyKey: 'required',
  headers: WaitHeaders,
  answers: acceptedOrFinished('The refund is accepted.', { refund: RefundView }),
  problems: ['not-refundable'],
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

export const paymentRoutes = [listPayments, showPayment, refundPayment]
