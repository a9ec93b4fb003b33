// The SMTP connection: the only file that knows nodemailer. It says what became of a mail, in our words.
// https://nodemailer.com/errors
import nodemailer from 'nodemailer'
import { PermanentError, RetryLater } from '../errors.ts'
import type { Email } from '../models/email.ts'
import type { Rendered } from './render.ts'

export interface Mailer {
  /**
   * Hands a mail to the SMTP server.
   * @returns when the server has taken it.
   * @throws PermanentError when the server refused it (5xx); RetryLater when our configuration is wrong, or the server
   * cannot be reached: neither is the mail's fault; MailDeferred (4xx, a lost connection) is worth another attempt. None of
   * them carries what nodemailer's errors do: the recipient and the server's words about it.
   */
  send(email: Email, content: Rendered, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

interface MailSettings {
  SMTP_URL: string
  MAIL_FROM: string
}

/** Wrong password, certificate, name: an operator must act; no attempt is burnt meanwhile. */
const CONFIGURATION_CODES = new Set(['EAUTH', 'ENOAUTH', 'EOAUTH2', 'ETLS', 'EREQUIRETLS', 'EDNS', 'ECONFIG'])
const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'EAI_AGAIN'])
const CONFIGURATION_RETRY_MS = 30_000
const UNREACHABLE_RETRY_MS = 5_000

/** Connections to the SMTP server that a process may hold. */
export const MAIL_CONNECTIONS = 5

export function createMailer({ SMTP_URL, MAIL_FROM }: MailSettings): Mailer {
  const transport = nodemailer.createTransport({
    url: SMTP_URL,
    pool: true,
    maxConnections: MAIL_CONNECTIONS,
    connectionTimeout: 5_000,
    greetingTimeout: 5_000,
    socketTimeout: 20_000,
  })
  return {
    async send({ toAddress, messageId }, { subject, text, html }, signal) {
      try {
        await transport.sendMail({
          from: MAIL_FROM,
          // As an object, an address is never parsed as a list or a display name.
          to: { name: '', address: toAddress },
          messageId,
          subject,
          text,
          ...(html && { html }),
          // Gives up the connection, so that nothing is sent after the attempt has ended.
          signal,
          disableFileAccess: true,
          disableUrlAccess: true,
        })
      } catch (error) {
        throw meaningOf(error)
      }
    },
    async close() {
      transport.close()
    },
  }
}

interface SmtpError extends Error {
  code?: string
  responseCode?: number
  /** The step of the SMTP dialogue that failed. */
  command?: string
}

/** Not now: the server said so, or the connection was lost. */
class MailDeferred extends Error {
  override name = 'MailDeferred'
}

function meaningOf(error: unknown): Error {
  if (!(error instanceof Error)) return new MailDeferred('the mail was not sent')
  const { code, responseCode, message }: SmtpError = error
  const reason = responseCode ?? code ?? 'no code'
  if (code && CONFIGURATION_CODES.has(code)) {
    return new RetryLater(CONFIGURATION_RETRY_MS, `the SMTP settings do not work (${reason})`)
  }
  if (isAboutThisMail(error))
    return new PermanentError('mail-rejected', `The mail server refused the mail (${reason}).`)
  if (responseCode && responseCode >= 500) {
    return new RetryLater(CONFIGURATION_RETRY_MS, `the SMTP server turns us away (${reason})`)
  }
  if ([...UNREACHABLE].some((each) => code === each || message.includes(each))) {
    return new RetryLater(UNREACHABLE_RETRY_MS, 'the SMTP server cannot be reached')
  }
  return new MailDeferred(`the mail was not sent (${reason})`)
}

/**
 * Whether the server (or nodemailer, before it asked) refused this recipient or this content for good. A 5xx at any other
 * step (greeting, login, MAIL FROM) is about the sender: no mail would pass. 503 is a bad sequence of commands and may pass.
 * https://www.rfc-editor.org/rfc/rfc5321#section-4.2
 */
function isAboutThisMail({ code, responseCode, command }: SmtpError): boolean {
  if (responseCode === undefined) return code === 'EENVELOPE' || code === 'EMESSAGE'
  const tooLarge = responseCode === 552
  return responseCode >= 500 && responseCode !== 503 && (command === 'RCPT TO' || command === 'DATA' || tooLarge)
}
