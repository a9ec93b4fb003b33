// Sending a refund once, with the discipline of charges: what was sent is looked up before anything is sent again, under the
// same key; another key is used only when it is proven that the last one had no effect.
import { raw } from 'objection'
import { RetryLater } from '../errors.ts'
import type { JobContext } from '../jobs/definition.ts'
import type { Refund } from '../models/payment.ts'
import type { ProviderRefund } from './provider.ts'
import { type KnownRefund, moveSent, recordRefund } from './refund.ts'
import { AnswerLost, Refused } from './refusal.ts'
import { lookAgain } from './sending.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Stripe forgets a key after at least 24 h; what is sent under it then is a new refund. */
const KEY_LIFE_MS = 23 * HOUR_MS
/** What was sent so long ago is not under way any more: if the provider's list does not have it, it had no effect. */
const OVER_MS = 25 * HOUR_MS

/** How long a refund that the provider is at is left alone: a second at first, ten minutes at last. */
export const pendingMs = (attempt: number) => Math.min(1_000 * 2 ** (attempt - 1), 10 * MINUTE_MS)

/**
 * Sends the refund, or finds out how an earlier attempt's ended.
 * @returns a refund that succeeded or failed; without an id where the provider refused to make one.
 * @throws RetryLater while the outcome is not known, or the provider is at it.
 */
export async function giveBack(refund: Refund, intentId: string, context: JobContext): Promise<KnownRefund> {
  const { providerId: id, state, failureCode } = refund
  if (state === 'succeeded' || state === 'failed') return { id, status: state, failureCode }
  try {
    const seen = refund.sentAt ? await findSent(refund, intentId, context) : undefined
    const known = seen ?? (await send(refund, intentId, context))
    if (known.status !== 'pending') return known
    await context.checkpoint((trx) => recordRefund(trx, refund, known))
  } catch (error) {
    if (error instanceof Refused) return { id: null, status: 'failed', failureCode: error.providerCode }
    if (!(error instanceof AnswerLost)) throw error
    await keepUnknown(refund, intentId, context, error)
    throw lookAgain('refund', context, error)
  }
  throw new RetryLater(pendingMs(context.attempt), 'the provider has not finished the refund yet')
}

/** The refund at the provider. A provider that cannot be asked, or does not know the charge, proves nothing. */
async function findSent(refund: Refund, intentId: string, context: JobContext): Promise<ProviderRefund | undefined> {
  try {
    return await context.payments.findRefund(intentId, refund.id)
  } catch (error) {
    if (error instanceof Refused || error instanceof AnswerLost) throw lookAgain('refund', context, error)
    throw error
  }
}

async function send(refund: Refund, intentId: string, context: JobContext): Promise<ProviderRefund> {
  const { payments, checkpoint, attempt } = context
  const age = refund.sentAt ? Date.now() - refund.sentAt.getTime() : 0
  if (age > KEY_LIFE_MS && age <= OVER_MS) {
    const reason = 'a refund that was sent a day ago is not at the provider; it is looked for, but not sent again yet'
    throw new RetryLater(HOUR_MS, reason, { attention: true })
  }
  const next = age > OVER_MS ? nextKey(refund) : undefined
  const sent = { state: 'processing', sentAt: raw('coalesce(sent_at, now())'), ...next }
  const marked = await checkpoint((trx) => moveSent(trx, refund, ['created', 'processing', 'unknown'], sent))
  if (!marked) throw new RetryLater(pendingMs(attempt), 'the refund has changed meanwhile')
  if (next) refund.keyGeneration = next.keyGeneration
  const key = `${refund.id}-refund-${refund.keyGeneration}`
  return payments.createRefund({ intentId, refundId: refund.id, amount: refund.amount, key })
}

/**
 * A first 5xx may be a proxy's: the request may still be under way, and the same key is sent again. Only an error that is
 * replayed says that the request is over; if the refund is not there then, this key never had an effect.
 */
async function keepUnknown(refund: Refund, intentId: string, context: JobContext, lost: AnswerLost): Promise<void> {
  const noEffect = lost.replayed && !(await findSent(refund, intentId, context))
  const change = { state: 'unknown', ...(noEffect && nextKey(refund)) }
  await context.checkpoint((trx) => moveSent(trx, refund, ['processing', 'unknown'], change))
}

/** The next key, whose life begins now. */
export const nextKey = ({ keyGeneration }: Refund) => ({ keyGeneration: keyGeneration + 1, sentAt: raw('now()') })
