// Shows a job: the thing a client follows, by asking now and then or by waiting for it to change.
import { z } from 'zod'
import { idSchema, type JobId } from '../../../lib/ids.ts'
import { applied, WaitHeaders } from '../../follow/prefer.ts'
import { matches, type Snapshot } from '../../follow/snapshot.ts'
import { waitUntil } from '../../follow/wait.ts'
import { JobView } from '../../presenters/job.ts'
import { route } from '../../route.ts'

const optional = true as const
const followHeaders = {
  ETag: 'Of exactly this body: send it as If-None-Match, or to `/events` as Last-Event-ID.',
  'Retry-After': { description: 'In how many seconds it is worth to ask again; none when the job is final.', optional },
  'Preference-Applied': { description: 'How long the answer was waited for at most: `wait=N`.', optional },
}

export const showJob = route({
  method: 'get',
  path: '/v1/jobs/:id',
  summary: 'Follow a job',
  description:
    'Ask again after `Retry-After`, with the `ETag` as `If-None-Match`; or send `Prefer: wait=25` and be answered as soon as the job is final; or, with both, as soon as it is another. Live: `/v1/jobs/{id}/events`.',
  params: z.object({ id: idSchema<JobId>() }),
  headers: WaitHeaders.extend({
    'if-none-match': z.string().optional().meta({
      description: 'The ETag you have: nothing is sent, or with `wait` waited for, but another job than that.',
    }),
  }),
  answers: {
    200: {
      description: 'The job; with `wait` it is final, or another than If-None-Match.',
      body: JobView,
      headers: followHeaders,
    },
    202: {
      description: 'The job as it is when the time of `wait` is up: it is not final yet.',
      body: JobView,
      headers: { ...followHeaders, Location: 'Where the job is.' },
    },
    304: { description: 'The job is the one you have, also when the time of `wait` is up.', headers: followHeaders },
  },
  problems: ['too-many-followers', 'overloaded'],
  async handle(request) {
    const { params, headers: asked, accountId, deps } = request
    const { prefer: seconds, 'if-none-match': known } = asked
    const { waiters, read, retryAfter } = deps.following
    const isKnown = (snapshot: Snapshot) => matches(known, snapshot.etag)
    const isEnough = (snapshot: Snapshot) => snapshot.final || (known !== undefined && !isKnown(snapshot))
    const seen = await read(accountId, params.id)
    const job = seconds ? await waitUntil(waiters, seen, isEnough, seconds, request.signal) : seen
    const headers = {
      ETag: job.etag,
      // A cache that asked on its own with the tag it holds would change what is waited for.
      'Cache-Control': 'no-store',
      'Content-Type': 'application/json; charset=utf-8',
      ...retryAfter(job),
      ...applied(seconds),
    }
    if (isKnown(job)) return { status: 304, body: undefined, headers }
    if (!seconds || isEnough(job)) return { status: 200, body: job.json, headers }
    return { status: 202, body: job.json, headers: { ...headers, Location: `/v1/jobs/${params.id}` } }
  },
})
