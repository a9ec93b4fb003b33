// Something that does not agree and that nobody could put right automatically: between our rows, or between them and the
// payment provider. An operator's task.
import type { AccountId, DiscrepancyId } from '../ids.ts'
import { Row } from './base.ts'

export class Discrepancy extends Row {
  static override tableName = 'discrepancies'
  static override jsonAttributes = ['detail']
  declare id: DiscrepancyId
  /** e.g. `orphan-charge`, `stock-differs`. */
  declare kind: string
  /** What it is about: a provider's id, or an id of ours. */
  declare subject: string
  declare accountId: AccountId
  /** Ids, codes, states and amounts; nothing personal. */
  declare detail: Record<string, unknown>
  declare firstSeenAt: Date
  declare lastSeenAt: Date
  declare resolvedAt: Date | null
  /** What the operator who settled it wrote; null where it was found no more. */
  declare note: string | null
}
