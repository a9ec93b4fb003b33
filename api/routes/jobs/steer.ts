// What cancelling and retrying a job share: the request, and the answer, which is the job as it is then.
import { z } from 'zod'
import type { JobId } from '../../../lib/ids.ts'
import type { cancelJob } from '../../../lib/jobs/cancel.ts'
import { inTransaction } from '../../../lib/jobs/enqueue.ts'
import { line } from '../../../lib/text.ts'
import { readJob } from '../../follow/read.ts'
import { presentJob } from '../../presenters/job.ts'
import type { Answer, Request } from '../../route.ts'

export const SteerRequest = z
  .strictObject({
    reason: line(200).optional().meta({ description: 'In your own words; kept with the job: see its actions.' }),
  })
  .meta({ examples: [{ reason: 'Not wanted any more.' }] })

/** @throws AppError what `change` throws */
export async function steer(
  { params: { id }, body, accountId, keyId, deps }: Request<{ id: JobId }, z.output<typeof SteerRequest>>,
  change: typeof cancelJob,
): Promise<Answer> {
  const { db, dispatch, catalogue } = deps
  const actor = { reason: body.reason ?? null, keyId: keyId ?? null }
  await inTransaction(db, dispatch, (trx) => change(trx, catalogue, { id, accountId }, actor))
  const { job, steps } = await readJob(db, accountId, id)
  return { status: 202, body: presentJob(job, steps), headers: { 'Cache-Control': 'no-store' } }
}
