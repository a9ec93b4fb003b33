// Reads jobs for those who ask: what many ask for at the same moment is one query, and a job that succeeded or was cancelled,
// which does not change any more, is read once for all who poll it.
import type { Db } from '../../lib/db.ts'
import { AppError } from '../../lib/errors.ts'
import type { AccountId, JobId } from '../../lib/ids.ts'
import type { Waits } from '../../lib/limits/waits.ts'
import { together } from '../../lib/together.ts'
import { readTogether } from './read.ts'
import { type Snapshot, takeSnapshot } from './snapshot.ts'

/** One job. @throws AppError not-found for one that is not the account's, too (invariant 9) */
export interface ReadSnapshot extends Waits {
  (accountId: AccountId, id: JobId): Promise<Snapshot>
}

const GROUPS = { lanes: 2, most: 100 }
/** A kilobyte each; the mark for the operators may still change, and is seen this much later. */
const MOST_KEPT = 5_000
const KEPT_MS = 5_000

export function openReader(db: Db): ReadSnapshot {
  const kept = new Map<JobId, { snapshot: Snapshot; until: number }>()
  const read = together((ids: JobId[]) => readTogether(db, ids), GROUPS)
  const readSnapshot = async (accountId: AccountId, id: JobId) => {
    const known = kept.get(id)
    if (known && performance.now() < known.until) return own(accountId, known.snapshot)
    kept.delete(id)
    const job = await read(id)
    const snapshot = own(accountId, job && takeSnapshot(job))
    if (isDone(snapshot)) {
      const [oldest] = kept.keys()
      if (kept.size >= MOST_KEPT && oldest) kept.delete(oldest)
      kept.set(id, { snapshot, until: performance.now() + KEPT_MS })
    }
    return snapshot
  }
  return Object.assign(readSnapshot, { waiting: read.waiting, waitedMs: read.waitedMs })
}

/** What failed may be retried, also a step that its flow did without. */
const isDone = ({ job, steps, final }: Snapshot) => final && [job, ...steps].every(({ state }) => state !== 'failed')

function own(accountId: AccountId, snapshot: Snapshot | undefined): Snapshot {
  if (snapshot?.job.accountId !== accountId) throw new AppError('not-found', 'There is no such job.')
  return snapshot
}
