// Sends one mail to one recipient. A mail can arrive twice in one window only: when the connection, the time or the worker is
// lost between the last byte of the body and the commit that records the server's answer, and its policy is `resend`; then
// another copy with the same Message-ID follows, at most three of them. With the policy `leave` the job fails instead.
import { z } from 'zod'
import { PermanentError } from '../../lib/errors.ts'
import { type EmailId, idSchema } from '../../lib/ids.ts'
import { acceptedAs, defineJob } from '../../lib/jobs/define.ts'
import type { JobContext, Settled } from '../../lib/jobs/definition.ts'
import { onOwnRows } from '../../lib/jobs/shared-effect.ts'
import { composeMail, EmailRequest, renderMail } from '../../lib/mail/compose.ts'
import { MailRejected, OutcomeUnknown } from '../../lib/mail/outcome.ts'
import {
  beginCopy,
  endMail,
  mayResend,
  recipientSuppressed,
  recordSent,
  recordUnknown,
  reopenMail,
  takeBackCopy,
} from '../../lib/mail/states.ts'
import { isSuppressed, suppress } from '../../lib/mail/suppress.ts'
import { Email } from '../../lib/models/email.ts'

const Input = z.object({ emailId: idSchema<EmailId>() })

declare module '../../lib/jobs/definition.ts' {
  interface JobInputs {
    'emails.send': z.infer<typeof Input>
  }
}

export default defineJob({
  type: 'emails.send',
  summary: 'Sends one mail to one recipient.',
  input: Input,
  // From its first attempt on a copy may be out.
  cancel: 'before-start',
  // Longer than the mail server may be silent: an attempt that is cut off does not know what became of its mail.
  timeoutMs: 60_000,
  public: acceptedAs({
    request: EmailRequest,
    idempotencyKey: 'optional',
    accept: async (request, { trx, accountId }) => {
      const { id } = await composeMail(trx, accountId, request)
      return { input: { emailId: id }, runAt: request.sendAt ? new Date(request.sendAt) : undefined }
    },
  }),
  async run({ emailId }, context) {
    const { db, commit, reject } = context
    const stored = await Email.query(db).findById(emailId).throwIfNotFound()
    if (stored.state === 'sent') return commit(sent(stored))
    const email = await withoutLostCopy(stored, context)
    if (email.state === 'unknown' && !mayResend(email)) return reject(leftUnknown())
    // Spares the server a mail that stops at its body, where it is looked up again: an address that is suppressed while the
    // mail waits counts up to the moment at which the body is sent.
    if (await isSuppressed(db, email)) return reject(recipientSuppressed())
    return sendCopy(email, context)
  },
  whenFailed: ({ emailId }, trx, error) => endMail(trx, emailId, error),
  whenRetried: ({ emailId }, trx) => reopenMail(trx, emailId),
})

/** A copy that is still being sent when an attempt starts is one whose worker or time was lost. */
async function withoutLostCopy(email: Email, { checkpoint }: JobContext): Promise<Email> {
  if (email.state !== 'sending') return email
  // A version that did not count copies wrote none.
  const unknown = { state: 'unknown', copies: Math.max(1, email.copies) } as const
  await checkpoint((trx) => recordUnknown(trx, { ...email, ...unknown }))
  return Object.assign(email, unknown)
}

async function sendCopy(email: Email, context: JobContext): Promise<Settled> {
  const { mail, signal, checkpoint, commit } = context
  const content = await renderMail(email)
  let begun = false
  try {
    await mail.send(email, content, signal, async () => {
      await checkpoint((trx) => beginCopy(trx, email))
      begun = true
    })
  } catch (error) {
    return notSent(email, begun, error, context)
  }
  return commit(
    onOwnRows(async (trx) => {
      await recordSent(trx, email)
      return sent(email)
    }),
  )
}

/** @throws what was thrown, if another attempt is worth it. */
async function notSent(email: Email, begun: boolean, error: unknown, context: JobContext): Promise<Settled> {
  const { signal, checkpoint, reject } = context
  // The attempt is over and may write nothing; the next one finds the copy as it is.
  if (signal.aborted) throw error
  if (error instanceof OutcomeUnknown) {
    const unknown = { ...email, copies: email.copies + 1 } as Email
    if (!mayResend(unknown)) return reject(leftUnknown(), (trx) => recordUnknown(trx, unknown))
    await checkpoint((trx) => recordUnknown(trx, unknown))
    throw error
  }
  if (error instanceof PermanentError) {
    return reject(error, async (trx) => {
      if (begun) await takeBackCopy(trx, email)
      const { id: emailId, accountId, toAddress: address } = email
      if (error instanceof MailRejected && error.hardBounce)
        await suppress(trx, { accountId, address, reason: 'hard-bounce', emailId })
    })
  }
  if (begun) await checkpoint((trx) => takeBackCopy(trx, email))
  throw error
}

const sent = ({ id: emailId, messageId }: Email) => ({ emailId, messageId })

const leftUnknown = () =>
  new PermanentError('mail-outcome-unknown', 'It is not known whether the mail was taken; no other copy will be sent.')
