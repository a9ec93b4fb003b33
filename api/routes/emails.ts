// Mails: sending one, from a template or with a text of the caller's own.
import { EmailRequest } from '../../lib/mail/compose.ts'
import { Email } from '../../lib/models/email.ts'
import { presentEmail } from '../presenters/email.ts'
import { route } from '../route.ts'
import { submit } from '../submit.ts'
import { definitionOf } from './jobs.ts'

const sendEmail = route({
  method: 'post',
  path: '/v1/emails',
  summary: 'Send a mail',
  body: EmailRequest,
  idempotencyKey: 'optional',
  answers: { 202: 'The mail is accepted: `{job, email}`.' },
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

export const emailRoutes = [sendEmail]
