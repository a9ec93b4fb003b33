// Whether this process runs (`/healthz`) and can accept work (`/readyz`). Accepting needs PostgreSQL alone; a lost engine is
// shown, but does not make the API unready (invariant 1).
import { route } from '../route.ts'

const live = route({
  method: 'get',
  path: '/healthz',
  summary: 'Whether the process runs',
  answers: { 200: 'It does.' },
  handle: async () => ({ status: 200, body: { status: 'ok' } }),
})

const ready = route({
  method: 'get',
  path: '/readyz',
  summary: 'Whether the process can accept work',
  answers: { 200: 'It can.', 503: 'The database does not answer.' },
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
