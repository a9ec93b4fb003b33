// Stripe's published test payment methods, as far as the simulator plays them. https://docs.stripe.com/testing

export type Decline = { code: string; declineCode?: string; message: string }

const PENDING_REFUND = 'pm_card_pendingRefund'

/** Not one of Stripe's: its bank takes its time, so that people can watch a charge under way and call it off. */
const SLOW = 'pm_card_slow'
/** Below the time after which Errand gives a call up: the answer comes. */
const SLOW_MS = 6_000

const approved = [
  'pm_card_visa',
  'pm_card_visa_debit',
  'pm_card_mastercard',
  'pm_card_amex',
  'pm_card_discover',
  // Its refunds start pending; a control of the simulator says when they succeed.
  PENDING_REFUND,
  // Its refunds succeed at first; a control of the simulator says when they fail.
  'pm_card_refundFail',
  SLOW,
]

const declined = (declineCode: string, message: string): Decline => ({ code: 'card_declined', declineCode, message })
const declines: Record<string, Decline> = {
  pm_card_chargeDeclined: declined('generic_decline', 'Your card was declined.'),
  pm_card_visa_chargeDeclined: declined('generic_decline', 'Your card was declined.'),
  pm_card_chargeDeclinedInsufficientFunds: declined('insufficient_funds', 'Your card has insufficient funds.'),
  pm_card_visa_chargeDeclinedInsufficientFunds: declined('insufficient_funds', 'Your card has insufficient funds.'),
  pm_card_chargeDeclinedLostCard: declined('lost_card', 'Your card was declined.'),
  pm_card_chargeDeclinedStolenCard: declined('stolen_card', 'Your card was declined.'),
  pm_card_chargeDeclinedExpiredCard: { code: 'expired_card', message: 'Your card has expired.' },
  pm_card_chargeDeclinedProcessingError: {
    code: 'processing_error',
    message: 'An error occurred while processing your card.',
  },
}

export const isKnownCard = (method: string) => approved.includes(method) || Object.hasOwn(declines, method)

/** @returns how the card is declined, or undefined when it pays. */
export const declineOf = (method: string): Decline | undefined =>
  Object.hasOwn(declines, method) ? declines[method] : undefined

/** @returns the state a refund to this card starts in. */
export const firstRefundStatus = (method: string | null) => (method === PENDING_REFUND ? 'pending' : 'succeeded')

/** @returns how long the bank of this card takes to answer, in ms. */
export const delayOf = (method: string | null) => (method === SLOW ? SLOW_MS : 0)
