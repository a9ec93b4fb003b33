// A mail to one recipient, either a template with its data or a text of the caller's own. Its state changes in
// lib/mail/states.ts alone.
import type { AccountId, EmailId, OrderId } from '../ids.ts'
import { Row } from './base.ts'

/**
 * created: no copy is out. sending: a copy is being handed to the SMTP server, its answer not yet recorded. unknown: a copy
 * was handed over, and nobody knows whether it was taken. suppressed: not sent, the recipient is on the suppression list.
 */
export const emailStates = ['created', 'sending', 'sent', 'unknown', 'suppressed', 'failed'] as const
export type EmailState = (typeof emailStates)[number]

/** resend: another copy with the same Message-ID follows. leave: none, and the job fails loudly. */
export type WhenUnknown = 'resend' | 'leave'

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
  declare whenUnknown: WhenUnknown
  /** How many copies the recipient may have got: each was handed over, and not refused. */
  declare copies: number
  /** When the last copy began to be handed over. */
  declare handedOverAt: Date | null
  declare sentAt: Date | null
  /** Why it was not sent, or is not known to be: the code of its job's problem. */
  declare failureCode: string | null
  declare createdAt: Date
}
