// Retries a job that failed: it goes on as the same job.
import { z } from 'zod'
import { idSchema, type JobId } from '../../../lib/ids.ts'
import { inTransaction } from '../../../lib/jobs/enqueue.ts'
import { retryJob } from '../../../lib/jobs/retry.ts'
import { readJob } from '../../follow/read.ts'
import { JobView, presentJob } from '../../presenters/job.ts'
import { route } from '../../route.ts'
import { SteerRequest } from './cancel.ts'

export const retryRoute = route({
  method: 'post',
  path: '/v1/jobs/:id/retry',
  summary: 'Retry a failed job',
  operationId: 'retryJob',
  params: z.object({ id: idSchema<JobId>() }),
  body: SteerRequest,
  bodyOptional: true,
  problems: ['not-retryable', 'conflict'],
  answers: {
    202: { description: 'The job waits for its next attempt, with all of its attempts anew.', body: JobView },
  },
  async handle({ params: { id }, body: { reason = null }, accountId, keyId = null, deps }) {
    const { db, dispatch, catalogue } = deps
    await inTransaction(db, dispatch, (trx) => retryJob(trx, catalogue, { id, accountId }, { reason, keyId }))
    const { job, steps } = await readJob(db, accountId, id)
    return { status: 202, body: presentJob(job, steps), headers: { 'Cache-Control': 'no-store' } }
  },
})
