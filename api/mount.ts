// Puts routes on a router: parse the path, the headers and the body, call the handler, write its answer.
import Router from '@koa/router'
import type { Middleware } from 'koa'
import { AppError } from '../lib/errors.ts'
import type { AccountId } from '../lib/ids.ts'
import { validate } from '../lib/validate.ts'
import type { ApiDeps } from './deps.ts'
import { readBody, readUntouched } from './request/body.ts'
import { readIdempotencyKey } from './request/idempotency-key.ts'
import type { Context, Request, Route } from './route.ts'

export function mountRoutes(routes: Route[], deps: ApiDeps): Middleware {
  const router = new Router()
  for (const route of routes) {
    router[route.method](route.path, async (ctx) => {
      const answer = await route.handle((await readRequest(route, ctx, deps)) as Request<never, never, never>)
      ctx.status = answer.status
      if (answer.headers) ctx.set(answer.headers)
      ctx.body = answer.body
    })
  }
  const handle = router.routes()
  const refuseMethods = router.allowedMethods()
  return (ctx, next) => handle(ctx as never, () => refuseMethods(ctx as never, next))
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
    query: route.query && validate(route.query, { ...ctx.query }),
    body: route.body && validate(route.body, await readBody(ctx.req)),
    signed: {
      body: route.signatureHeader ? await readUntouched(ctx.req) : Buffer.alloc(0),
      signature: route.signatureHeader ? ctx.get(route.signatureHeader) : '',
    },
    accountId: ctx.state.accountId as AccountId,
    method: ctx.method,
    path: ctx.path,
    idempotencyKey,
    deps,
  }
}
