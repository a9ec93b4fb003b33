// Jobs: submitting one of any public type, and following it.
import { z } from 'zod'
import { AppError, InvalidRequest } from '../../lib/errors.ts'
import { idSchema, type JobId } from '../../lib/ids.ts'
import type { Catalogue, JobDefinition } from '../../lib/jobs/definition.ts'
import { Job } from '../../lib/models/job.ts'
import { Moment } from '../../lib/time.ts'
import { validate } from '../../lib/validate.ts'
import { isFinal, presentJob } from '../presenters/job.ts'
import { route } from '../route.ts'
import { publicFace, submit } from '../submit.ts'

const JobRequest = z.strictObject({
  type: z.string().meta({ example: 'emails.send' }),
  input: z.record(z.string(), z.unknown()),
  runAt: Moment.optional(),
  priority: z.int().min(0).max(9).optional().meta({ description: '0 is first; orders your own jobs. 5 when absent.' }),
})

/** @throws Error for a type that is not in the catalogue: a mistake of ours. */
export function definitionOf(catalogue: Catalogue, type: string): JobDefinition {
  const definition = Object.hasOwn(catalogue, type) ? catalogue[type] : undefined
  if (!definition) throw new Error(`${type} is not in the catalogue`)
  return definition
}

const submitJob = route({
  method: 'post',
  path: '/v1/jobs',
  summary: 'Submit a job of any public type',
  body: JobRequest,
  idempotencyKey: 'optional',
  answers: { 202: 'The job is accepted: `{job}`.' },
  async handle(request) {
    const { catalogue } = request.deps
    const { type, input, runAt, priority } = request.body
    const publicTypes = Object.values(catalogue).filter((definition) => definition.public)
    const definition = publicTypes.find((each) => each.type === type)
    if (!definition) {
      const names = publicTypes.map((each) => each.type).join(', ')
      throw new InvalidRequest([{ pointer: '#/type', detail: `must be one of ${names}` }])
    }
    const accepted = validate(publicFace(definition).request, input, '/input')
    const submission = { definition, request: accepted, notBefore: runAt ? new Date(runAt) : undefined, priority }
    return submit(request, submission).catch((error: unknown) => {
      if (!(error instanceof InvalidRequest)) throw error
      throw error.within('/input')
    })
  },
})

const showJob = route({
  method: 'get',
  path: '/v1/jobs/:id',
  summary: 'Follow a job',
  params: z.object({ id: idSchema<JobId>() }),
  answers: { 200: 'The job; with `Retry-After` until it is final.' },
  async handle({ params: { id }, accountId, deps: { db } }) {
    const job = await Job.query(db).findOne({ id, accountId })
    if (!job) throw new AppError('not-found', 'There is no such job.')
    const steps = await Job.query(db).where({ parentId: id }).orderBy(['createdAt', 'id'])
    const headers = { 'Cache-Control': 'no-store', ...(!isFinal(job) && { 'Retry-After': '1' }) }
    return { status: 200, body: presentJob(job, steps), headers }
  },
})

export const jobRoutes = [submitJob, showJob]
