// The tenant that owns jobs, orders and keys.
import type { AccountId } from '../ids.ts'
import { Row } from './base.ts'

export class Account extends Row {
  static override tableName = 'accounts'
  declare id: AccountId
  declare name: string
  declare createdAt: Date
}
