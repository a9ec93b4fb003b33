// A mail as clients see it: what became of it, not what it says. Pure; columns never leak.
import { z } from 'zod'
import { type Email, emailStates } from '../../lib/models/email.ts'
import { emailExample } from './examples.ts'
import { Id, Time } from './shapes.ts'

export const EmailView = z
  .strictObject({
    id: Id,
    to: z.email(),
    template: z.string().nullable().meta({ description: 'Null for a text of the caller’s own.' }),
    state: z.enum(emailStates),
    failureCode: z.string().nullable().meta({ description: 'The code of the problem, e.g. `mail-rejected`.' }),
    whenUnknown: z
      .enum(['resend', 'leave'])
      .meta({ description: 'What follows when nobody knows whether it was taken.' }),
    copies: z.int().min(0).meta({ description: 'How many copies the recipient may have got.' }),
    messageId: z.string().meta({ examples: ['<019abcde-0000-7000-8000-000000000001@mail.errand.example>'] }),
    sentAt: Time.nullable(),
    createdAt: Time,
  })
  .meta({ id: 'Email', examples: [emailExample] })

export function presentEmail(email: Email): z.input<typeof EmailView> {
  return {
    id: email.id,
    to: email.toAddress,
    template: email.template,
    state: email.state,
    failureCode: email.failureCode,
    whenUnknown: email.whenUnknown,
    copies: email.copies,
    messageId: email.messageId,
    sentAt: email.sentAt,
    createdAt: email.createdAt,
  }
}
