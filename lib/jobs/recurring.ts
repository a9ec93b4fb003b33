// The system's own jobs that run again and again: one for each tick of their type, however many processes want it, and none
// while the one before is still open.
import { createHash } from 'node:crypto'
import type { Db } from '../db.ts'
import type { Dispatch } from '../dispatch.ts'
import { type JobId, SYSTEM_ACCOUNT } from '../ids.ts'
import { Job } from '../models/job.ts'
import type { Catalogue } from './definition.ts'
import { insertJob, inTransaction } from './enqueue.ts'

/**
 * Enqueues what is due of the catalogue's recurring types.
 * @param everyMs how often, for all of them, instead of what their definitions say
 */
export async function enqueueRecurring(
  db: Db,
  dispatch: Dispatch,
  catalogue: Catalogue,
  everyMs?: number,
): Promise<void> {
  for (const { type, maxAttempts, recurring } of Object.values(catalogue)) {
    if (!recurring) continue
    const id = tickId(type, Math.floor(Date.now() / (everyMs ?? recurring.everyMs)))
    await inTransaction(db, dispatch, async (trx) => {
      // Also the lock that keeps two processes from doing this at once.
      await trx.raw('SELECT pg_advisory_xact_lock(hashtextextended(?, 0))', [`errand:recurring:${type}`])
      const known = await Job.query(trx)
        .where({ type })
        .where((open) => open.where({ id }).orWhereNull('finishedAt'))
        .first()
      if (!known) await insertJob(trx, { id, type, input: {}, accountId: SYSTEM_ACCOUNT, maxAttempts })
    })
  }
}

/** The id of a tick's job: the same in every process. A UUID of the caller's own making (version 8, RFC 9562 §5.8). */
function tickId(type: string, tick: number): JobId {
  const hex = createHash('sha256').update(`${type} ${tick}`).digest('hex')
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16)
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ]
  return parts.join('-') as JobId
}
