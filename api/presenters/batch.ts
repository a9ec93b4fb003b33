// A batch as clients see it: what became of each item when it was handed over, and how far its jobs are. Pure.
import { z } from 'zod'
import type { Outcome } from '../../lib/jobs/accept-many.ts'
import type { Batch } from '../../lib/models/batch.ts'
import type { Job } from '../../lib/models/job.ts'
import { toProblem } from '../../lib/problems.ts'
import { JobStateView } from './job.ts'
import { ProblemView } from './problem.ts'
import { Id, Link, Time } from './shapes.ts'

const Count = z.int().min(0)

export const BatchView = z
  .strictObject({
    id: Id,
    createdAt: Time,
    total: Count.meta({ description: 'Its items.' }),
    accepted: Count.meta({ description: 'Items that became jobs.' }),
    existing: Count.meta({ description: 'Items whose `uniqueKey` an open job had already.' }),
    refused: Count,
    jobs: z
      .strictObject({
        scheduled: Count,
        queued: Count,
        running: Count,
        succeeded: Count,
        failed: Count,
        cancelled: Count,
      })
      .meta({ description: 'How many of the jobs it made are in each state.' }),
    finishedAt: Time.nullable().meta({ description: 'Set when all of its jobs are final.' }),
    links: z.strictObject({ self: Link, jobs: Link }),
  })
  .meta({ id: 'Batch', description: 'Jobs that were handed over in one request.' })

export const BatchItemView = z
  .strictObject({
    index: Count.meta({ description: 'Of the item in the request, from 0.' }),
    status: z.int().min(200).max(599).meta({
      description: 'What the item would have been answered by itself: 202, 200 for a job that was there, or its error.',
    }),
    job: z.strictObject({ id: Id, state: JobStateView, links: z.strictObject({ self: Link }) }).exactOptional(),
    error: ProblemView.exactOptional(),
  })
  .meta({ id: 'BatchItem' })

/** @param jobs one by one, or counted by state */
export function presentBatch(
  batch: Batch,
  jobs: (Pick<Job, 'state' | 'finishedAt'> & { jobs?: number })[],
): z.input<typeof BatchView> {
  const { id, createdAt, accepted, existing, refused } = batch
  const counts = { scheduled: 0, queued: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0 }
  for (const { state, jobs: count = 1 } of jobs) counts[state] += count
  const ends = jobs.map(({ finishedAt }) => finishedAt).filter((end) => end !== null)
  const last = new Date(Math.max(createdAt.getTime(), ...ends.map((end) => end.getTime())))
  return {
    id,
    createdAt,
    total: accepted + existing + refused,
    accepted,
    existing,
    refused,
    jobs: counts,
    finishedAt: ends.length === jobs.length ? last : null,
    links: { self: `/v1/batches/${id}`, jobs: `/v1/jobs?batch=${id}` },
  }
}

export function presentItem(outcome: Outcome, index: number): z.input<typeof BatchItemView> {
  if ('refusal' in outcome) {
    const error = toProblem(outcome.refusal)
    return { index, status: error.status, error }
  }
  const { job, created } = outcome
  const { id, state } = job
  return { index, status: created ? 202 : 200, job: { id, state, links: { self: `/v1/jobs/${id}` } } }
}
