// What the service owes: every job that an answer named, and every key of a request that was never answered.
import type { Answer } from './send/answer.ts'

export interface Accepted {
  /** Jobs that were accepted, also ones that were accepted before. */
  readonly jobs: Set<string>
  /** Keys of requests of which nobody knows whether they were accepted. */
  readonly unknownKeys: Set<string>
  /** How many of those had no key. */
  readonly keyless: number
  learn(method: string, answer: Answer, body: unknown): void
  unanswered(method: string, key: string | undefined): void
}

interface Body {
  job?: { id?: string }
  items?: { job?: { id: string } }[]
}

export function createAccepted(): Accepted {
  const jobs = new Set<string>()
  const unknownKeys = new Set<string>()
  let keyless = 0
  return {
    jobs,
    unknownKeys,
    get keyless() {
      return keyless
    },
    learn(method, { status }, body) {
      if (method !== 'POST' || (status !== 200 && status !== 202) || typeof body !== 'object' || body === null) return
      const { job, items } = body as Body
      if (job?.id) jobs.add(job.id)
      if (Array.isArray(items)) for (const each of items) if (each?.job) jobs.add(each.job.id)
    },
    unanswered(method, key) {
      if (method !== 'POST') return
      if (key) unknownKeys.add(key.replaceAll('"', ''))
      else keyless++
    },
  }
}
