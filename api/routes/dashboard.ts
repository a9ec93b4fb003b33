// The Bull dashboard: what the engine holds. It is a view: pausing a queue works; a job removed here is handed over again,
// because the rows in PostgreSQL are the truth. Retrying here would do nothing, so it is not offered, and adding would put
// data into the engine that no row stands for, so it is refused.
import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { KoaAdapter } from '@bull-board/koa'
import type { Queue } from 'bullmq'
import type { Middleware } from 'koa'
import type { Engine } from '../../lib/engine/index.ts'
import { AppError } from '../../lib/errors.ts'
import { queues } from '../../lib/queues.ts'

export function dashboard(path: string, engine: Engine): Middleware {
  const serverAdapter = new KoaAdapter().setBasePath(path)
  createBullBoard({
    // The dashboard takes a BullMQ queue of any backend; its type names Redis's.
    queues: queues.map((name) => new BullMQAdapter(engine.queue(name) as unknown as Queue, { allowRetries: false })),
    serverAdapter,
    options: { uiConfig: { boardTitle: 'Errand' } },
  })
  const show = serverAdapter.registerPlugin()
  const adding = new RegExp(`^${path}/api/queues/[^/]+/add/?$`, 'i')
  return (ctx, next) => {
    if (adding.test(ctx.path))
      throw new AppError('forbidden', 'Work is handed over through the API, not the dashboard.')
    return show(ctx as never, next)
  }
}
