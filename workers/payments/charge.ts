// Charges the payment of an order. Safe to repeat: what was sent is looked up before anything is sent again.
import { z } from 'zod'
import { PermanentError } from '../../lib/errors.ts'
import { idSchema, type PaymentId } from '../../lib/ids.ts'
import { defineJob } from '../../lib/jobs/define.ts'
import { Payment } from '../../lib/models/payment.ts'
import { charge, recordIntent } from '../../lib/payments/charge.ts'

const Input = z.object({ paymentId: idSchema<PaymentId>() })

declare module '../../lib/jobs/definition.ts' {
  interface JobInputs {
    'payments.charge': z.infer<typeof Input>
  }
}

export default defineJob({
  type: 'payments.charge',
  summary: 'Charges the payment of an order.',
  input: Input,
  whenExhausted: 'ask',
  timeoutMs: 45_000,
  async run({ paymentId }, context) {
    const payment = await Payment.query(context.db).findById(paymentId).throwIfNotFound()
    const intent = await charge(payment, context)
    const record = async (trx: Parameters<typeof recordIntent>[0]) => {
      await recordIntent(trx, payment, intent)
      return { paymentId, amount: payment.amount, currency: payment.currency }
    }
    if (intent.status === 'captured') return context.commit(record)
    const detail = `The payment was declined (${intent.declineCode ?? intent.status}).`
    return context.reject(new PermanentError('payment-declined', detail), record)
  },
})
