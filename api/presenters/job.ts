// A job as clients see it. Pure; columns never leak.
import { z } from 'zod'
import { type Job, type JobState, jobStates } from '../../lib/models/job.ts'
import { jobExample } from './examples.ts'
import { ProblemView } from './problem.ts'
import { Id, Link, Time } from './shapes.ts'

export const JobStateView = z.enum(jobStates).meta({
  id: 'JobState',
  description: 'The last three are final: they do not change any more, unless a failed job is retried.',
})

const StepView = z
  .strictObject({
    type: z.string(),
    jobId: Id,
    state: JobStateView,
    undo: z.boolean().meta({ description: 'It takes a step back.' }),
  })
  .meta({ id: 'JobStep', description: 'A step of a flow; a job of its own.' })

const ProgressView = z
  .strictObject({ done: z.number(), total: z.number(), message: z.string().nullable() })
  .meta({ id: 'JobProgress' })

export const JobView = z
  .strictObject({
    id: Id,
    type: z.string().meta({ examples: ['orders.place'] }),
    state: JobStateView,
    needsAttention: z.boolean().meta({ description: 'An operator should look, and is told.' }),
    createdAt: Time,
    runAt: Time.meta({ description: 'Not started before.' }),
    startedAt: Time.nullable(),
    finishedAt: Time.nullable().meta({ description: 'Set exactly when the state is final.' }),
    attempt: z.int().min(0).meta({ description: 'How often it was started.' }),
    maxAttempts: z.int().min(1),
    cancelRequestedAt: Time.nullable().meta({
      description: 'When it was asked to stop. While it is not final it may still end otherwise, or be past stopping.',
    }),
    priority: z.int().min(0).max(9).meta({ description: '0 is first.' }),
    startBefore: Time.nullable().meta({ description: 'Unless it has begun by then, it is cancelled.' }),
    uniqueKey: z.string().nullable().meta({ description: 'Of your open jobs of this type only it has this key.' }),
    progress: ProgressView.nullable(),
    result: z.record(z.string(), z.unknown()).nullable().meta({ description: 'Of a job that succeeded.' }),
    error: ProblemView.nullable().meta({ description: 'Why it failed, or its last attempt did.' }),
    steps: z.array(StepView).meta({ description: 'Of a flow, in the order they were enqueued.' }),
    links: z.strictObject({ self: Link, events: Link, parent: Link.optional(), batch: Link.optional() }),
  })
  .meta({
    id: 'Job',
    description: 'What became of something handed over: follow it until it is final.',
    examples: [jobExample],
  })

const finalStates: JobState[] = ['succeeded', 'failed', 'cancelled']
export const isFinal = (job: Pick<Job, 'state'>) => finalStates.includes(job.state)

/** @param steps the jobs of a flow's steps, in the order they were enqueued */
export function presentJob(job: Job, steps: Job[]): z.input<typeof JobView> {
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
    cancelRequestedAt: job.cancelRequestedAt,
    priority: job.priority,
    startBefore: job.startBefore,
    uniqueKey: job.uniqueKey,
    progress: job.progress,
    result: job.result,
    error: job.error,
    steps: steps.map(({ type, id, state, stepRole }) => ({ type, jobId: id, state, undo: stepRole === 'undo' })),
    links: {
      self: `/v1/jobs/${job.id}`,
      events: `/v1/jobs/${job.id}/events`,
      ...(job.parentId && { parent: `/v1/jobs/${job.parentId}` }),
      ...(job.batchId && { batch: `/v1/batches/${job.batchId}` }),
    },
  }
}
