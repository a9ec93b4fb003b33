// The Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header-07 §2): a structured-field string, so quoted; the
// bare form that Stripe's clients send is taken too.
import { AppError } from '../../lib/errors.ts'

const BARE = /^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/

/** @throws AppError idempotency-key-missing or idempotency-key-malformed */
export function readIdempotencyKey(
  header: string | string[] | undefined,
  need: 'required' | 'optional',
): string | undefined {
  if (header === undefined) {
    if (need === 'optional') return undefined
    throw new AppError(
      'idempotency-key-missing',
      'Send an Idempotency-Key header, so that a repeated request is done once.',
    )
  }
  const value = String(header)
  const key = value.startsWith('"') && value.endsWith('"') && value.length > 2 ? value.slice(1, -1) : value
  if (!BARE.test(key)) {
    throw new AppError(
      'idempotency-key-malformed',
      'The Idempotency-Key has 1 to 255 visible ASCII characters without " and \\.',
    )
  }
  return key
}
