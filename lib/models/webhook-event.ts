// An event that somebody else's system told us about, stored before it was acknowledged, once for each id of the sender's.
import type { AccountId, JobId, WebhookEventId } from '../ids.ts'
import { Row } from './base.ts'

export type WebhookSource = 'stripe'

export class WebhookEvent extends Row {
  static override tableName = 'webhookEvents'
  declare id: WebhookEventId
  declare accountId: AccountId
  declare source: WebhookSource
  /** The sender's id; unique for each source. */
  declare eventId: string
  declare type: string
  /** What it is about, by the sender's name, e.g. `pi_…`; null where nothing is done about its type. */
  declare objectId: string | null
  /** As it came. Not to be trusted for states: it is a snapshot, and may be old. */
  declare body: Buffer
  declare occurredAt: Date
  declare receivedAt: Date
  declare jobId: JobId | null
}
