// Gives back a part or all of a captured payment, as its account asked.
import { z } from 'zod'
import { PermanentError } from '../../lib/errors.ts'
import { idSchema, type PaymentId, type RefundId } from '../../lib/ids.ts'
import { acceptedAs, defineJob } from '../../lib/jobs/define.ts'
import { Payment, Refund } from '../../lib/models/payment.ts'
import { giveBack } from '../../lib/payments/give-back.ts'
import { cancelRefund, openRefund, RefundRequest, recordRefund } from '../../lib/payments/refund.ts'
import { codeOf } from '../../lib/problems.ts'

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
  // From its first attempt on money may be on its way.
  cancel: 'before-start',
  whenExhausted: 'ask',
  timeoutMs: 45_000,
  public: acceptedAs({
    request: RefundRequest.extend({ paymentId: idSchema<PaymentId>() }).meta({
      examples: [{ paymentId: '019abcde-0000-7000-8000-000000000001' }],
    }),
    idempotencyKey: 'required',
    finishing: true,
    accept: async ({ paymentId, ...request }, { trx, accountId }) => {
      const { id } = await openRefund(trx, accountId, paymentId, request)
      return { input: { refundId: id } }
    },
  }),
  whenCancelled: ({ refundId }, trx, error) => cancelRefund(trx, refundId, codeOf(error)),
  async run({ refundId }, context) {
    const refund = await Refund.query(context.db).findById(refundId).throwIfNotFound()
    const { paymentId, amount } = refund
    const { providerId } = await Payment.query(context.db).findById(paymentId).throwIfNotFound()
    if (providerId === null) throw new Error(`payment ${paymentId} is refunded but has no charge`)
    const outcome = await giveBack(refund, providerId, context)
    if (outcome.status === 'succeeded') {
      return context.commit(async (trx) => {
        await recordRefund(trx, refund, outcome)
        return { refundId, paymentId, amount }
      })
    }
    const detail = `The refund failed (${outcome.failureCode ?? 'no reason given'}).`
    return context.reject(new PermanentError('refund-failed', detail), (trx) => recordRefund(trx, refund, outcome))
  },
})
