// Captures an authorized payment, or the part of it that its account asked for. Safe to repeat, as a charge is.
import { z } from 'zod'
import { PermanentError } from '../../lib/errors.ts'
import { idSchema, type PaymentId } from '../../lib/ids.ts'
import { defineJob } from '../../lib/jobs/define.ts'
import { Payment } from '../../lib/models/payment.ts'
import { capture } from '../../lib/payments/capture.ts'
import { fileAmount } from '../../lib/payments/reconcile-findings.ts'
import { recordIntent } from '../../lib/payments/record.ts'

const Input = z.object({ paymentId: idSchema<PaymentId>() })

declare module '../../lib/jobs/definition.ts' {
  interface JobInputs {
    'payments.capture': z.infer<typeof Input>
  }
}

export default defineJob({
  type: 'payments.capture',
  summary: 'Captures an authorized payment.',
  input: Input,
  cancel: 'before-start',
  whenExhausted: 'ask',
  timeoutMs: 45_000,
  async run({ paymentId }, context) {
    const payment = await Payment.query(context.db).findById(paymentId).throwIfNotFound()
    const intent = await capture(payment, context)
    if (intent.status === 'captured') {
      return context.commit(async (trx) => {
        const recorded = await recordIntent(trx, payment, intent)
        const { capturedAmount, currency } = recorded
        await fileAmount(trx, payment, recorded, context)
        return { paymentId, amount: capturedAmount, currency }
      })
    }
    const detail = `The authorization of the payment is gone (${intent.declineCode ?? intent.status}).`
    return context.reject(new PermanentError('capture-failed', detail), (trx) => recordIntent(trx, payment, intent))
  },
})
