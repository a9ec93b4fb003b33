// Submits a job of any public type.
import { z } from 'zod'
import { atInput } from '../../../lib/jobs/accept.ts'
import { WaitHeaders } from '../../follow/prefer.ts'
import { acceptedOrFinished } from '../../presenters/accepted.ts'
import { JobRequest, readJobRequest } from '../../request/job-request.ts'
import { route } from '../../route.ts'
import { submit } from '../../submit.ts'

const created = z.boolean().meta({ description: 'false: an open job with this `uniqueKey` was there already.' })

export const submitJob = route({
  method: 'post',
  path: '/v1/jobs',
  summary: 'Submit a job of any public type',
  description:
    '`input` is what the type takes: see the schemas of that name. With a `uniqueKey`, an open job that has it already is answered instead of a second one.',
  operationId: 'submitJob',
  body: JobRequest,
  idempotencyKey: 'optional',
  headers: WaitHeaders,
  answers: acceptedOrFinished('The job is accepted.', { created }),
  // Of the types: what their input names may be missing or be past it.
  problems: ['idempotency-key-missing', 'not-found', 'conflict', 'not-refundable'],
  async handle(request) {
    const submission = readJobRequest(request.deps.catalogue, request.body)
    return submit(request, { ...submission, tellsCreated: true }).catch((error: unknown) => {
      throw atInput(error)
    })
  },
})
