// A queue of which nothing is started before `pausedUntil`, and why.
import type { QueueName } from '../queues.ts'
import { Row } from './base.ts'

export class QueuePause extends Row {
  static override tableName = 'queuePauses'
  static override idColumn = 'queue'
  declare queue: QueueName
  declare pausedUntil: Date
  declare reason: string
}
