// Puts routes on a router: parse the path, the headers and the body, call the handler, write its answer.
import Router from '@koa/router'
import type { Middleware } from 'koa'
import type { z } from 'zod'
import { AppError, InvalidRequest } from '../lib/errors.ts'
import type { AccountId } from '../lib/ids.ts'
import { MAX_ERRORS, pointerStep, validate } from '../lib/validate.ts'
import type { ApiDeps } from './deps.ts'
import { refuseWhileSlow } from './middleware/shed.ts'
import { hasBody, LARGE_LIMIT_BYTES, LIMIT_BYTES, readBody, readUntouched } from './request/body.ts'
import { readIdempotencyKey } from './request/idempotency-key.ts'
import { type BodyStream, openStream } from './request/stream.ts'
import type { Context, Request, Route } from './route.ts'

export function mountRoutes(routes: Route[], deps: ApiDeps): Middleware {
  // A router compares a path with each of its routes: one for each resource has few.
  const areas = new Map(
    [...new Set(routes.map(areaOf))].map((area) => [
      area,
      openRouter(
        routes.filter((route) => areaOf(route) === area),
        deps,
      ),
    ]),
  )
  return (ctx, next) => {
    const [, first = '', second = ''] = ctx.path.toLowerCase().split('/', 3)
    const router = areas.get(`${first}/${second}`) ?? areas.get(first)
    return router ? router(ctx as never, next) : next()
  }
}

/** What the routes of a resource have in common: `v1/jobs` of `/v1/jobs/:id`, `docs` of `/docs/:part`. */
function areaOf({ path }: Route): string {
  const [, first = '', second = ':'] = path.toLowerCase().split('/', 3)
  return second.startsWith(':') ? first : `${first}/${second}`
}

function openRouter(routes: Route[], deps: ApiDeps) {
  const router = new Router()
  for (const route of routes) {
    router[route.method](route.path, async (ctx) => {
      const request = await readRequest(route, ctx, deps)
      refuseWhileSlow(route.path, deps.limits)
      const answer = await route.handle(request as Request<never, never, never, never>)
      ctx.status = answer.status
      if (answer.headers) ctx.set(answer.headers)
      ctx.body = answer.body
    })
  }
  const handle = router.routes()
  const refuseMethods = router.allowedMethods()
  return (ctx: never, next: () => Promise<unknown>) => handle(ctx, () => refuseMethods(ctx, next as never))
}

async function readRequest(
  route: Route,
  ctx: Context & { params: Record<string, string> },
  deps: ApiDeps,
): Promise<Request> {
  const params = route.params?.safeParse(ctx.params)
  if (params && !params.success) throw new AppError('not-found', 'There is no such resource.')
  const idempotencyKey =
    route.idempotencyKey && readIdempotencyKey(ctx.headers['idempotency-key'], route.idempotencyKey)
  return {
    params: (params?.data ?? ctx.params) as Record<string, string>,
    query: route.query && readQuery(route.query, ctx.query),
    headers: route.headers && validate(route.headers, ctx.headers),
    body: await readBodyOf(route, ctx, deps),
    signed: {
      body: route.signatureHeader ? await readUntouched(ctx.req, boundsOf(ctx, deps)) : Buffer.alloc(0),
      signature: route.signatureHeader ? ctx.get(route.signatureHeader) : '',
    },
    stream: (route.stream && openStream(ctx.req, route.stream)) as BodyStream,
    accountId: ctx.state.accountId as AccountId,
    keyId: ctx.state.keyId,
    method: ctx.method,
    path: ctx.path,
    idempotencyKey,
    bytes: bytesOf(ctx.headers),
    // Made for those who wait alone.
    get signal() {
      return closing(ctx)
    },
    deps,
  }
}

/** @throws InvalidRequest also for what is given twice: which of the two was meant is not guessed. */
function readQuery(schema: z.ZodType, query: Context['query']): unknown {
  const twice = Object.entries(query).filter(([, value]) => Array.isArray(value))
  if (twice.length) {
    const detail = 'is given more than once; several values are separated by commas'
    throw new InvalidRequest(twice.slice(0, MAX_ERRORS).map(([name]) => ({ pointer: `#${pointerStep(name)}`, detail })))
  }
  return validate(schema, { ...query })
}

const bytesOf = ({ 'content-length': length, 'content-encoding': packed }: Context['headers']) =>
  packed === undefined && length !== undefined ? Number(length) : Number.POSITIVE_INFINITY

async function readBodyOf({ body, bodyOptional, largeBody }: Route, ctx: Context, deps: ApiDeps): Promise<unknown> {
  if (!body) return undefined
  if (bodyOptional && !hasBody(ctx.req)) return validate(body, {})
  const bytes = largeBody ? LARGE_LIMIT_BYTES : LIMIT_BYTES
  return validate(body, await readBody(ctx.req, { ...boundsOf(ctx, deps), bytes }))
}

const boundsOf = ({ state }: Context, { limits }: ApiDeps) => ({
  withinMs: limits?.bodyWithinMs,
  whenRead: state.room?.shrinkTo,
})

/** One for all: each would cost more than the rest of its request's end. */
const HUNG_UP = new Error('the connection is closed')

/** @returns a signal that is aborted when the connection closes, or the answer was sent. */
function closing({ res }: Context): AbortSignal {
  const controller = new AbortController()
  // It may have closed while the request was read.
  if (res.closed) controller.abort(HUNG_UP)
  else res.once('close', () => controller.abort(HUNG_UP))
  return controller.signal
}
