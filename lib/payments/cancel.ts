// Making sure that nothing (more) is taken for a payment: of one that is open, authorized, or whose outcome is not known.
import type { JobContext } from '../jobs/definition.ts'
import type { Payment } from '../models/payment.ts'
import type { Intent } from './provider.ts'
import { intentOf, type KnownIntent } from './record.ts'
import { AnswerLost, Refused } from './refusal.ts'
import { doubtRefusal, expectRest, lookAgain, markSent, readSent } from './sending.ts'

const finals: Intent['status'][] = ['captured', 'declined', 'cancelled']

/**
 * Cancels what is not final, or finds out how an earlier attempt's cancellation ended.
 * @returns an intent that is cancelled, declined or, when that came too late, captured.
 * @throws RetryLater while the outcome is not known.
 */
export async function cancelCharge(payment: Payment, context: JobContext): Promise<KnownIntent> {
  const known = intentOf(payment)
  if (known && finals.includes(known.status)) return known
  const { providerId } = payment
  if (providerId === null) return { id: null, status: 'cancelled', capturedAmount: 0, declineCode: null }
  try {
    const seen = payment.state === 'cancelling' ? await readSent(providerId, context) : undefined
    if (seen && finals.includes(seen.status)) return seen
    const key = await markSent(payment, context, {
      verb: 'cancel',
      state: 'cancelling',
      from: ['created', 'processing', 'unknown', 'authorized', 'capturing', 'cancelling'],
      nextKey: seen !== undefined,
    })
    return expectRest(await context.payments.cancelIntent(providerId, key).catch(doubtRefusal), finals)
  } catch (error) {
    if (!(error instanceof AnswerLost)) throw error
    throw lookAgain('cancellation', context, error)
  }
}

/**
 * The same for a payment that is declined or cancelled here: at the provider its intent could still be confirmed, or captured.
 * @throws RetryLater while the outcome is not known.
 */
export async function cancelForGood(payment: Payment, context: JobContext): Promise<KnownIntent> {
  const { id, providerId, state, declineCode } = payment
  const known: KnownIntent = {
    id: providerId,
    status: state === 'declined' ? 'declined' : 'cancelled',
    capturedAmount: 0,
    declineCode,
  }
  if (providerId === null) return known
  try {
    const key = `${id}-cancel-${context.jobId}-${context.attempt}`
    return expectRest(await context.payments.cancelIntent(providerId, key), finals)
  } catch (error) {
    // There is nothing to cancel.
    if (error instanceof Refused) return known
    if (!(error instanceof AnswerLost)) throw error
    throw lookAgain('cancellation', context, error)
  }
}
