// Gives back whatever was taken for a payment, and makes sure that nothing is taken later: the undo of payments.charge.
import { z } from 'zod'
import type { Trx } from '../../lib/db.ts'
import { idSchema, type PaymentId } from '../../lib/ids.ts'
import { defineJob } from '../../lib/jobs/define.ts'
import type { JobContext } from '../../lib/jobs/definition.ts'
import { Payment, Refund } from '../../lib/models/payment.ts'
import { cancelCharge, recordIntent } from '../../lib/payments/charge.ts'
import { giveBack, openRefund } from '../../lib/payments/refund.ts'

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
    const refund = await context.checkpoint((trx) => reversalOf(payment, trx))
    if (!refund || payment.providerId === null) return context.commit(async () => ({ paymentId, refunded: 0 }))
    return giveBack(refund, payment.providerId, context, { paymentId, refundId: refund.id, refunded: refund.amount })
  },
})

/** A charge whose end is not known is cancelled; if that comes too late, it was captured. */
async function settleCharge(paymentId: PaymentId, context: JobContext): Promise<Payment> {
  const payment = await Payment.query(context.db).findById(paymentId).throwIfNotFound()
  if (!['created', 'processing', 'unknown'].includes(payment.state)) return payment
  const intent = (await cancelCharge(payment, context)) ?? { id: null, status: 'cancelled' as const, declineCode: null }
  return context.checkpoint((trx) => recordIntent(trx, payment, intent))
}

/** The refund of an earlier attempt, or a new one of all that is left; undefined where nothing was taken. */
async function reversalOf(payment: Payment, trx: Trx): Promise<Refund | undefined> {
  const { id: paymentId, accountId, state, amount, refundAmount } = payment
  const known = await Refund.query(trx).findOne({ paymentId, reversal: true }).whereNot('state', 'failed')
  if (known) return known.state === 'succeeded' ? undefined : known
  if (state !== 'captured' || refundAmount === amount) return undefined
  return openRefund(trx, accountId, paymentId, { reason: 'order cancelled', reversal: true })
}
