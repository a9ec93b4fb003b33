// Long-polling: one request that waits for one job.
import type { Snapshot } from './snapshot.ts'
import type { Waiters } from './waiters.ts'

/**
 * Waits until `isEnough`, for `seconds` at most.
 * @param seen the job as the client would get it now
 * @param signal aborted when the client hangs up, which ends the waiting
 * @returns the job as it is then @throws TryLater when too many wait already
 */
export async function waitUntil(
  waiters: Waiters,
  seen: Snapshot,
  isEnough: (snapshot: Snapshot) => boolean,
  seconds: number,
  signal: AbortSignal,
): Promise<Snapshot> {
  if (isEnough(seen)) return seen
  const seat = waiters.join(seen.job.accountId, seen.job.id, signal)
  const until = performance.now() + seconds * 1000
  try {
    let latest = seen
    while (!isEnough(latest)) {
      const next = await seat.next(latest.etag, until - performance.now())
      if (!next) break
      latest = next
    }
    return latest
  } finally {
    seat.leave()
  }
}
