// Lists payments: by their state, their time and their order.
import { idSchema, type OrderId } from '../../../lib/ids.ts'
import { Payment, paymentStates, refundedAmount } from '../../../lib/models/payment.ts'
import { someOf } from '../../filters.ts'
import { answerPage, PageQuery, pageHeaders, pageOf, readPage } from '../../pages.ts'
import { PaymentSummaryView, presentPaymentSummary } from '../../presenters/payment.ts'
import { route } from '../../route.ts'

export const listPayments = route({
  method: 'get',
  path: '/v1/payments',
  summary: 'List payments',
  query: PageQuery.extend({
    state: someOf(paymentStates).optional(),
    orderId: idSchema<OrderId>().optional().meta({ description: 'Of this order.' }),
  }),
  problems: ['invalid-cursor'],
  answers: {
    200: {
      description: 'A page of payments, without their refunds and ledgers.',
      body: pageOf(PaymentSummaryView),
      headers: pageHeaders,
    },
  },
  async handle(request) {
    const { state, orderId } = request.query
    const page = await readPage<Payment>(request, {
      of: Payment,
      key: 'id',
      index: 'asc',
      columns: ['payments.*', refundedAmount()],
      among: (payments) => orderId && payments.where('orderId', orderId),
      fits: (payments) => state && payments.whereIn('state', state),
    })
    return answerPage(request, page, page.rows.map(presentPaymentSummary))
  },
})
