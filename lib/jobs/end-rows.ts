// A type's own rows end with its job, however it came to its end.
import type { Trx } from '../db.ts'
import { Job } from '../models/job.ts'
import type { Catalogue } from './definition.ts'

/** To be called in the transaction that ended the job without success. An input that does not fit leads to no rows. */
export async function endRows(trx: Trx, catalogue: Catalogue, job: Job): Promise<void> {
  const { error, state, id } = job
  const definition = catalogue[job.type]
  const input = definition?.input.safeParse(job.input)
  if (!definition || !input?.success || !error) return
  const { whenFailed, whenCancelled = whenFailed } = definition
  const end = state === 'cancelled' ? whenCancelled : whenFailed
  const needsAttention = await end?.(input.data, trx, error)
  if (needsAttention) await Job.query(trx).patch({ needsAttention }).findById(id)
}
