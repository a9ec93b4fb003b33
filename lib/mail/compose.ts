// Writing a mail: what a client or a flow asks for becomes a row; what the row says becomes subject, HTML and text.
import { z } from 'zod'
import type { Trx } from '../db.ts'
import { type AccountId, type EmailId, newId, type OrderId } from '../ids.ts'
import { Email } from '../models/email.ts'
import { EmailAddress, line } from '../text.ts'
import { Moment } from '../time.ts'
import { validate } from '../validate.ts'
import { type Rendered, render } from './render.ts'
import { findTemplate, templateNames } from './templates/index.ts'

const MAX_BODY = 200_000
/** The domain of our Message-IDs; it names the sender's system, not a mailbox (RFC 5322 §3.6.4). */
const MESSAGE_ID_DOMAIN = 'mail.errand.example'

const sendAt = Moment.optional()

const Templated = z.strictObject({
  to: EmailAddress,
  template: z.string().meta({ examples: ['welcome'] }),
  data: z.record(z.string(), z.unknown()),
  sendAt,
})
const Written = z.strictObject({
  to: EmailAddress,
  subject: line(250),
  text: z.string().min(1).max(MAX_BODY),
  html: z.string().min(1).max(MAX_BODY).optional(),
  /** What follows when the mail was handed over and no answer came; a template has its own policy. */
  whenUnknown: z.enum(['resend', 'leave']).default('resend'),
  sendAt,
})

/** A mail as it is asked for; what comes out is what the template's schema made of the data. */
export const EmailRequest = z
  .union([Templated, Written])
  .transform((mail, context) => {
    if (!('template' in mail)) return mail
    const complain = (path: PropertyKey[], issue: object) =>
      context.issues.push({ ...issue, path, input: mail } as z.core.$ZodRawIssue)
    const template = findTemplate(mail.template)
    if (!template) complain(['template'], { code: 'custom', message: `must be one of ${templateNames.join(', ')}` })
    const result = template?.data.safeParse(mail.data)
    for (const issue of result?.error?.issues ?? []) complain(['data', ...issue.path], issue)
    return { ...mail, data: result?.data ?? {} }
  })
  .meta({
    examples: [
      { to: 'ada@example.com', template: 'welcome', data: { name: 'Ada' } },
      { to: 'ada@example.com', subject: 'Your mug', text: 'It is on its way.' },
    ],
  })

type Mail =
  | Pick<z.infer<typeof Templated>, 'to' | 'template' | 'data'>
  | Pick<z.input<typeof Written>, 'to' | 'subject' | 'text' | 'html' | 'whenUnknown'>

/** Stores a mail to be sent. @throws InvalidRequest for one that `EmailRequest` refuses. */
export function composeMail(
  trx: Trx,
  accountId: AccountId,
  mail: Mail,
  orderId: OrderId | null = null,
): Promise<Email> {
  const valid = validate(EmailRequest, mail)
  const content = 'template' in valid ? templated(valid) : written(valid)
  const id = newId<EmailId>()
  const messageId = `<${id}@${MESSAGE_ID_DOMAIN}>`
  return Email.query(trx)
    .insert({ id, accountId, orderId, toAddress: valid.to, messageId, state: 'created', ...content })
    .returning('*')
    .execute()
}

const templated = ({ template, data }: z.output<typeof Templated>) => ({
  template,
  data,
  whenUnknown: findTemplate(template)?.whenUnknown ?? 'resend',
})

const written = ({ subject, text, html, whenUnknown }: z.output<typeof Written>) => ({
  subject,
  textBody: text,
  htmlBody: html ?? null,
  whenUnknown,
})

/** @returns what is sent for a stored mail. @throws Error when its template is gone. */
export async function renderMail({ template, data, subject, textBody, htmlBody }: Email): Promise<Rendered> {
  if (template === null) return { subject: subject ?? '', text: textBody ?? '', html: htmlBody }
  const found = findTemplate(template)
  if (!found) throw new Error(`the mail template ${template} is gone`)
  return render(found, data ?? {})
}
