// What became of a mail that was not taken, in our words. None of these errors carries what nodemailer's do: the recipient
// and the server's words about it.
import { AppError, PermanentError, QueueBlocked, RetryLater } from '../errors.ts'

/**
 * How far a hand-over got. session: not even connected, greeted and logged in. envelope: sender and recipient are told.
 * body: the server asked for the message. handed-over: all of it was given to the connection, the final dot at most excepted.
 */
export type Step = 'session' | 'envelope' | 'body' | 'handed-over'

/** The server refused this mail for good. */
export class MailRejected extends PermanentError {
  override name = 'MailRejected'
  /** The recipient does not exist: nothing sent there later will arrive either. */
  readonly hardBounce: boolean

  constructor(message: string, hardBounce: boolean) {
    super('mail-rejected', message)
    this.hardBounce = hardBounce
  }
}

/** Not now: the server said so, or the connection was lost before all of the mail was handed over. It was not delivered. */
export class MailDeferred extends AppError {
  override name = 'MailDeferred'

  constructor(reason: string) {
    super('mail-deferred', `The mail server did not take the mail (${reason}).`)
  }
}

/** The mail was handed over and no answer came: it may have been delivered. */
export class OutcomeUnknown extends AppError {
  override name = 'OutcomeUnknown'

  constructor(reason: string) {
    super('mail-outcome-unknown', `The mail was handed over, and it is not known whether it was taken (${reason}).`)
  }
}

/** What nodemailer says of a failure: https://nodemailer.com/errors */
export interface SmtpError extends Error {
  code?: string
  /** What the system said, where `code` is nodemailer's own. */
  originalCode?: string
  responseCode?: number
  response?: string
  /** The step of the SMTP dialogue that failed. */
  command?: string
  timeoutType?: string
}

/** Wrong password, certificate, name: an operator must act; no attempt is burnt meanwhile. */
const CONFIGURATION_CODES = new Set(['EAUTH', 'ENOAUTH', 'EOAUTH2', 'ETLS', 'EREQUIRETLS', 'EDNS', 'ECONFIG'])
/** What Node says of TLS and of certificates: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const TLS_CODE =
  /^(ERR_SSL|ERR_TLS|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|ERROR_IN_|INVALID_|HOSTNAME_|PATH_LENGTH)/
const CONNECTION_CODES = new Set(['ECONNECTION', 'ESOCKET', 'ETIMEDOUT', 'EPROTOCOL'])
const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN'])
const CONNECTING_TIMEOUTS = new Set(['CONNECT_TIMEOUT', 'GREETING_TIMEOUT', 'UPGRADE_TIMEOUT'])
const CONFIGURATION_RETRY_MS = 30_000
const UNREACHABLE_RETRY_MS = 5_000

/**
 * Reads a failure of nodemailer.
 * @returns MailRejected; OutcomeUnknown; QueueBlocked when no mail would pass, RetryLater when the server cannot be reached:
 * neither is the mail's fault; MailDeferred, worth another attempt, for everything else.
 */
export function meaningOf(error: SmtpError, step: Step): Error {
  const { code = '', originalCode = '', responseCode } = error
  const reason = String(responseCode ?? (originalCode || code || 'no code'))
  if (step === 'handed-over' && !isAnswerToBody(error)) return new OutcomeUnknown(reason)
  if (CONFIGURATION_CODES.has(code) || TLS_CODE.test(originalCode)) {
    return new QueueBlocked(CONFIGURATION_RETRY_MS, `the SMTP settings do not work (${reason})`)
  }
  if (isAboutThisMail(error)) {
    return new MailRejected(`The mail server refused the mail (${reason}).`, isHardBounce(error))
  }
  if (isPermanent(responseCode)) {
    return new QueueBlocked(CONFIGURATION_RETRY_MS, `the SMTP server turns us away (${reason})`)
  }
  if (isUnreachable(error, step)) return new RetryLater(UNREACHABLE_RETRY_MS, 'the SMTP server cannot be reached')
  return new MailDeferred(reason)
}

/** A refusal of the message itself: it was not taken. Anything else after it was handed over says nothing. */
const isAnswerToBody = ({ code, responseCode = 0 }: SmtpError) => code === 'EMESSAGE' && responseCode >= 400

/** 503 is a bad sequence of commands and may pass. https://www.rfc-editor.org/rfc/rfc5321#section-4.2 */
const isPermanent = (responseCode = 0) => responseCode >= 500 && responseCode !== 503

/**
 * Whether the server (or nodemailer, before it asked) refused this recipient or this content for good. A 5xx at any other
 * step (greeting, login, MAIL FROM) is about the sender: no mail would pass. 552 is a mail that is too large.
 */
function isAboutThisMail({ code, responseCode, command }: SmtpError): boolean {
  if (responseCode === undefined) return code === 'EENVELOPE' || code === 'EMESSAGE'
  return isPermanent(responseCode) && (command === 'RCPT TO' || command === 'DATA' || responseCode === 552)
}

/**
 * Whether a refused recipient does not exist. Only an enhanced code tells: 5.1.x is the address, except 5.1.7 to 5.1.9, which
 * are the sender's (https://www.rfc-editor.org/rfc/rfc3463#section-3.2, 5.1.10: RFC 7505). A bare 550 does not: it is also
 * "command rejected for policy reasons" (https://www.rfc-editor.org/rfc/rfc5321#section-4.2.3).
 */
function isHardBounce({ response = '', command }: SmtpError): boolean {
  return command === 'RCPT TO' && /^\d{3}[ -]5\.1\.([0-6]|10)(?!\S)/.test(response)
}

function isUnreachable({ code = '', originalCode = '', message, timeoutType = '' }: SmtpError, step: Step): boolean {
  if (step === 'session' && CONNECTION_CODES.has(code)) return true
  // A pooled connection was lost, and no new one could be made.
  return (
    CONNECTING_TIMEOUTS.has(timeoutType) ||
    [...UNREACHABLE].some((each) => originalCode === each || message.includes(each))
  )
}
