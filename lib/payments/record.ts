// What is known of a payment, row by row: each change is one guarded UPDATE, and none moves a state backwards.
import { raw } from 'objection'
import type { Trx } from '../db.ts'
import { Payment, type PaymentState } from '../models/payment.ts'
import type { Intent } from './provider.ts'

/** An intent as far as it matters to a payment; without an id where there never was one. */
export type KnownIntent = Omit<Intent, 'id'> & { id: string | null }

/** States from which each outcome is news. A capture is, from anywhere: the provider proves that the money was taken. */
const before: Record<'authorized' | 'captured' | 'declined' | 'cancelled', PaymentState[]> = {
  authorized: ['created', 'processing', 'unknown'],
  captured: ['created', 'processing', 'unknown', 'authorized', 'capturing', 'cancelling', 'declined', 'cancelled'],
  declined: ['created', 'processing', 'unknown', 'cancelling'],
  cancelled: ['created', 'processing', 'unknown', 'authorized', 'capturing', 'cancelling'],
}

/**
 * Records what an intent says, if that is news: once, however often and in whatever order it is told. A capture posts to the
 * ledger, in the same statement. A payment that was declined or cancelled can turn out to be captured (late success): the
 * caller then has it reversed. An intent other than the payment's own, or one of which nothing is known, changes nothing.
 * @returns the payment as it is now.
 */
export async function recordIntent(trx: Trx, { id }: Pick<Payment, 'id'>, intent: KnownIntent): Promise<Payment> {
  if (intent.status !== 'open' && intent.status !== 'pending') {
    const recorded = await Payment.query(trx)
      .patch({ ...changeOf(intent, intent.status), updatedAt: raw('now()') })
      .where({ id })
      .whereIn('state', before[intent.status])
      .where((own) => {
        own.where({ providerId: intent.id })
        // Money that was taken is recorded even where we forgot, restored from a backup, say, that it was asked for.
        if (intent.status === 'captured') own.orWhereNull('providerId')
      })
      .returning('*')
      .first()
    if (recorded) return recorded
  }
  return Payment.query(trx).findById(id).throwIfNotFound()
}

function changeOf({ id: providerId, capturedAmount, declineCode }: KnownIntent, state: keyof typeof before): object {
  if (state === 'authorized') return { state, authorizedAt: raw('now()') }
  if (state === 'declined') return { state, declineCode }
  if (state === 'cancelled') return { state }
  return { state, providerId, capturedAmount, capturedAt: raw('now()'), sentAt: raw('coalesce(sent_at, now())') }
}

/** Moves a payment on in one guarded UPDATE; a state that is not in `from` stays as it is. @returns whether it moved. */
export async function move(trx: Trx, payment: Payment, from: PaymentState[], change: object): Promise<boolean> {
  const moved = await Payment.query(trx)
    .patch({ ...change, updatedAt: raw('now()') })
    .where({ id: payment.id })
    .whereIn('state', from)
  return moved > 0
}

/** Cancels a payment of which nothing was sent, so that nothing can be. */
export const cancelUnsent = (trx: Trx, payment: Payment) => move(trx, payment, ['created'], { state: 'cancelled' })

/** Whether nothing more is to come of the payment, but for a capture that is proven after all. */
export const isFinal = ({ state }: Pick<Payment, 'state'>) => ['captured', 'declined', 'cancelled'].includes(state)

/** @returns what the row itself says of its intent, once that rests. */
export function intentOf(payment: Payment): KnownIntent | undefined {
  const { providerId: id, state, declineCode, capturedAmount } = payment
  const known = { id, declineCode, capturedAmount: capturedAmount ?? 0 }
  if (state === 'captured' || state === 'declined' || state === 'cancelled') return { ...known, status: state }
  if (state === 'authorized' || state === 'capturing') return { ...known, status: 'authorized' }
  return undefined
}
