// Whether this process runs (`/healthz`) and can accept work (`/readyz`). Accepting needs PostgreSQL alone; a lost engine is
// shown, but does not make the API unready (invariant 1).
import { z } from 'zod'
import { route } from '../route.ts'

const Live = z.strictObject({ status: z.literal('ok') })

const Ready = z.strictObject({
  status: z.literal('ready'),
  engine: z.strictObject({ kind: z.enum(['postgres', 'redis']), reachable: z.boolean() }),
})

const live = route({
  method: 'get',
  path: '/healthz',
  summary: 'Whether the process runs',
  operationId: 'getHealth',
  answers: { 200: { description: 'It does.', body: Live } },
  handle: async () => ({ status: 200, body: { status: 'ok' } }),
})

const ready = route({
  method: 'get',
  path: '/readyz',
  summary: 'Whether the process can accept work',
  operationId: 'getReadiness',
  answers: { 200: { description: 'It can.', body: Ready } },
  async handle({ deps: { db, engine } }) {
    await db.raw('SELECT 1')
    const reachable = await engine.ping().then(
      () => true,
      () => false,
    )
    return { status: 200, body: { status: 'ready', engine: { kind: engine.kind, reachable } } }
  },
})

export const healthRoutes = [live, ready]
