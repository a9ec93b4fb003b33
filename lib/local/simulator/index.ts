// The payment simulator: a stateful server that speaks the part of Stripe's HTTP API that Errand uses, so that the real
// `stripe` package runs against it, and that misbehaves on demand. For laptops and tests; it moves no money.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Router from '@koa/router'
import Koa from 'koa'
import { Books } from './books.ts'
import { answerCalls } from './calls.ts'
import { controlRoutes } from './control-routes.ts'
import { type Controls, createControls } from './controls.ts'
import { endpoints } from './endpoints.ts'
import { StripeError } from './errors.ts'
import { FaultScript } from './faults.ts'
import { IdempotencyKeys } from './idempotency.ts'
import { type Webhook, Webhooks } from './webhooks.ts'

export interface Simulator {
  url: string
  books: Books
  faults: FaultScript
  webhooks: Webhooks
  controls: Controls
  /** Where events go from now on; nowhere where absent, and what waits is forgotten. @throws ZodError */
  setWebhook(webhook: Webhook | undefined): void
  stop(): Promise<void>
}

interface Options {
  port?: number
  /** File that keeps the books over restarts. */
  journal?: string
  /** Where events go, to begin with. */
  webhook?: Webhook | undefined
}

/** Starts the simulator on loopback; a port the system chooses where none is given. @throws ZodError for a bad webhook */
export async function startSimulator({ port = 0, journal, webhook }: Options = {}): Promise<Simulator> {
  const books = new Books(journal)
  const faults = new FaultScript()
  const webhooks = new Webhooks()
  const controls = createControls(books, faults, webhooks)
  const keys = new IdempotencyKeys()
  webhooks.set(webhook)
  books.onEvent((event) => webhooks.send(event))

  const router = new Router()
  for (const endpoint of endpoints)
    router.register(endpoint.path, [endpoint.method], answerCalls(endpoint, { books, faults, keys }))
  const app = new Koa()
  app.use(async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      if (!(error instanceof StripeError)) throw error
      ctx.status = error.status
      ctx.body = error.body
    }
  })
  app.use(router.routes())
  app.use(controlRoutes({ controls, faults, webhooks }).routes())
  const server = createServer(app.callback())
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    books,
    faults,
    webhooks,
    controls,
    setWebhook: (target) => webhooks.set(target),
    stop: async () => {
      await webhooks.stop()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}
