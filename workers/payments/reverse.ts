// Gives back whatever was taken for a payment, and makes sure that nothing is taken later: the undo of payments.charge. It
// never fails: as long as money could not be given back it is tried again, and an operator is told.
import { z } from 'zod'
import type { Trx } from '../../lib/db.ts'
import { RetryLater } from '../../lib/errors.ts'
import { idSchema, type PaymentId } from '../../lib/ids.ts'
import { defineJob } from '../../lib/jobs/define.ts'
import type { JobContext } from '../../lib/jobs/definition.ts'
import { Payment } from '../../lib/models/payment.ts'
import { cancelCharge, cancelForGood } from '../../lib/payments/cancel.ts'
import { giveBack, pendingMs } from '../../lib/payments/give-back.ts'
import { isFinal, recordIntent } from '../../lib/payments/record.ts'
import { recordRefund } from '../../lib/payments/refund.ts'
import { leftToReverse, openReversal, reverseAgain, reversedAmount } from '../../lib/payments/reversal.ts'
import { afterRefusal } from '../../lib/payments/reverse-refused.ts'
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
  // Money that is to be given back is given back.
  cancel: 'never',
  whenExhausted: 'ask',
  timeoutMs: 45_000,
  async run({ paymentId }, context) {
    const payment = await settleCharge(paymentId, context)
    const { refund, othersOpen } = await context.checkpoint((trx) => openReversal(trx, payment))
    const { providerId } = payment
    let outcome = refund && providerId ? await giveBack(refund, providerId, context) : undefined
    let givenElsewhere = false
    if (refund && providerId && outcome?.status === 'failed') {
      if (outcome.id !== null) return reverseAgain(refund, outcome, context)
      outcome = await afterRefusal(Object.assign(payment, { providerId }), refund, outcome, context)
      givenElsewhere = outcome.status === 'failed'
    }
    const record = async (trx: Trx) => {
      if (refund && outcome) await recordRefund(trx, refund, outcome)
    }
    if (othersOpen) {
      await context.checkpoint(record)
      throw new RetryLater(pendingMs(context.attempt), 'another refund of the payment is under way')
    }
    const more = new RetryLater(pendingMs(context.attempt), 'more is to be given back')
    try {
      return await context.commit(async (trx) => {
        await record(trx)
        // A refund may have failed since; whoever found that left it to this job.
        if (!givenElsewhere && (await leftToReverse(trx, paymentId)) > 0) throw more
        return { paymentId, refunded: await reversedAmount(trx, paymentId) }
      })
    } catch (error) {
      // What came of this one is written all the same.
      if (error === more) await context.checkpoint(record)
      throw error
    }
  },
})

/** Whatever could still be taken is cancelled; if that comes too late, it was captured. */
async function settleCharge(paymentId: PaymentId, context: JobContext): Promise<Payment> {
  const payment = await Payment.query(context.db).findById(paymentId).throwIfNotFound()
  if (payment.state === 'captured') return payment
  const intent = await (isFinal(payment) ? cancelForGood(payment, context) : cancelCharge(payment, context))
  const settled = await context.checkpoint((trx) => recordIntent(trx, payment, intent))
  if (isFinal(settled)) return settled
  throw new RetryLater(lookAgainMs(context.attempt), 'the payment has changed meanwhile')
}
