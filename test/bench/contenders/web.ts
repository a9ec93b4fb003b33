// What the web programs beside Errand have in common: Koa, the requests they take, `{fill: N}` from their parent, and their end.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Router from '@koa/router'
import parse from 'co-body'
import Koa from 'koa'
import { createLogger } from '../../../lib/logger.ts'
import { announceReady, closeOnSignal } from '../../../lib/shutdown.ts'
import { settings } from './settings.ts'

export interface JobStore {
  /** @returns the id of the job. */
  add(type: string, input: object): Promise<string>
  /** Puts in so many jobs that do nothing, by the fastest bulk call there is. */
  fill(n: number): Promise<unknown>
  /** The job; where `waitMs` is above 0, when it is finished, or that time is over. */
  show?(id: string, waitMs: number): Promise<object | undefined>
  close(): Promise<unknown>
}

const CLOSE_WITHIN_MS = 10_000

/** Serves `POST /jobs` and, where the store can, `GET /jobs/:id[?wait=<seconds>]`. */
export async function serveJobs({ add, fill, show, close }: JobStore): Promise<void> {
  const router = new Router()
  router.post('/jobs', async (ctx) => {
    const { type, input }: { type: string; input: object } = await parse.json(ctx.req)
    ctx.status = 202
    ctx.body = { id: await add(type, input) }
  })
  if (show)
    router.get('/jobs/:id', async (ctx) => {
      ctx.body = (await show(String(ctx.params.id), Number(ctx.query.wait ?? 0) * 1000)) ?? null
      if (!ctx.body) ctx.status = 404
    })
  process.on('message', async (message: { fill?: number }) => {
    if (message.fill === undefined) return
    await fill(message.fill)
    process.send?.({ filled: message.fill })
  })
  await serve(router, close)
}

/** Serves routes until the program is told to end. */
export async function serve(router: Router, close: () => Promise<unknown>): Promise<void> {
  const server = createServer(new Koa().use(router.routes()).callback())
  await new Promise<void>((resolve) => server.listen(settings.port, '127.0.0.1', resolve))
  closeOnSignal(createLogger('contender', 'warn'), CLOSE_WITHIN_MS, async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
    await close()
  })
  announceReady({ port: (server.address() as AddressInfo).port })
}

/** Calls `add` for 0 … n − 1 in runs of at most `size`. */
export async function inChunks<Item>(
  n: number,
  size: number,
  item: (index: number) => Item,
  add: (items: Item[]) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < n; from += size)
    await add(Array.from({ length: Math.min(size, n - from) }, (_, index) => item(from + index)))
}
