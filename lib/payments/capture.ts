// Capturing an authorized payment once, a part of it perhaps; the provider releases the rest.
import { PermanentError } from '../errors.ts'
import type { JobContext } from '../jobs/definition.ts'
import type { Payment } from '../models/payment.ts'
import type { Intent } from './provider.ts'
import { intentOf, type KnownIntent } from './record.ts'
import { AnswerLost, Refused } from './refusal.ts'
import { expectRest, lookAgain, markSent, readSent } from './sending.ts'

/**
 * Captures what the account asked for, or finds out how an earlier attempt's capture ended.
 * @returns an intent that is captured, or cancelled (expired, say), or declined.
 * @throws RetryLater while the outcome is not known; PermanentError capture-failed when the provider refuses to.
 */
export async function capture(payment: Payment, context: JobContext): Promise<KnownIntent> {
  const known = intentOf(payment)
  if (known && known.status !== 'authorized') return known
  const { providerId } = payment
  if (providerId === null) throw new Error(`payment ${payment.id} is to be captured but has no charge`)
  try {
    const seen = payment.state === 'capturing' ? await readSent(providerId, context) : undefined
    if (seen && seen.status !== 'authorized') return rest(seen)
    const key = await markSent(payment, context, {
      verb: 'capture',
      state: 'capturing',
      from: ['authorized', 'capturing'],
      nextKey: seen !== undefined,
    })
    const amount = payment.amountToCapture ?? payment.amount
    const captured = context.payments.captureIntent(providerId, amount, key)
    return rest(await captured.catch((error: unknown) => whereRefused(providerId, context, error)))
  } catch (error) {
    if (!(error instanceof AnswerLost)) throw error
    throw lookAgain('capture', context, error)
  }
}

const rest = (intent: Parameters<typeof expectRest>[0]) => expectRest(intent, ['captured', 'cancelled', 'declined'])

/** An authorization that is gone is refused, too, as the intent says; one that is still there was refused for good. */
async function whereRefused(providerId: string, context: JobContext, error: unknown): Promise<Intent> {
  if (!(error instanceof Refused)) throw error
  const intent = await readSent(providerId, context)
  if (intent.status !== 'authorized') return intent
  const detail = `The provider refused to capture the payment (${error.providerCode}).`
  throw new PermanentError('capture-failed', detail, { cause: error })
}
