// A job as it is sent: serialized once, however many follow it, with the entity tag of exactly these bytes.
import etag from 'etag'
import type { Job } from '../../lib/models/job.ts'
import { isFinal, presentJob } from '../presenters/job.ts'
import type { JobWithSteps } from './read.ts'

export interface Snapshot {
  job: Job
  steps: Job[]
  /** What clients get, as JSON text. */
  json: string
  /** Strong (RFC 9110 §8.8.1), in its quotes. */
  etag: string
  /** Nothing more comes, unless the job is retried. */
  final: boolean
}

export function takeSnapshot({ job, steps }: JobWithSteps): Snapshot {
  const json = JSON.stringify(presentJob(job, steps))
  return { job, steps, json, etag: etag(json), final: isFinal(job) }
}

/** Whether an If-None-Match names this tag (RFC 9110 §13.1.2): by weak comparison, one of a list, or any by `*`. */
export function matches(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false
  const tags = ifNoneMatch.split(',').map((each) => each.trim().replace(/^W\//, ''))
  return tags.includes('*') || tags.includes(tag)
}
