// A key a client gave to a request, with the answer it got.
import type { AccountId, JobId } from '../ids.ts'
import { Row } from './base.ts'

export class IdempotencyKey extends Row {
  static override tableName = 'idempotencyKeys'
  static override idColumn = ['accountId', 'key']
  static override jsonAttributes = ['answer']
  declare accountId: AccountId
  declare key: string
  declare fingerprint: Buffer
  declare jobId: JobId | null
  declare answer: Record<string, unknown> | null
}
