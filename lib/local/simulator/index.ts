// The payment simulator: a stateful server that speaks the part of Stripe's HTTP API that Errand uses, so that the real
// `stripe` package runs against it, and that misbehaves on demand. For laptops and tests; it moves no money.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import Router from '@koa/router'
import parse from 'co-body'
import Koa from 'koa'
import { Books } from './books.ts'
import {
  cancelIntent,
  confirmIntent,
  createIntent,
  createRefund,
  type Form,
  list,
  readIntent,
  readRefund,
} from './endpoints.ts'
import { StripeError } from './errors.ts'
import { FaultScript, readFaults } from './faults.ts'
import { IdempotencyKeys, type Reply } from './idempotency.ts'

export interface Simulator {
  url: string
  books: Books
  faults: FaultScript
  stop(): Promise<void>
}

interface Options {
  port?: number
  /** File that keeps the books over restarts. */
  journal?: string
}

type Endpoint = (id: string, form: Form) => unknown

/** Starts the simulator on loopback; a port the system chooses where none is given. */
export async function startSimulator({ port = 0, journal }: Options = {}): Promise<Simulator> {
  const books = new Books(journal)
  const faults = new FaultScript()
  const keys = new IdempotencyKeys()
  const router = new Router()

  const playable: string[] = []
  const write = (path: string, endpoint: Endpoint) => {
    playable.push(`POST ${path}`)
    router.post(path, async (ctx) => {
      const form: Form = await parse.form(ctx.req)
      if (!ctx.get('Authorization').startsWith('Bearer sk_'))
        throw new StripeError(401, 'invalid_request_error', 'Invalid API Key provided')
      const fault = faults.next(`POST ${path}`)
      const fingerprint = `${ctx.path} ${JSON.stringify(form)}`
      const reply = await keys.once(ctx.get('Idempotency-Key') || undefined, fingerprint, async () => {
        if (fault?.do === 'delay') await delay(fault.ms)
        if (fault?.do === 'error') return serverError
        const done = answerOf(() => endpoint(ctx.params.id ?? '', form))
        return fault?.do === 'error-after' ? serverError : done
      })
      if (fault?.do === 'reset') {
        ctx.respond = false
        ctx.req.socket.destroy()
        return
      }
      if (reply.replayed) ctx.set('Idempotent-Replayed', 'true')
      ctx.status = reply.status
      ctx.body = reply.body
    })
  }

  write('/v1/payment_intents', (_, form) => createIntent(books, form))
  write('/v1/payment_intents/:id/confirm', (id) => confirmIntent(books, id))
  write('/v1/payment_intents/:id/cancel', (id) => cancelIntent(books, id))
  write('/v1/refunds', (_, form) => createRefund(books, form))
  router.get('/v1/payment_intents/:id', (ctx) => {
    ctx.body = readIntent(books, ctx.params.id ?? '')
  })
  router.get('/v1/payment_intents', (ctx) => {
    ctx.body = list(books.intents.values(), '/v1/payment_intents', ctx.query)
  })
  router.get('/v1/refunds/:id', (ctx) => {
    ctx.body = readRefund(books, ctx.params.id ?? '')
  })
  router.get('/v1/refunds', (ctx) => {
    const of = ctx.query.payment_intent
    const wanted = [...books.refunds.values()].filter((refund) => of === undefined || refund.payment_intent === of)
    ctx.body = list(wanted, '/v1/refunds', ctx.query)
  })
  router.post('/faults', async (ctx) => {
    const script: unknown = await parse.json(ctx.req)
    try {
      faults.load(readFaults(script, playable))
    } catch (error) {
      throw new StripeError(400, 'invalid_request_error', error instanceof Error ? error.message : 'not a fault script')
    }
    ctx.body = { played: faults.played }
  })

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
  const server = createServer(app.callback())
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    books,
    faults,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const serverError: Reply = { status: 500, body: { error: { type: 'api_error', message: 'An unknown error occurred' } } }

/** An error of the endpoint is an answer too, and stored for its key. */
function answerOf(endpoint: () => unknown): Reply {
  try {
    return { status: 200, body: endpoint() }
  } catch (error) {
    if (error instanceof StripeError) return { status: error.status, body: error.body }
    throw error
  }
}
