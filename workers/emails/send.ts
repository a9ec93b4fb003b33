// Sends one mail to one recipient. At most one copy is sent unless the worker dies, the connection is lost or the time runs
// out between handing the mail over and recording that: then another copy with the same Message-ID follows.
import { raw } from 'objection'
import { z } from 'zod'
import { PermanentError } from '../../lib/errors.ts'
import { type EmailId, idSchema } from '../../lib/ids.ts'
import { acceptedAs, defineJob } from '../../lib/jobs/define.ts'
import { composeMail, EmailRequest, renderMail } from '../../lib/mail/compose.ts'
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
  public: acceptedAs({
    request: EmailRequest,
    idempotencyKey: 'optional',
    accept: async (request, { trx, accountId }) => {
      const { id } = await composeMail(trx, accountId, request)
      return { input: { emailId: id }, runAt: request.sendAt ? new Date(request.sendAt) : undefined }
    },
  }),
  async run({ emailId }, { db, mail, signal, checkpoint, commit, reject }) {
    const email = await Email.query(db).findById(emailId).throwIfNotFound()
    if (email.state === 'sent') return commit(async () => ({ emailId, messageId: email.messageId }))
    const content = await renderMail(email)
    await checkpoint((trx) => Email.query(trx).patch({ state: 'sending' }).findById(emailId))
    try {
      await mail.send(email, content, signal)
    } catch (error) {
      if (!(error instanceof PermanentError)) throw error
      return reject(error, (trx) =>
        Email.query(trx).patch({ state: 'failed', failureCode: error.code }).findById(emailId),
      )
    }
    return commit(async (trx) => {
      await Email.query(trx)
        .patch({ state: 'sent', sentAt: raw('now()'), failureCode: null })
        .findById(emailId)
      return { emailId, messageId: email.messageId }
    })
  },
})
