// What an account did to one of its jobs. Rows are written in the transaction that did it, and never changed.
import type { AccountId, JobId } from '../ids.ts'
import { Row } from './base.ts'

export type JobActionKind = 'cancel' | 'retry'

export class JobAction extends Row {
  static override tableName = 'jobActions'
  declare id: number
  declare jobId: JobId
  declare accountId: AccountId
  /** Whose API key it was; null where that is not known. */
  declare keyId: string | null
  declare action: JobActionKind
  /** In the account's own words. */
  declare reason: string | null
  /** The attempt that it met. */
  declare attempt: number
  declare at: Date
}
