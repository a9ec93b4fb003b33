// Errors of the product and how a job's executor reads them. They know no HTTP: the API's edge maps codes to statuses.
import type { ProblemCode } from './problems.ts'

export interface FieldError {
  /** JSON Pointer into the request body as a URI fragment (RFC 6901 §6), e.g. `#/items/0/quantity`. */
  pointer: string
  detail: string
}

interface ErrorOptionsWithFields extends ErrorOptions {
  errors?: FieldError[]
}

/** An error with a published problem code (lib/problems.ts) and a message that is fit for the caller to read. */
export class AppError extends Error {
  override name = 'AppError'
  readonly code: ProblemCode
  readonly errors: FieldError[] | undefined

  constructor(code: ProblemCode, message: string, options: ErrorOptionsWithFields = {}) {
    super(message, options)
    this.code = code
    this.errors = options.errors
  }
}

/** Not now, though nothing is wrong with the request: limits and load. */
export class TryLater extends AppError {
  override name = 'TryLater'
  readonly retryAfterS: number

  constructor(code: 'rate-limited' | 'overloaded' | 'too-many-followers', message: string, retryAfterS: number) {
    super(code, message)
    this.retryAfterS = retryAfterS
  }
}

/** The request's content is wrong; names the field and the reason. */
export class InvalidRequest extends AppError {
  override name = 'InvalidRequest'

  constructor(errors: FieldError[], message = 'The request has fields that are not valid.') {
    super('invalid-request', message, { errors })
  }

  /** @returns the same complaints about a value that stands at `at` in the body. */
  within(at: string): InvalidRequest {
    return new InvalidRequest(
      (this.errors ?? []).map(({ pointer, detail }) => ({ pointer: `#${at}${pointer.slice(1)}`, detail })),
    )
  }
}

/** Thrown by a job handler: trying again cannot help. The job fails and its flow is undone. */
export class PermanentError extends AppError {
  override name = 'PermanentError'
}

interface RetryOptions extends ErrorOptions {
  /** An operator should look: the reason is shown as the job's `needsAttention` until it starts again. */
  attention?: boolean
}

/** Thrown by a job handler: not now. The job runs again after `delayMs`; it does not count as an attempt. */
export class RetryLater extends Error {
  override name = 'RetryLater'
  readonly delayMs: number
  readonly attention: boolean

  constructor(delayMs: number, reason: string, { attention = false, ...options }: RetryOptions = {}) {
    super(reason, options)
    this.delayMs = delayMs
    this.attention = attention
  }
}

/** Thrown by a job handler: our settings or another system make every job of this queue fail. It is paused for `delayMs`. */
export class QueueBlocked extends RetryLater {
  override name = 'QueueBlocked'

  constructor(delayMs: number, reason: string, options: ErrorOptions = {}) {
    super(delayMs, reason, { ...options, attention: true })
  }
}

/** A write of an attempt whose claim was taken over (invariant 4); the transaction is rolled back, nothing is settled. */
export class LostClaim extends Error {
  override name = 'LostClaim'

  constructor(jobId: string, attempt: number) {
    super(`attempt ${attempt} of job ${jobId} no longer holds the claim`)
  }
}

/** The process cannot start with these settings. The message is meant for the operator's terminal. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}
