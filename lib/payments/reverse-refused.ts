// A refund of ours that the provider refuses because somebody else gave money back there: we give back what is left, no more,
// and what no row of ours stands for is filed.
import { RetryLater } from '../errors.ts'
import type { JobContext } from '../jobs/definition.ts'
import type { Payment, Refund } from '../models/payment.ts'
import { pendingMs } from './give-back.ts'
import type { BookedRefund } from './reconcile-books.ts'
import { tellOperators } from './reconcile-findings.ts'
import { examineRefund } from './reconcile-refund.ts'
import { type KnownRefund, openRefund, recordRefund } from './refund.ts'
import { AnswerLost, Refused } from './refusal.ts'
import { reverseAgain, reverseAgainMs } from './reversal.ts'
import { lookAgain } from './sending.ts'

/**
 * Finds out why a reversal was refused.
 * @returns how it ended: the provider has it, or there is nothing left to give back.
 * @throws RetryLater where it is, or the rest of it, to be given back later.
 */
export async function afterRefusal(
  payment: Payment & { providerId: string },
  refund: Refund,
  refused: KnownRefund,
  context: JobContext,
): Promise<KnownRefund> {
  const live = (await readRefunds(payment.providerId, context)).filter(({ status }) => status !== 'failed')
  const own = live.find(({ refundId, amount }) => refundId === refund.id && amount === refund.amount)
  if (own?.status === 'succeeded') return own
  if (own) {
    await context.checkpoint((trx) => recordRefund(trx, refund, own))
    throw new RetryLater(pendingMs(context.attempt), 'the provider has not finished the refund yet')
  }
  const left = live.reduce((rest, { amount }) => rest - amount, payment.capturedAmount ?? 0)
  if (left >= refund.amount) return reverseAgain(refund, refused, context)
  for (const other of live) await fileForeign(other, context)
  if (left <= 0) return refused
  await context.checkpoint(async (trx) => {
    const { accountId, id } = payment
    if (await recordRefund(trx, refund, refused))
      await openRefund(trx, accountId, id, { amount: left, reason: refund.reason ?? undefined, reversal: true })
  })
  const reason = 'a part was given back past us; what is left is given back'
  throw new RetryLater(reverseAgainMs(context.attempt), reason, { attention: true })
}

const readRefunds = (intentId: string, context: JobContext) =>
  context.payments.refundsOf(intentId).catch((error: unknown) => {
    if (error instanceof Refused || error instanceof AnswerLost) throw lookAgain('refund', context, error)
    throw error
  })

/** Files what no row of ours stands for, as reconciliation does. */
async function fileForeign(refund: BookedRefund, context: JobContext): Promise<void> {
  const settle = await examineRefund(context, { id: refund.id }, refund).catch((error: unknown) => {
    if (error instanceof AnswerLost) throw lookAgain('refund', context, error)
    throw error
  })
  if (!settle) return
  const filed = await context.checkpoint(async (trx) => {
    const outcome = await settle(trx)
    if (outcome?.filed.length) await tellOperators(trx, context, outcome.filed.length)
    return outcome?.filed ?? []
  })
  for (const { kind, subject } of filed) context.log.error({ kind, subject }, 'a discrepancy was filed')
}
