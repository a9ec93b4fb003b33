// A job as clients see it. Pure; columns never leak.
import type { Job, JobState } from '../../lib/models/job.ts'

const finalStates: JobState[] = ['succeeded', 'failed', 'cancelled']
export const isFinal = (job: Pick<Job, 'state'>) => finalStates.includes(job.state)

/** @param steps the jobs of a flow's steps, in the order they were enqueued */
export function presentJob(job: Job, steps: Job[]) {
  return {
    id: job.id,
    type: job.type,
    state: job.state,
    needsAttention: job.needsAttention !== null,
    createdAt: job.createdAt,
    runAt: job.runAt,
    startedAt: job.startedAt,
    finishedAt: job.finishedAt,
    attempt: job.attempt,
    maxAttempts: job.maxAttempts,
    priority: job.priority,
    progress: job.progress,
    result: job.result,
    error: job.error,
    steps: steps.map(({ type, id, state, stepRole }) => ({ type, jobId: id, state, undo: stepRole === 'undo' })),
    links: { self: `/v1/jobs/${job.id}`, ...(job.parentId && { parent: `/v1/jobs/${job.parentId}` }) },
  }
}
