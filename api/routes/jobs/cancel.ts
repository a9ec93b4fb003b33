// Cancels a job, whatever it does: at once where it waits, soon where it runs.
import { z } from 'zod'
import { idSchema, type JobId } from '../../../lib/ids.ts'
import { cancelJob } from '../../../lib/jobs/cancel.ts'
import { JobView } from '../../presenters/job.ts'
import { route } from '../../route.ts'
import { SteerRequest, steer } from './steer.ts'

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
  handle: (request) => steer(request, cancelJob),
})
