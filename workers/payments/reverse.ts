// Gives back whatever was taken for a payment, and makes sure that nothing is taken later: the undo of payments.charge. It
// never fails: as long as money could not be given back it is tried again, and an operator is told.
import { z } from 'zod'
import type { Trx } from '../../lib/db.ts'
import { RetryLater } from '../../lib/errors.ts'
import { idSchema, type PaymentId } from '../../lib/ids.ts'
import { defineJob } from '../../lib/jobs/define.ts'
import type { JobContext } from '../../lib/jobs/definition.ts'
import { Payment } from '../../lib/models/payment.ts'
import { cancelCharge } from '../../lib/payments/cancel.ts'
import { giveBack, pendingMs } from '../../lib/payments/give-back.ts'
import { isFinal, recordIntent } from '../../lib/payments/record.ts'
import { recordRefund } from '../../lib/payments/refund.ts'
import { openReversal, reverseAgain, reversedAmount } from '../../lib/payments/reversal.ts'
import { lookAgainMs } from '../../lib/payments/sending.ts'

const Input = z.object({ paymentId: idSchema<PaymentId>() })

declare module '../../lib/jobs/definition.ts' {
  interface JobInputs {
    'payments.reverse': z.infer<typeof Input>
  }
}

export default defineJob({
  type: 'payments.reverse',
  summary: 'Gives back whatever was taken for a payment.',
  input: Input,
  whenExhausted: 'ask',
  timeoutMs: 45_000,
  async run({ paymentId }, context) {
    const payment = await settleCharge(paymentId, context)
    const { refund, othersOpen } = await context.checkpoint((trx) => openReversal(trx, payment))
    const outcome = refund && payment.providerId ? await giveBack(refund, payment.providerId, context) : undefined
    if (refund && outcome?.status === 'failed') return reverseAgain(refund, outcome, context)
    const record = async (trx: Trx) => {
      if (refund && outcome) await recordRefund(trx, refund, outcome)
    }
    if (othersOpen) {
      await context.checkpoint(record)
      throw new RetryLater(pendingMs(context.attempt), 'another refund of the payment is under way')
    }
    return context.commit(async (trx) => {
      await record(trx)
      return { paymentId, refunded: await reversedAmount(trx, paymentId) }
    })
  },
})

/** A charge that is not final is cancelled; if that comes too late, it was captured. */
async function settleCharge(paymentId: PaymentId, context: JobContext): Promise<Payment> {
  const payment = await Payment.query(context.db).findById(paymentId).throwIfNotFound()
  if (isFinal(payment)) return payment
  const intent = await cancelCharge(payment, context)
  const settled = await context.checkpoint((trx) => recordIntent(trx, payment, intent))
  if (isFinal(settled)) return settled
  throw new RetryLater(lookAgainMs(context.attempt), 'the payment has changed meanwhile')
}
