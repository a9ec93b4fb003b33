// An account's key to the API. Only its SHA-256 is stored.
import type { AccountId } from '../ids.ts'
import { Row } from './base.ts'

export class ApiKey extends Row {
  static override tableName = 'apiKeys'
  declare id: string
  declare accountId: AccountId
  declare name: string
  declare keyHash: Buffer
  declare createdAt: Date
  declare revokedAt: Date | null
}
