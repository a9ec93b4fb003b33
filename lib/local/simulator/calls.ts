// One call of the API, from its form to its answer or to the fault that is played instead of it.
import { setTimeout as delay } from 'node:timers/promises'
import parse from 'co-body'
import type { Context, Middleware } from 'koa'
import type { Books } from './books.ts'
import { type Endpoint, nameOf } from './endpoints.ts'
import { keyInUse, rateLimited, StripeError, unauthorized } from './errors.ts'
import type { Fault, FaultScript } from './faults.ts'
import type { Form } from './form.ts'
import type { IdempotencyKeys, Reply } from './idempotency.ts'

const SILENT_MS = 30_000
const serverError: Reply = { status: 500, body: { error: { type: 'api_error', message: 'An unknown error occurred' } } }

/** The context of a route with a path of its own. */
export type RouteContext = Context & { params: Record<string, string | undefined> }

interface Played {
  books: Books
  faults: FaultScript
  keys: IdempotencyKeys
}

/** Answers the calls of one endpoint. Reading needs no key of the API: the books may be looked at in a browser. */
export function answerCalls(endpoint: Endpoint, { books, faults, keys }: Played): Middleware {
  const writes = endpoint.method === 'POST'
  return async (context) => {
    const ctx = context as RouteContext
    const form: Form = writes ? await parse.form(ctx.req) : { ...ctx.query }
    if (writes && !ctx.get('Authorization').startsWith('Bearer sk_')) throw unauthorized()
    const fault = faults.next(nameOf(endpoint))
    if (fault?.do === 'cut') return disconnect(ctx, 0)
    refuse(fault)
    const work = async (): Promise<Reply> => {
      if (fault?.do === 'delay') await delay(fault.ms)
      const takesMs = endpoint.takesMs?.(books, form, ctx.params.id ?? '')
      if (takesMs) await delay(takesMs)
      if (fault?.do === 'error') return serverError
      const done = answerOf(() => endpoint.work(books, form, ctx.params.id ?? ''))
      return fault?.do === 'error-after' ? serverError : done
    }
    const key = ctx.get('Idempotency-Key')
    const reply = writes && key ? await keys.once(key, `${ctx.path} ${JSON.stringify(form)}`, work) : await work()
    if (fault?.do === 'reset') return disconnect(ctx, 0)
    if (fault?.do === 'silent') return disconnect(ctx, fault.ms ?? SILENT_MS)
    if (reply.replayed) ctx.set('Idempotent-Replayed', 'true')
    ctx.status = reply.status
    ctx.body = reply.body
  }
}

/** The faults that come before the key is looked at. */
function refuse(fault: Fault | undefined): void {
  if (fault?.do === 'conflict') throw keyInUse()
  if (fault?.do === 'rate-limit') throw rateLimited()
  if (fault?.do === 'unauthorized') throw unauthorized()
}

/** Never answers; cuts the connection after `ms`. */
function disconnect(ctx: Context, ms: number): void {
  const { socket } = ctx.req
  ctx.respond = false
  const cut = setTimeout(() => socket.destroy(), ms)
  socket.once('close', () => clearTimeout(cut))
}

/** An error of the endpoint is an answer too, and stored for its key. */
function answerOf(endpoint: () => unknown): Reply {
  try {
    return { status: 200, body: endpoint() }
  } catch (error) {
    if (error instanceof StripeError) return { status: error.status, body: error.body }
    throw error
  }
}
