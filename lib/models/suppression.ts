// An address to which an account sends nothing.
import type { AccountId, EmailId } from '../ids.ts'
import { Row } from './base.ts'

export type SuppressionReason = 'hard-bounce' | 'manual'

export class Suppression extends Row {
  static override tableName = 'suppressions'
  static override idColumn = ['accountId', 'address']
  declare accountId: AccountId
  /** In lower case. */
  declare address: string
  declare reason: SuppressionReason
  /** The mail that bounced; null for a manual one. */
  declare emailId: EmailId | null
  declare createdAt: Date
}
