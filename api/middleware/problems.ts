// Every answer that is an error is a problem object (RFC 9457). What went wrong on our side stays in the log.
import type { Middleware } from 'koa'
import { isDatabaseFailure } from '../../lib/db.ts'
import { AppError, TryLater } from '../../lib/errors.ts'
import type { Logger } from '../../lib/logger.ts'
import { type ProblemCode, problem, toProblem } from '../../lib/problems.ts'
import type { Context } from '../route.ts'

/** Of a body that was not read to its end. */
const UNREAD = [408, 413, 415]
const byStatus: Record<number, ProblemCode> = { 404: 'not-found', 405: 'method-not-allowed', 501: 'method-not-allowed' }

export const answerProblems =
  (log: Logger): Middleware =>
  async (ctx, next) => {
    try {
      await next()
      const code = byStatus[ctx.status]
      // The path is not repeated: it may hold anything (invariant 10).
      if (code && !ctx.body) answer(ctx, problem(code, `${ctx.method} on this path is not something this API does.`))
    } catch (error) {
      const unavailable = isDatabaseFailure(error)
      if (!(error instanceof AppError))
        log.error({ err: error, requestId: ctx.response.get('X-Request-Id'), method: ctx.method }, 'request failed')
      if (unavailable) ctx.set('Retry-After', '5')
      if (error instanceof TryLater) ctx.set('Retry-After', String(error.retryAfterS))
      answer(ctx, toProblem(error, unavailable ? 'unavailable' : 'internal'))
    }
  }

function answer(ctx: Context, body: ReturnType<typeof problem>): void {
  ctx.status = body.status
  if (body.status === 401) ctx.set('WWW-Authenticate', 'Bearer')
  // The rest of it would be taken for the next request.
  if (UNREAD.includes(body.status)) ctx.set('Connection', 'close')
  ctx.body = body
  ctx.type = 'application/problem+json'
}
