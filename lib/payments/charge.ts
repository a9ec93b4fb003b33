// Charging a payment once, whatever is lost on the way. What is about to happen is committed before it does; after a lost
// answer the provider's intent is read before anything is sent again (invariant 3).
import { raw } from 'objection'
import type { Trx } from '../db.ts'
import { RetryLater } from '../errors.ts'
import type { JobContext } from '../jobs/definition.ts'
import { Payment, type PaymentState } from '../models/payment.ts'
import type { Intent } from './gateway.ts'
import { AnswerLost, Refused } from './refusal.ts'

/** States of a payment that is not settled. */
const open: PaymentState[] = ['created', 'processing', 'unknown']

const FIRST_LOOK_MS = 500
const LAST_LOOK_MS = 60_000

/** How long to wait before looking again; grows with the attempts, which lost answers do not use up. */
export const lookAgainMs = (attempt: number) => Math.min(FIRST_LOOK_MS * 2 ** (attempt - 1), LAST_LOOK_MS)

/** An intent of which nothing more will come; without an id where the provider refused to make one. */
export type FinalIntent = Pick<Intent, 'declineCode'> & {
  id: string | null
  status: 'captured' | 'declined' | 'cancelled'
}

/**
 * Charges the payment, or finds out how an earlier attempt's charge ended.
 * @returns an intent that is captured, declined or cancelled.
 * @throws RetryLater while the outcome is not known.
 */
export async function charge(payment: Payment, context: JobContext): Promise<FinalIntent> {
  const { providerId: id, state, declineCode } = payment
  if (state === 'captured' || state === 'declined' || state === 'cancelled') return { id, status: state, declineCode }
  try {
    const intent = await openIntent(payment, context)
    const seen = payment.sentAt ? await readSent(intent, context) : undefined
    const outcome = seen && seen.status !== 'open' ? seen : await send(payment, intent, context, seen !== undefined)
    return final(outcome)
  } catch (error) {
    if (error instanceof Refused) return { id: payment.providerId, status: 'declined', declineCode: error.providerCode }
    if (!(error instanceof AnswerLost)) throw error
    await context.checkpoint((trx) => move(trx, payment, ['processing'], { state: 'unknown' }))
    throw new RetryLater(lookAgainMs(context.attempt), 'the outcome of the charge is not known yet', { cause: error })
  }
}

/**
 * Makes sure that nothing (more) is taken for a payment.
 * @returns an intent that is cancelled, declined or, when that came too late, captured; null when nothing was ever sent.
 */
export async function cancelCharge(payment: Payment, { payments, attempt }: JobContext): Promise<FinalIntent | null> {
  if (!payment.providerId) return null
  try {
    const key = `${payment.id}-cancel-${attempt}`
    return final(await payments.cancelIntent(payment.providerId, key).catch(doubtRefusal))
  } catch (error) {
    if (!(error instanceof AnswerLost)) throw error
    throw new RetryLater(lookAgainMs(attempt), 'the outcome of the cancellation is not known yet', { cause: error })
  }
}

function final(intent: Intent): FinalIntent {
  const { id, status, declineCode } = intent
  if (status === 'pending' || status === 'open') throw new AnswerLost(false, { cause: intent })
  return { id, status, declineCode }
}

/**
 * The key differs with each attempt: an intent that is never confirmed costs nothing, a stored error would cost the order.
 * @returns the id of the payment's intent at the provider.
 */
async function openIntent(payment: Payment, { payments, checkpoint, attempt }: JobContext): Promise<string> {
  if (payment.providerId) return payment.providerId
  const { id: paymentId, amount, currency, method } = payment
  const { id } = await payments.createIntent({
    paymentId,
    amount,
    currency,
    method,
    key: `${paymentId}-create-${attempt}`,
  })
  await checkpoint((trx) => Payment.query(trx).patch({ providerId: id }).where({ id: paymentId, providerId: null }))
  return id
}

/** A provider that does not know what it was sent proves nothing: the key may be another account's, say. */
async function readSent(intent: string, { payments }: JobContext): Promise<Intent> {
  return payments.readIntent(intent).catch(doubtRefusal)
}

function doubtRefusal(error: unknown): never {
  if (!(error instanceof Refused)) throw error
  throw new RetryLater(LAST_LOOK_MS, 'the payment provider does not know the charge it was sent', { cause: error })
}

/** A new key when the old one is proven to have had no effect: the provider would replay that key's error for ever. */
async function send(
  payment: Payment,
  intent: string,
  { payments, checkpoint }: JobContext,
  nextKey: boolean,
): Promise<Intent> {
  const keyGeneration = payment.keyGeneration + (nextKey ? 1 : 0)
  const sent = { state: 'processing' as const, keyGeneration, sentAt: raw('now()') }
  const moved = await checkpoint((trx) => move(trx, payment, open, sent))
  if (moved === 0) throw new RetryLater(0, 'the payment has changed meanwhile')
  return payments.confirmIntent(intent, `${payment.id}-confirm-${keyGeneration}`)
}

/** Moves a payment on in one guarded UPDATE; a state that is not in `from` stays as it is. */
function move(trx: Trx, payment: Payment, from: PaymentState[], change: object) {
  return Payment.query(trx)
    .patch({ ...change, updatedAt: raw('now()') })
    .where({ id: payment.id })
    .whereIn('state', from)
}

/** Records what a final intent says. @returns the payment as it is now. */
export async function recordIntent(trx: Trx, payment: Payment, intent: FinalIntent): Promise<Payment> {
  if (intent.status === 'captured')
    await move(trx, payment, open, { state: 'captured', providerId: intent.id, capturedAt: raw('now()') })
  if (intent.status === 'declined')
    await move(trx, payment, open, { state: 'declined', declineCode: intent.declineCode })
  if (intent.status === 'cancelled') await move(trx, payment, open, { state: 'cancelled' })
  return Payment.query(trx).findById(payment.id).throwIfNotFound()
}
