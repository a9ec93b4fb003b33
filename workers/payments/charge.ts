// Charges the payment of an order, or sets its money aside. Safe to repeat: what was sent is looked up before anything is
// sent again. In the transaction after which money may move, the order's holds become its own for good.
import { z } from 'zod'
import { PermanentError } from '../../lib/errors.ts'
import { idSchema, type PaymentId } from '../../lib/ids.ts'
import { defineJob } from '../../lib/jobs/define.ts'
import { onOwnRows } from '../../lib/jobs/shared-effect.ts'
import { Payment } from '../../lib/models/payment.ts'
import { charge } from '../../lib/payments/charge.ts'
import { fileAmount } from '../../lib/payments/reconcile-findings.ts'
import { cancelUnsent, type KnownIntent, recordIntent } from '../../lib/payments/record.ts'
import { bindHolds } from '../../lib/stock/holds.ts'

const Input = z.object({ paymentId: idSchema<PaymentId>() })

declare module '../../lib/jobs/definition.ts' {
  interface JobInputs {
    'payments.charge': z.infer<typeof Input>
  }
}

export default defineJob({
  type: 'payments.charge',
  summary: 'Charges the payment of an order, or sets its money aside to be captured.',
  input: Input,
  // Whether money was taken is looked up by its undo.
  cancel: 'before-start',
  whenExhausted: 'ask',
  timeoutMs: 45_000,
  async run({ paymentId }, context) {
    const payment = await Payment.query(context.db).findById(paymentId).throwIfNotFound()
    const { orderId, amount, currency } = payment
    let intent: KnownIntent
    try {
      intent = await charge(payment, context, (trx) => bindHolds(trx, orderId))
    } catch (error) {
      // The stock is not there any more.
      if (error instanceof PermanentError) return context.reject(error, (trx) => cancelUnsent(trx, payment))
      throw error
    }
    if (intent.status === 'captured' || intent.status === 'authorized') {
      return context.commit(
        onOwnRows(async (trx) => {
          const recorded = await recordIntent(trx, payment, intent)
          await fileAmount(trx, payment, recorded, context)
          return { paymentId, state: recorded.state, amount, currency }
        }),
      )
    }
    const detail = `The payment was declined (${intent.declineCode ?? intent.status}).`
    return context.reject(new PermanentError('payment-declined', detail), (trx) => recordIntent(trx, payment, intent))
  },
})
