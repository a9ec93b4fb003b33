// Errors in the shape of Stripe's API. https://docs.stripe.com/api/errors
export class StripeError extends Error {
  override name = 'StripeError'
  readonly status: number
  readonly body: { error: Record<string, unknown> }

  constructor(status: number, type: string, message: string, more: Record<string, unknown> = {}) {
    super(message)
    this.status = status
    this.body = { error: { type, message, ...more } }
  }
}

export const invalid = (message: string, more: Record<string, unknown> = {}) =>
  new StripeError(400, 'invalid_request_error', message, more)

export const missing = (kind: string, id: string) =>
  new StripeError(404, 'invalid_request_error', `No such ${kind}: '${id}'`, { code: 'resource_missing', param: 'id' })

/** The key's first request is still being worked on. */
export const keyInUse = () =>
  new StripeError(
    409,
    'invalid_request_error',
    'There is currently another in-progress request using this Idempotent Key. Please try again later.',
    { code: 'idempotency_key_in_use' },
  )

export const rateLimited = () =>
  new StripeError(429, 'invalid_request_error', 'Request rate limit exceeded.', { code: 'rate_limit' })

export const unauthorized = () => new StripeError(401, 'invalid_request_error', 'Invalid API Key provided')
