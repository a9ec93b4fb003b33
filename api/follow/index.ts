// Following jobs: what a web process needs for it, opened once.
import type { Db } from '../../lib/db.ts'
import type { Logger } from '../../lib/logger.ts'
import { isFinal } from '../presenters/job.ts'
import { watchQueues } from './queue-states.ts'
import type { JobWithSteps } from './read.ts'
import { openReader, type ReadSnapshot } from './reader.ts'
import { retryAfterS } from './retry-after.ts'
import type { Limits } from './room.ts'
import { createWaiters, type Waiters } from './waiters.ts'

export interface Following {
  waiters: Waiters
  /** The job as it is now, or was moments ago where it cannot have changed. */
  read: ReadSnapshot
  /** The Retry-After header of an answer that shows the job; none when it is final. */
  retryAfter(job: JobWithSteps): Record<string, string>
  /** Answers all that wait with what there is, so that the process can go. */
  close(): Promise<void>
}

const LINGER_MS = 10_000

/** @param lingerMs how long the connection that hears of changes is held after the last one has left */
export function openFollowing(db: Db, log: Logger, limits: Limits, lingerMs = LINGER_MS): Following {
  const waiters = createWaiters(db, log, limits, lingerMs)
  const queueStates = watchQueues(db, log)
  return {
    waiters,
    read: openReader(db),
    retryAfter(job) {
      // Nothing is asked about the queues for what has left them.
      if (isFinal(job.job)) return {}
      const seconds = retryAfterS(job, queueStates())
      return seconds === undefined ? {} : { 'Retry-After': String(seconds) }
    },
    close: () => waiters.close(),
  }
}
