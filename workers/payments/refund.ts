// Gives back a part or all of a captured payment, as its account asked.
import { z } from 'zod'
import { idSchema, type PaymentId, type RefundId } from '../../lib/ids.ts'
import { acceptedAs, defineJob } from '../../lib/jobs/define.ts'
import { Payment, Refund } from '../../lib/models/payment.ts'
import { giveBack, openRefund, RefundRequest } from '../../lib/payments/refund.ts'

const Input = z.object({ refundId: idSchema<RefundId>() })

declare module '../../lib/jobs/definition.ts' {
  interface JobInputs {
    'payments.refund': z.infer<typeof Input>
  }
}

export default defineJob({
  type: 'payments.refund',
  summary: 'Gives back a part or all of a captured payment.',
  input: Input,
  whenExhausted: 'ask',
  public: acceptedAs({
    request: RefundRequest.extend({ paymentId: idSchema<PaymentId>() }),
    idempotencyKey: 'required',
    accept: async ({ paymentId, ...request }, { trx, accountId }) => {
      const { id } = await openRefund(trx, accountId, paymentId, request)
      return { input: { refundId: id } }
    },
  }),
  async run({ refundId }, context) {
    const refund = await Refund.query(context.db).findById(refundId).throwIfNotFound()
    const { providerId } = await Payment.query(context.db).findById(refund.paymentId).throwIfNotFound()
    if (providerId === null) throw new Error(`payment ${refund.paymentId} is refunded but has no charge`)
    return giveBack(refund, providerId, context, { refundId, paymentId: refund.paymentId, amount: refund.amount })
  },
})
