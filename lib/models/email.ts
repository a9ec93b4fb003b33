// A mail to one recipient, either a template with its data or a text of the caller's own.
import type { AccountId, EmailId, OrderId } from '../ids.ts'
import { Row } from './base.ts'

/** sending: handed to the SMTP server, its answer not yet recorded. */
export type EmailState = 'created' | 'sending' | 'sent' | 'failed'

export class Email extends Row {
  static override tableName = 'emails'
  static override jsonAttributes = ['data']
  declare id: EmailId
  declare accountId: AccountId
  declare orderId: OrderId | null
  declare toAddress: string
  declare template: string | null
  declare data: Record<string, unknown> | null
  declare subject: string | null
  declare textBody: string | null
  declare htmlBody: string | null
  declare messageId: string
  declare state: EmailState
  declare sentAt: Date | null
  declare failureCode: string | null
  declare createdAt: Date
}
