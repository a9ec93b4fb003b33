// The discipline of everything that is sent to the provider about a payment: what is about to happen, and under which key,
// is committed before it does; after a lost answer the intent is read before anything is sent again (invariant 3).
import { raw } from 'objection'
import type { Trx } from '../db.ts'
import { RetryLater } from '../errors.ts'
import type { JobContext } from '../jobs/definition.ts'
import { Payment, type PaymentState } from '../models/payment.ts'
import type { Intent } from './provider.ts'
import { AnswerLost, Refused } from './refusal.ts'

const FIRST_LOOK_MS = 500
const LAST_LOOK_MS = 60_000

/** How long to wait before looking again; grows with the attempts, which lost answers do not use up. */
export const lookAgainMs = (attempt: number) => Math.min(FIRST_LOOK_MS * 2 ** (attempt - 1), LAST_LOOK_MS)

/** @returns the error that has the outcome of `what` looked up later. */
export const lookAgain = (what: string, { attempt }: JobContext, cause: Error) =>
  new RetryLater(lookAgainMs(attempt), `the outcome of the ${what} is not known yet`, { cause })

interface Sending {
  verb: 'confirm' | 'capture' | 'cancel'
  /** The state that says what is under way, and those from which it may begin. */
  state: PaymentState
  from: PaymentState[]
  /** What it is sent about: the payment's intent, or one that has just been created and becomes it. */
  intentId?: string
  /** When the last key is proven to have had no effect: the provider would replay that key's error for ever. */
  nextKey: boolean
  /** What must be written in the same transaction, before anything is sent. */
  also?: (trx: Trx) => Promise<unknown>
}

/** Commits what is about to be sent. @returns the idempotency key to send it with. @throws RetryLater when it may not be. */
export async function markSent(payment: Payment, { checkpoint }: JobContext, sending: Sending): Promise<string> {
  const { state, from, also, intentId: providerId = payment.providerId } = sending
  const keyGeneration = payment.keyGeneration + (sending.nextKey ? 1 : 0)
  const marked = await checkpoint(async (trx) => {
    const { id, keyGeneration: before, providerId: known } = payment
    const moved = await Payment.query(trx)
      .where({ id, keyGeneration: before, providerId: known })
      .whereIn('state', from)
      .patch({ state, keyGeneration, providerId, sentAt: raw('now()'), updatedAt: raw('now()') })
    if (moved) await also?.(trx)
    return moved
  })
  if (!marked) throw new RetryLater(lookAgainMs(1), 'the payment has changed meanwhile')
  return `${payment.id}-${sending.verb}-${keyGeneration}`
}

/** The intent as it is. A provider that does not know what it was sent proves nothing: the key may be another account's. */
export const readSent = (intentId: string, { payments }: JobContext): Promise<Intent> =>
  payments.readIntent(intentId).catch(doubtRefusal)

/** @throws RetryLater for a refusal that cannot be true. */
export function doubtRefusal(error: unknown): never {
  if (!(error instanceof Refused)) throw error
  throw new RetryLater(LAST_LOOK_MS, 'the payment provider does not know the charge it was sent', {
    cause: error,
    attention: true,
  })
}

/** @returns the intent if it rests in one of `statuses`. @throws AnswerLost when more is to come of it. */
export function expectRest(intent: Intent, statuses: Intent['status'][]): Intent {
  if (!statuses.includes(intent.status)) throw new AnswerLost(false, { cause: intent.status })
  return intent
}
