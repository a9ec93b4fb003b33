// Cancels a job, whatever it does: at once where it waits, soon where it runs.
import { z } from 'zod'
import { idSchema, type JobId } from '../../../lib/ids.ts'
import { cancelJob } from '../../../lib/jobs/cancel.ts'
import { inTransaction } from '../../../lib/jobs/enqueue.ts'
import { line } from '../../../lib/text.ts'
import { readJob } from '../../follow/read.ts'
import { JobView, presentJob } from '../../presenters/job.ts'
import { route } from '../../route.ts'

export const SteerRequest = z
  .strictObject({
    reason: line(200).optional().meta({ description: 'In your own words; kept with the job: see its actions.' }),
  })
  .meta({ examples: [{ reason: 'Not wanted any more.' }] })

export const cancelRoute = route({
  method: 'post',
  path: '/v1/jobs/:id/cancel',
  summary: 'Cancel a job',
  operationId: 'cancelJob',
  params: z.object({ id: idSchema<JobId>() }),
  body: SteerRequest,
  bodyOptional: true,
  problems: ['job-finished', 'not-cancellable'],
  answers: {
    202: {
      description:
        'The job is cancelled, or asked to stop: follow it to its end, which may still be another one, if it was past stopping. A flow is turned back first. Asking again changes nothing.',
      body: JobView,
    },
  },
  async handle({ params: { id }, body: { reason = null }, accountId, keyId = null, deps }) {
    const { db, dispatch, catalogue } = deps
    await inTransaction(db, dispatch, (trx) => cancelJob(trx, catalogue, { id, accountId }, { reason, keyId }))
    const { job, steps } = await readJob(db, accountId, id)
    return { status: 202, body: presentJob(job, steps), headers: { 'Cache-Control': 'no-store' } }
  },
})
