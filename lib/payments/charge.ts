// Charging a payment once, whatever is lost on the way: taking the money, or setting it aside to be captured.
import type { Trx } from '../db.ts'
import { RetryLater } from '../errors.ts'
import type { JobContext } from '../jobs/definition.ts'
import type { Payment } from '../models/payment.ts'
import { intentOf, type KnownIntent, move } from './record.ts'
import { AnswerLost, Refused } from './refusal.ts'
import { expectRest, lookAgain, lookAgainMs, markSent, readSent } from './sending.ts'

/**
 * Charges the payment, or finds out how an earlier attempt's charge ended.
 * @param beforeSending runs in the transaction after which money may move; what it throws keeps the charge from being sent
 * @returns an intent that is captured, authorized, declined or cancelled.
 * @throws RetryLater while the outcome is not known.
 */
export async function charge(
  payment: Payment,
  context: JobContext,
  beforeSending: (trx: Trx) => Promise<unknown>,
): Promise<KnownIntent> {
  const known = intentOf(payment)
  if (known) return known
  if (payment.state === 'cancelling')
    throw new RetryLater(lookAgainMs(context.attempt), 'the payment is being cancelled')
  let id = payment.providerId
  try {
    id ??= await createIntent(payment, context)
    const seen = payment.sentAt ? await readSent(id, context) : undefined
    if (seen && seen.status !== 'open') return rest(seen)
    const key = await markSent(payment, context, {
      verb: 'confirm',
      state: 'processing',
      from: ['created', 'processing', 'unknown'],
      intentId: id,
      nextKey: seen !== undefined,
      ...(!seen && { also: beforeSending }),
    })
    return rest(await context.payments.confirmIntent(id, key))
  } catch (error) {
    if (error instanceof Refused) return { id, status: 'declined', capturedAmount: 0, declineCode: error.providerCode }
    if (!(error instanceof AnswerLost)) throw error
    await context.checkpoint((trx) => move(trx, payment, ['processing'], { state: 'unknown' }))
    throw lookAgain('charge', context, error)
  }
}

const rest = (intent: Parameters<typeof expectRest>[0]) =>
  expectRest(intent, ['captured', 'authorized', 'declined', 'cancelled'])

/**
 * Its id is committed with the intention to confirm it. The key differs with each attempt: an intent that is never confirmed
 * costs nothing, a stored error would cost the order.
 * @returns the id of a new intent at the provider.
 */
async function createIntent(payment: Payment, { payments, attempt }: JobContext): Promise<string> {
  const { id: paymentId, amount, currency, method, captureMethod: capture } = payment
  const key = `${paymentId}-create-${attempt}`
  return (await payments.createIntent({ paymentId, amount, currency, method, capture, key })).id
}
