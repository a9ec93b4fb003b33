// What is to be done about a payment or a refund of ours and the provider's view of it: the one decision that webhooks and
// reconciliation share. Pure. It only ever advances our state; what cannot be advanced is filed for an operator.
import type { Payment, PaymentState, Refund } from '../models/payment.ts'
import type { BookedIntent, BookedRefund } from './reconcile-books.ts'

export type FindingKind =
  /** Money was taken or set aside that no row of ours stands for. */
  | 'orphan-charge'
  /** Money was given back that no row of ours stands for. */
  | 'orphan-refund'
  /** Amount or currency are not what our row says. */
  | 'amount-differs'
  /** A final row and the provider contradict each other. */
  | 'state-differs'
  /** The provider does not know what our row says it did. */
  | 'missing-at-provider'
  /** More is to come of the row, but no job of ours is at it. */
  | 'stalled'
  /** A payment that we had given up was captured; it is given back. */
  | 'late-capture'
  /** A refund that had succeeded failed. */
  | 'refund-failed-later'

export type Verdict =
  | { do: 'nothing' }
  /** The provider is further than our row; the job that is at it is run at once and looks by itself. */
  | { do: 'hurry' }
  /** The same without a job: what the provider says is recorded. */
  | { do: 'record' }
  | { do: 'record-and-reverse' }
  | { do: 'record-failed-later' }
  /** The authorization is gone, so the order cannot be paid any more. */
  | { do: 'cancel-order' }
  /** What was authorized was captured past us, so the order is paid. */
  | { do: 'complete-order' }
  | { do: 'file'; kind: FindingKind }
  /** What we have given up is still set aside there: it is cancelled there, too. */
  | { do: 'file-and-reverse'; kind: FindingKind }

type PaymentView = Pick<
  Payment,
  'providerId' | 'state' | 'amount' | 'amountToCapture' | 'currency' | 'capturedAmount' | 'captureMethod' | 'sentAt'
>
type RefundView = Pick<Refund, 'providerId' | 'state' | 'amount'>

export interface Circumstances {
  /** An open job of ours works on the row. */
  owned: boolean
  /** The order is cancelled, or about to be: what is taken for it is given back. */
  orderOver: boolean
}

const nothing: Verdict = { do: 'nothing' }
const file = (kind: FindingKind): Verdict => ({ do: 'file', kind })

/** What each open state waits for. A payment of which nothing was sent waits for nothing. */
const news: Partial<Record<PaymentState, BookedIntent['status'][]>> = {
  created: ['authorized', 'captured'],
  processing: ['authorized', 'captured', 'declined', 'cancelled'],
  unknown: ['authorized', 'captured', 'declined', 'cancelled'],
  capturing: ['captured', 'declined', 'cancelled'],
  cancelling: ['captured', 'declined', 'cancelled'],
}

/**
 * @param row the payment that the intent names, if there is one
 * @param intent undefined where the provider has none with the row's id
 */
export function compareIntent(
  row: PaymentView | undefined,
  intent: BookedIntent | undefined,
  { owned, orderOver }: Circumstances,
): Verdict {
  if (!intent) return row?.sentAt ? file('missing-at-provider') : nothing
  const movesMoney = ['pending', 'authorized', 'captured'].includes(intent.status)
  if (!row) return movesMoney ? file('orphan-charge') : nothing
  // Its own id is committed before anything is sent; a row without one was restored from a backup, and its job may charge anew.
  const isOwn = row.providerId === intent.id || (row.providerId === null && intent.status === 'captured')
  if (!isOwn) return movesMoney ? file('orphan-charge') : nothing
  if (!amountsAgree(row, intent)) return file('amount-differs')
  const awaited = news[row.state]
  if (!awaited) return compareSettled(row.state, intent, owned)
  if (!awaited.includes(intent.status)) return owned || row.state === 'created' ? nothing : file('stalled')
  if (owned && row.providerId !== null) return { do: 'hurry' }
  return { do: intent.status === 'captured' && orderOver ? 'record-and-reverse' : 'record' }
}

/** A payment of which nothing more is to come, as far as we know. */
function compareSettled(state: PaymentState, { status }: BookedIntent, owned: boolean): Verdict {
  if (state === status) return nothing
  if (state === 'authorized') {
    if (status === 'captured') return { do: owned ? 'hurry' : 'complete-order' }
    return status === 'cancelled' || status === 'declined' ? { do: 'cancel-order' } : file('state-differs')
  }
  if (state === 'captured') return file('state-differs')
  if (status === 'captured') return { do: 'record-and-reverse' }
  if (status === 'authorized') return { do: 'file-and-reverse', kind: 'state-differs' }
  return status === 'pending' ? file('state-differs') : nothing
}

function amountsAgree(row: PaymentView, { amount, currency, capturedAmount, status }: BookedIntent): boolean {
  if (row.amount !== amount || row.currency !== currency) return false
  if (status !== 'captured') return true
  if (row.state === 'captured' && row.capturedAmount !== capturedAmount) return false
  return isExpected(row, capturedAmount)
}

/** Of what is captured by hand any part may be taken past us; what the account asked for is to be taken exactly. */
export function isExpected(
  { state, amount, amountToCapture, captureMethod }: Omit<PaymentView, 'providerId' | 'currency' | 'sentAt'>,
  captured: number,
): boolean {
  const anyPart = captureMethod === 'manual' && amountToCapture === null && state !== 'capturing'
  return anyPart ? captured > 0 && captured <= amount : captured === (amountToCapture ?? amount)
}

/**
 * @param row the refund that the provider's names, if there is one
 * @param payment of the row, or, without one, of the intent that was given back
 * @param refund undefined where the provider has none
 */
export function compareRefund(
  row: RefundView | undefined,
  payment: Pick<Payment, 'providerId' | 'currency'> | undefined,
  refund: BookedRefund | undefined,
  { owned }: Pick<Circumstances, 'owned'>,
): Verdict {
  if (!refund) return compareUnsent(row, owned)
  const movesMoney = refund.status !== 'failed'
  // What was given back of an orphan charge belongs to that finding.
  if (!row) return movesMoney && payment ? file('orphan-refund') : nothing
  if (row.providerId !== null && row.providerId !== refund.id) return movesMoney ? file('orphan-refund') : nothing
  const agrees =
    row.amount === refund.amount && payment?.currency === refund.currency && payment.providerId === refund.intentId
  if (!agrees) return file('amount-differs')
  if (row.state === refund.status) return nothing
  if (row.state === 'succeeded')
    return refund.status === 'failed' ? { do: 'record-failed-later' } : file('state-differs')
  if (row.state === 'failed') return file('state-differs')
  if (refund.status === 'pending') return owned ? nothing : { do: 'record' }
  return { do: owned ? 'hurry' : 'record' }
}

function compareUnsent(row: RefundView | undefined, owned: boolean): Verdict {
  if (!row || row.state === 'failed') return nothing
  if (row.state === 'succeeded' || row.state === 'pending') return file('missing-at-provider')
  return owned ? nothing : file('stalled')
}
