// Writing a mail: what a client or a flow asks for becomes a row; what the row says becomes subject, HTML and text.
import { z } from 'zod'
import type { Trx } from '../db.ts'
import { type FieldError, InvalidRequest } from '../errors.ts'
import { type AccountId, type EmailId, newId, type OrderId } from '../ids.ts'
import { Email } from '../models/email.ts'
import { EmailAddress, line } from '../text.ts'
import { type Rendered, render } from './render.ts'
import { findTemplate, templateNames } from './templates/index.ts'

const MAX_BODY = 200_000
/** The domain of our Message-IDs; it names the sender's system, not a mailbox (RFC 5322 §3.6.4). */
const MESSAGE_ID_DOMAIN = 'mail.errand.example'

const sendAt = z.iso.datetime({ offset: true }).optional().meta({ description: 'RFC 3339; not sent before.' })

const Templated = z.strictObject({
  to: EmailAddress,
  template: z.string(),
  data: z.record(z.string(), z.unknown()),
  sendAt,
})
const Written = z.strictObject({
  to: EmailAddress,
  subject: line(250),
  text: z.string().min(1).max(MAX_BODY),
  html: z.string().min(1).max(MAX_BODY).optional(),
  sendAt,
})

export const EmailRequest = z.union([Templated, Written]).superRefine((mail, context) => {
  if (!('template' in mail)) return
  for (const { path, message } of checkTemplate(mail.template, mail.data))
    context.addIssue({ code: 'custom', path, message })
})

type Mail =
  | Pick<z.infer<typeof Templated>, 'to' | 'template' | 'data'>
  | Pick<z.infer<typeof Written>, 'to' | 'subject' | 'text' | 'html'>

function checkTemplate(name: string, data: unknown): { path: (string | number)[]; message: string }[] {
  const template = findTemplate(name)
  if (!template) return [{ path: ['template'], message: `must be one of ${templateNames.join(', ')}` }]
  const result = template.data.safeParse(data)
  if (result.success) return []
  return result.error.issues.map(({ path, message }) => ({
    path: ['data', ...path.map((key) => (typeof key === 'number' ? key : String(key)))],
    message,
  }))
}

/** Stores a mail to be sent. @throws InvalidRequest when its template does not take the data. */
export function composeMail(
  trx: Trx,
  accountId: AccountId,
  mail: Mail,
  orderId: OrderId | null = null,
): Promise<Email> {
  const content = 'template' in mail ? templated(mail.template, mail.data) : written(mail)
  const id = newId<EmailId>()
  const messageId = `<${id}@${MESSAGE_ID_DOMAIN}>`
  return Email.query(trx)
    .insert({ id, accountId, orderId, toAddress: mail.to, messageId, state: 'created', ...content })
    .returning('*')
    .execute()
}

function templated(template: string, data: Record<string, unknown>) {
  const problems = checkTemplate(template, data)
  const errors: FieldError[] = problems.map(({ path, message }) => ({
    pointer: `#/${path.join('/')}`,
    detail: message,
  }))
  if (errors.length) throw new InvalidRequest(errors)
  return { template, data }
}

const written = ({ subject, text, html }: Extract<Mail, { subject: string }>) => ({
  subject,
  textBody: text,
  htmlBody: html ?? null,
})

/** @returns what is sent for a stored mail. @throws Error when its template is gone. */
export async function renderMail({ template, data, subject, textBody, htmlBody }: Email): Promise<Rendered> {
  if (template === null) return { subject: subject ?? '', text: textBody ?? '', html: htmlBody }
  const found = findTemplate(template)
  if (!found) throw new Error(`the mail template ${template} is gone`)
  return render(found, data ?? {})
}
