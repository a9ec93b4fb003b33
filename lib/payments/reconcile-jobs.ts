// The open jobs that are at a payment or a refund, and what came of acting on a comparison.
import { raw } from 'objection'
import type { Db, Trx } from '../db.ts'
import { Job } from '../models/job.ts'
import type { FindingKind } from './reconcile.ts'
import type { ProviderBooks } from './reconcile-books.ts'

export interface Outcome {
  /** A state of ours moved on, or a job was told to. */
  advanced: boolean
  /** Findings that nobody was told of before. */
  filed: { kind: FindingKind; subject: string }[]
  /** What does not agree, new or not. */
  found?: FindingKind
  /** A finding is gone. */
  resolved: boolean
}

export const unchanged: Outcome = { advanced: false, filed: [], resolved: false }

/** What comparing needs: our rows and the provider's. */
export interface Sides {
  db: Db
  payments: ProviderBooks
}

/** Acts, in one transaction. @returns undefined when our row changed since it was compared: it is to be looked at again. */
export type Settle = (trx: Trx) => Promise<Outcome | undefined>

interface Watched {
  state: string
  providerId: string | null
  updatedAt: Date
}

/**
 * The provider is asked between the two readings of our row. Only if the row stood still meanwhile do the two contradict
 * each other; else the provider's answer may simply be older than the row.
 */
export const stoodStill = (before: Watched | undefined, now: Watched | undefined): boolean =>
  before?.state === now?.state &&
  before?.providerId === now?.providerId &&
  before?.updatedAt.getTime() === now?.updatedAt.getTime()

/** @returns the open jobs of the queue `payments` whose input names this id. */
export function openJobs(trx: Trx, of: { paymentId: string } | { refundId: string }): Promise<Job[]> {
  const [[name, id] = []] = Object.entries(of)
  return (
    Job.query(trx)
      // As the indexes have it.
      .whereRaw(`input ->> '${name}' = ?`, [id])
      .whereRaw(`queue = 'payments'`)
      .whereNull('finishedAt')
      .execute()
  )
}

/** Runs jobs that wait for their time at once: what they wait for has happened. One that runs, or is due, stays as it is. */
export async function hurry(trx: Trx, jobs: Pick<Job, 'id'>[]): Promise<Outcome> {
  const hurried = await Job.query(trx)
    .patch({ runAt: raw('now()') })
    .where({ state: 'scheduled' })
    .where('runAt', '>', raw('now()'))
    .whereIn(
      'id',
      jobs.map(({ id }) => id),
    )
  return { ...unchanged, advanced: hurried > 0 }
}
