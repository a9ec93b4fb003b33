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
