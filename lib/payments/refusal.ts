// What an error of the provider means. Read from status and code, never from the class: the SDK raises a 409 with the
// class of a 500. https://docs.stripe.com/error-low-level
import Stripe from 'stripe'
import { PermanentError, RetryLater } from '../errors.ts'

/** The request may have had its effect. It is looked up before anything is sent again, and never recorded as failed. */
export class AnswerLost extends Error {
  override name = 'AnswerLost'
  /** Whether the provider replayed an error it has stored for the key (5xx): the request is over, the key is used up. */
  readonly replayed: boolean

  constructor(replayed: boolean, options: ErrorOptions) {
    super('the answer of the payment provider was lost', options)
    this.replayed = replayed
  }
}

/** The provider refused the request; it is proven that nothing happened. */
export class Refused extends PermanentError {
  override name = 'Refused'
  readonly providerCode: string

  constructor(providerCode: string, options: ErrorOptions) {
    super('payment-rejected', `The payment provider refused the request (${providerCode}).`, options)
    this.providerCode = providerCode
  }
}

const RATE_LIMITED_MS = 2_000
/** Wrong key, missing permission: an operator must act; no attempt is burnt meanwhile. */
const MISCONFIGURED_MS = 30_000

/** @returns the error to throw instead: AnswerLost, RetryLater (nothing happened) or Refused. */
export function refusal(error: unknown): Error {
  if (!(error instanceof Stripe.errors.StripeError)) return error instanceof Error ? error : new Error(String(error))
  const status = error.statusCode
  if (status === undefined) return new AnswerLost(false, { cause: error })
  if (status === 409) return new AnswerLost(false, { cause: error })
  if (status >= 500) return new AnswerLost(error.headers?.['idempotent-replayed'] === 'true', { cause: error })
  if (status === 429 || error.code === 'rate_limit')
    return new RetryLater(RATE_LIMITED_MS, 'the payment provider asks for patience', { cause: error })
  if (status === 401 || status === 403)
    return new RetryLater(MISCONFIGURED_MS, 'the payment provider refuses our key', { cause: error, attention: true })
  return new Refused(error.code ?? error.rawType ?? 'no code', { cause: error })
}
