// One log line a request, with an id the caller can quote. Of the path it names the route only: paths carry addresses
// (invariant 10).
import { randomUUID } from 'node:crypto'
import type { Middleware } from 'koa'
import type { Logger } from '../../lib/logger.ts'
import type { Context } from '../route.ts'
import { isUnder } from './prefix.ts'

export const logRequests =
  (log: Logger): Middleware =>
  async (ctx, next) => {
    const requestId = randomUUID()
    const startedAt = performance.now()
    ctx.set('X-Request-Id', requestId)
    await next()
    const durationMs = Math.round(performance.now() - startedAt)
    log.info({ requestId, method: ctx.method, route: routeOf(ctx), status: ctx.status, durationMs }, 'request')
  }

const AREAS = ['/v1', '/ops', '/metrics', '/webhooks', '/problems']

/** The route's pattern, as @koa/router leaves it behind; where none was reached, the part of the API at most. */
const routeOf = (ctx: Context & { _matchedRoute?: unknown }): string =>
  ctx._matchedRoute ? String(ctx._matchedRoute) : (AREAS.find((area) => isUnder(area, ctx.path)) ?? 'none')
