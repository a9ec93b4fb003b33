// Mails: sending one, from a template or with a text of the caller's own, and seeing what became of it.
import { z } from 'zod'
import { AppError } from '../../lib/errors.ts'
import { type EmailId, idSchema } from '../../lib/ids.ts'
import { definitionOf } from '../../lib/jobs/catalogue.ts'
import { EmailRequest } from '../../lib/mail/compose.ts'
import { Email } from '../../lib/models/email.ts'
import { WaitHeaders } from '../follow/prefer.ts'
import { acceptedOrFinished } from '../presenters/accepted.ts'
import { EmailView, presentEmail } from '../presenters/email.ts'
import { route } from '../route.ts'
import { submit } from '../submit.ts'
import { listEmails, SHOWN } from './lists/emails.ts'

const sendEmail = route({
  method: 'post',
  path: '/v1/emails',
  summary: 'Send a mail',
  operationId: 'sendEmail',
  body: EmailRequest,
  idempotencyKey: 'optional',
  headers: WaitHeaders,
  answers: acceptedOrFinished('The mail is accepted.', { email: EmailView }),
  handle: (request) =>
    submit(request, {
      definition: definitionOf(request.deps.catalogue, 'emails.send'),
      request: request.body,
      subject: async (trx, job) => {
        const email = await Email.query(trx).findById(String(job.input.emailId)).throwIfNotFound()
        return { email: presentEmail(email) }
      },
    }),
})

const showEmail = route({
  method: 'get',
  path: '/v1/emails/:id',
  summary: 'Show a mail',
  params: z.object({ id: idSchema<EmailId>() }),
  answers: { 200: { description: 'What became of the mail.', body: EmailView } },
  async handle({ params: { id }, accountId, deps: { db } }) {
    const email = await Email.query(db).select(SHOWN).findOne({ id, accountId })
    if (!email) throw new AppError('not-found', 'There is no such mail.')
    return { status: 200, body: presentEmail(email), headers: { 'Cache-Control': 'no-store' } }
  },
})

export const emailRoutes = [sendEmail, listEmails, showEmail]
