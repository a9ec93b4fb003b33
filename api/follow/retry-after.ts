// When it is worth to ask for a job again, from what is known of it and of its queue: until then it cannot or will hardly have
// changed. Whole seconds, as RFC 9110 §10.2.3 has them.
import type { AccountId } from '../../lib/ids.ts'
import type { Job } from '../../lib/models/job.ts'
import type { QueueName } from '../../lib/queues.ts'
import { isFinal } from '../presenters/job.ts'
import type { JobWithSteps } from './read.ts'

const SOONEST_S = 1
const LATEST_S = 60
/** What has taken long so far is asked for less often: after a tenth of that. */
const SHARE_OF_AGE = 0.1

/** What is known of the queues at the moment. */
export interface QueueStates {
  /** Until when nothing of a queue is started, in ms since 1970; undefined where it is not paused. */
  pausedUntil(queue: QueueName): number | undefined
  /** How long the account's jobs had waited that run now, in ms; undefined where none do. */
  waitedMs(queue: QueueName, accountId: AccountId): number | undefined
}

/** @returns seconds from 1 to 60; undefined for a final job: nothing more comes. */
export function retryAfterS({ job, steps }: JobWithSteps, queues: QueueStates, now = Date.now()): number | undefined {
  if (isFinal(job)) return undefined
  // A flow goes on when the first of its open steps does.
  const open = steps.filter((step) => !isFinal(step))
  const waits = (open.length > 0 ? open : [job]).map((each) => untilChangeMs(each, queues, now))
  return Math.min(Math.max(Math.ceil(Math.min(...waits) / 1000), SOONEST_S), LATEST_S)
}

function untilChangeMs(job: Job, queues: QueueStates, now: number): number {
  if (job.state === 'running') return (now - Number(job.startedAt ?? now)) * SHARE_OF_AGE
  const pause = (queues.pausedUntil(job.queue) ?? now) - now
  if (job.state === 'scheduled') return Math.max(Number(job.runAt) - now, pause)
  const waited = now - Number(job.runAt)
  // Where none run it is not known.
  const others = queues.waitedMs(job.queue, job.accountId) ?? waited
  return Math.max(pause, others - waited, waited * SHARE_OF_AGE)
}
