// Shows a batch: how far the jobs are that were handed over together.
import etag from 'etag'
import { z } from 'zod'
import { AppError } from '../../lib/errors.ts'
import { type BatchId, idSchema } from '../../lib/ids.ts'
import { standingOf } from '../../lib/jobs/batches.ts'
import { Batch } from '../../lib/models/batch.ts'
import { matches } from '../follow/snapshot.ts'
import { BatchView, presentBatch } from '../presenters/batch.ts'
import { route } from '../route.ts'

const MOST_S = 30
const headers = {
  ETag: 'Of exactly this body: send it as If-None-Match.',
  'Retry-After': {
    description: 'In how many seconds it is worth to ask again; none when all jobs are final.',
    optional: true,
  },
} as const

const showBatch = route({
  method: 'get',
  path: '/v1/batches/:id',
  summary: 'Follow a batch',
  params: z.object({ id: idSchema<BatchId>() }),
  headers: z.object({ 'if-none-match': z.string().optional().meta({ description: 'The ETag you have.' }) }),
  answers: {
    200: { description: 'The batch, and how many of its jobs are in which state.', body: BatchView, headers },
    304: { description: 'The batch is the one you have.', headers },
  },
  async handle({ params: { id }, headers: { 'if-none-match': known }, accountId, deps: { db } }) {
    const batch = await Batch.query(db).findOne({ id, accountId })
    if (!batch) throw new AppError('not-found', 'There is no such batch.')
    const view = presentBatch(batch, await standingOf(db, id))
    const tag = etag(JSON.stringify(view))
    const headers = {
      ETag: tag,
      'Cache-Control': 'no-store',
      ...(view.finishedAt === null && { 'Retry-After': String(retryAfterS(view)) }),
    }
    return matches(known, tag) ? { status: 304, body: undefined, headers } : { status: 200, body: view, headers }
  },
})

/** As long as the open jobs take at the pace of those that are final: at least 1, at most MOST_S. */
function retryAfterS({ jobs, createdAt }: z.input<typeof BatchView>): number {
  const open = jobs.scheduled + jobs.queued + jobs.running
  const final = jobs.succeeded + jobs.failed + jobs.cancelled
  const elapsedS = (Date.now() - createdAt.getTime()) / 1000
  const left = final === 0 ? elapsedS / 10 : (elapsedS / final) * open
  return Math.min(Math.max(Math.ceil(left), 1), MOST_S)
}

export const batchRoutes = [showBatch]
