// Queues that are paused: nothing of them is started before their time. For causes that would fail every job alike.
import { raw } from 'objection'
import type { Db, Trx } from '../db.ts'
import { QueuePause } from '../models/queue-pause.ts'
import type { QueueName } from '../queues.ts'

/** Pauses a queue for `ms`, or for longer if it is paused for longer already. `reason` is shown to operators. */
export async function pauseQueue(db: Db | Trx, queue: QueueName, ms: number, reason: string): Promise<void> {
  await QueuePause.query(db)
    .insert({ queue, pausedUntil: raw("now() + ? * interval '1 millisecond'", ms), reason })
    .onConflict('queue')
    .merge({
      pausedUntil: raw('greatest(queue_pauses.paused_until, excluded.paused_until)'),
      reason: raw(`CASE WHEN excluded.paused_until > queue_pauses.paused_until
        THEN excluded.reason ELSE queue_pauses.reason END`),
    })
}
