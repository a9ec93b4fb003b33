// The SMTP connections: the only file that knows nodemailer. It knows exactly when the server asks for a mail's body and
// when all of it was handed over, because nodemailer reads the message through a stream that starts only when it is read.
import { Readable } from 'node:stream'
import nodemailer from 'nodemailer'
import type { Email } from '../models/email.ts'
import { MailDeferred, meaningOf, type Step } from './outcome.ts'
import type { Rendered } from './render.ts'

export interface Mailer {
  /**
   * Hands a mail to the SMTP server.
   * @param beforeBody called once, when the server has accepted sender and recipient and asks for the body, before a byte of
   * it is sent; if it throws, nothing is sent and its error is thrown. A mailer that throws before was not asked for a body.
   * @returns when the server has taken the mail.
   * @throws what `meaningOf` (./outcome.ts) makes of a failure: OutcomeUnknown alone means that it may have been delivered.
   */
  send(
    email: Pick<Email, 'toAddress' | 'messageId'>,
    content: Rendered,
    signal: AbortSignal,
    beforeBody: () => Promise<void>,
  ): Promise<void>
  close(): Promise<void>
}

interface MailSettings {
  SMTP_URL: string
  MAIL_FROM: string
  /** How long the server may be silent. Its answer to a body may take long; giving up on it means not to know it. */
  SMTP_TIMEOUT_MS?: number
}

const CONNECTION_TIMEOUT_MS = 5_000
const DEFAULT_TIMEOUT_MS = 45_000

/** Connections to the SMTP server that a process may hold. */
export const MAIL_CONNECTIONS = 5

export function createMailer({ SMTP_URL, MAIL_FROM, SMTP_TIMEOUT_MS = DEFAULT_TIMEOUT_MS }: MailSettings): Mailer {
  const connecting = Math.min(CONNECTION_TIMEOUT_MS, SMTP_TIMEOUT_MS)
  const transport = nodemailer.createTransport({
    url: SMTP_URL,
    pool: true,
    maxConnections: MAIL_CONNECTIONS,
    connectionTimeout: connecting,
    greetingTimeout: connecting,
    socketTimeout: SMTP_TIMEOUT_MS,
  })
  transport.use('stream', ({ data, message }, done) => {
    const { handover } = data as { handover: Handover }
    const read = message.createReadStream.bind(message)
    // nodemailer asks for the stream when its connection is ready, and reads it when the server has answered DATA.
    message.createReadStream = () => {
      handover.step = 'envelope'
      return Readable.from(bodyOf(read, handover), { objectMode: false })
    }
    done()
  })
  return {
    async send({ toAddress, messageId }, { subject, text, html }, signal, beforeBody) {
      const handover: Handover = { step: 'session', beforeBody, begun: undefined }
      const mail = {
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
        handover,
      }
      try {
        await transport.sendMail(mail)
      } catch (error) {
        // Throws what `beforeBody` threw: nodemailer has seen only that its stream broke. And whoever called must know
        // whether it was done before it is told how the mail ended.
        await handover.begun
        throw error instanceof Error ? meaningOf(error, handover.step) : new MailDeferred('no error')
      }
    },
    async close() {
      transport.close()
    },
  }
}

interface Handover {
  step: Step
  beforeBody: () => Promise<void>
  begun: Promise<void> | undefined
}

/** The final dot follows the end of the stream, so a server that misses any of it takes nothing. RFC 5321 §4.1.1.4 */
async function* bodyOf(read: () => Readable, handover: Handover): AsyncGenerator<Buffer> {
  handover.step = 'body'
  handover.begun = handover.beforeBody()
  await handover.begun.catch(() => {
    // An error of nodemailer's own to write its code on.
    throw new Error('the body is withheld')
  })
  yield* read()
  handover.step = 'handed-over'
}
