// One log line a request, with an id the caller can quote.
import type { Middleware } from 'koa'
import { newId } from '../../lib/ids.ts'
import type { Logger } from '../../lib/logger.ts'

export const logRequests =
  (log: Logger): Middleware =>
  async (ctx, next) => {
    const requestId: string = newId()
    const startedAt = performance.now()
    ctx.set('X-Request-Id', requestId)
    await next()
    const durationMs = Math.round(performance.now() - startedAt)
    log.info({ requestId, method: ctx.method, path: ctx.path, status: ctx.status, durationMs }, 'request')
  }
