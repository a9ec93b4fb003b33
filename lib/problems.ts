// The published list of problem types (RFC 9457). A code is stable: clients branch on it.
import { AppError } from './errors.ts'

export const problemTypes = {
  'invalid-request': { status: 422, title: 'The request is not valid' },
  'malformed-target': { status: 400, title: 'The target of the request could not be read' },
  'invalid-cursor': { status: 400, title: 'The cursor is not valid' },
  'malformed-body': { status: 400, title: 'The body could not be read' },
  'malformed-csv': { status: 422, title: 'The file is not CSV of the expected form' },
  'unsupported-media-type': { status: 415, title: 'The content type is not supported' },
  'signature-invalid': { status: 400, title: 'The signature does not fit' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'body-too-slow': { status: 408, title: 'The body took too long to arrive' },
  'idempotency-key-missing': { status: 400, title: 'An Idempotency-Key is required' },
  'idempotency-key-malformed': { status: 400, title: 'The Idempotency-Key is malformed' },
  'idempotency-key-in-flight': { status: 409, title: 'A request with this Idempotency-Key is still in flight' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key was used for another request' },
  unauthorized: { status: 401, title: 'Authentication is required' },
  forbidden: { status: 403, title: 'The request is not allowed' },
  'not-found': { status: 404, title: 'Not found' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed' },
  conflict: { status: 409, title: 'The request conflicts with the current state' },
  'job-finished': { status: 409, title: 'The job has ended' },
  'not-cancellable': { status: 409, title: 'The job cannot be cancelled' },
  'not-retryable': { status: 409, title: 'The job cannot be retried' },
  'not-refundable': { status: 409, title: 'The payment cannot be refunded by this amount' },
  'insufficient-stock': { status: 409, title: 'There is not enough stock' },
  'version-mismatch': { status: 409, title: 'The stock has another version' },
  'payment-declined': { status: 402, title: 'The payment was declined' },
  'payment-rejected': { status: 422, title: 'The payment provider refused the request' },
  'capture-failed': { status: 409, title: 'The payment could not be captured' },
  'refund-failed': { status: 409, title: 'The refund failed' },
  'mail-rejected': { status: 422, title: 'The mail was rejected' },
  'mail-deferred': { status: 503, title: 'The mail was not taken yet' },
  'mail-outcome-unknown': { status: 504, title: 'It is not known whether the mail was taken' },
  'recipient-suppressed': { status: 409, title: 'Nothing is sent to this recipient' },
  'invalid-input': { status: 422, title: "The job's input is not valid" },
  'attempt-timed-out': { status: 504, title: 'The attempt ran out of time' },
  'worker-lost': { status: 500, title: 'The worker died during the attempt' },
  cancelled: { status: 409, title: 'The job was cancelled' },
  expired: { status: 409, title: 'The job was not begun in time' },
  'step-failed': { status: 500, title: 'A step of the flow failed' },
  'too-many-followers': { status: 429, title: 'Too many requests wait for jobs' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  overloaded: { status: 503, title: 'The service is overloaded' },
  unavailable: { status: 503, title: 'The service is not available' },
  internal: { status: 500, title: 'Something went wrong on our side' },
} as const satisfies Record<string, { status: number; title: string }>

export type ProblemCode = keyof typeof problemTypes

/** A problem object as clients see it, in an HTTP answer and in a job's `error` alike. */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  errors?: { pointer: string; detail: string }[]
}

/** @returns the problem object of a code; `detail` must be fit for the caller to read (invariant 10). */
export function problem(code: ProblemCode, detail: string, errors?: Problem['errors']): Problem {
  return { type: `/problems/${code}`, ...problemTypes[code], detail, ...(errors && { errors }) }
}

/** @returns the stable code of a problem, e.g. `payment-declined`. */
export const codeOf = (error: Problem | null): string => error?.type.split('/').pop() ?? 'internal'

/** @returns the problem of an error. Only an AppError's message is shown; any other error's stays in the log. */
export function toProblem(error: unknown, fallback: ProblemCode = 'internal'): Problem {
  if (error instanceof AppError) return problem(error.code, error.message, error.errors)
  return problem(fallback, `${problemTypes[fallback].title}.`)
}
