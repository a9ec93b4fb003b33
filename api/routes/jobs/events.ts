// Follows a job live: server-sent events, read with fetch, because an EventSource cannot send the key.
import { z } from 'zod'
import { idSchema, type JobId } from '../../../lib/ids.ts'
import { frame, streamEvents } from '../../follow/events.ts'
import { readJob } from '../../follow/read.ts'
import { takeSnapshot } from '../../follow/snapshot.ts'
import { jobExample } from '../../presenters/examples.ts'
import { route } from '../../route.ts'

export const followJob = route({
  method: 'get',
  path: '/v1/jobs/:id/events',
  summary: 'Follow a job live',
  description:
    'Server-sent events, until the job is final (this page shows them then). Who was cut off sends the id of the last event as `Last-Event-ID`, as `EventSource` does by itself, and misses nothing that still matters.',
  operationId: 'followJob',
  params: z.object({ id: idSchema<JobId>() }),
  headers: z.object({
    'last-event-id': z
      .string()
      .optional()
      .meta({ description: 'The id of the last event, which is its ETag: nothing is sent until the job is another.' }),
  }),
  answers: {
    200: {
      description:
        'Events named `job`, each with the whole job as it is then as its data; of quick changes the last. It ends after the final one. Read them with `fetch`: an `EventSource` cannot send the Authorization header.',
      mediaType: 'text/event-stream',
      example: frame({ etag: '"2b1-q0UbzO7mR5mQxZp5rS2xN2kq4wE"', json: JSON.stringify(jobExample) }),
    },
    204: { description: 'You have seen the final event: do not connect again.' },
  },
  problems: ['too-many-followers', 'overloaded'],
  async handle({ params: { id }, headers: { 'last-event-id': lastEventId }, accountId, signal, deps }) {
    const seen = takeSnapshot(await readJob(deps.db, accountId, id))
    if (seen.final && seen.etag === lastEventId) return { status: 204, body: undefined }
    const seat = deps.following.waiters.join(accountId, id, signal)
    const headers = {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
      // nginx would hold the events back.
      'X-Accel-Buffering': 'no',
    }
    return { status: 200, body: streamEvents(seat, seen, lastEventId), headers }
  },
})
