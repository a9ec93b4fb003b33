// Shows what was done to a job: who cancelled or retried it, and why.
import { z } from 'zod'
import { AppError } from '../../../lib/errors.ts'
import { idSchema, type JobId } from '../../../lib/ids.ts'
import { readActions } from '../../../lib/jobs/actions.ts'
import { Job } from '../../../lib/models/job.ts'
import { JobActionView, presentJobAction } from '../../presenters/job-action.ts'
import { listOf } from '../../presenters/shapes.ts'
import { route } from '../../route.ts'

export const listJobActions = route({
  method: 'get',
  path: '/v1/jobs/:id/actions',
  summary: 'List what was done to a job',
  params: z.object({ id: idSchema<JobId>() }),
  answers: { 200: { description: 'The latest 100, the oldest first.', body: listOf(JobActionView) } },
  async handle({ params: { id }, accountId, deps: { db } }) {
    const job = await Job.query(db).findOne({ id, accountId }).select('id')
    if (!job) throw new AppError('not-found', 'There is no such job.')
    const actions = await readActions(db, id)
    return { status: 200, body: { data: actions.map(presentJobAction) }, headers: { 'Cache-Control': 'no-store' } }
  },
})
