// Retries a job that failed: it goes on as the same job.
import { z } from 'zod'
import { idSchema, type JobId } from '../../../lib/ids.ts'
import { retryJob } from '../../../lib/jobs/retry.ts'
import { JobView } from '../../presenters/job.ts'
import { route } from '../../route.ts'
import { SteerRequest, steer } from './steer.ts'

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
  handle: (request) => steer(request, retryJob),
})
