// A batch: what was handed over in one request, each item accepted or refused by itself. How far its jobs are, they say.
import type { AccountId, BatchId } from '../ids.ts'
import { Row } from './base.ts'

export class Batch extends Row {
  static override tableName = 'batches'
  declare id: BatchId
  declare accountId: AccountId
  /** How many of its items became jobs. */
  declare accepted: number
  /** How many named work for which there was a job already. */
  declare existing: number
  declare refused: number
  declare createdAt: Date
}
