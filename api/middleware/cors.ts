// Lets the pages of named origins use the API from a browser (https://fetch.spec.whatwg.org/#http-cors-protocol). Other origins
// get no such header, so that their browsers keep every answer from them. No cookie is ever taken: callers send their key.
import cors from '@koa/cors'
import type { Middleware } from 'koa'
import type { Context } from '../route.ts'
import { isUnder } from './prefix.ts'

/** What a page may read of an answer, besides what every page may. */
const EXPOSED = [
  'ETag',
  'Link',
  'Location',
  'Retry-After',
  'Idempotency-Replayed',
  'Preference-Applied',
  'RateLimit',
  'RateLimit-Policy',
  'X-Request-Id',
]

/** What a page may send. */
const ALLOWED = ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-None-Match', 'Last-Event-ID', 'Prefer']

/** How long a browser need not ask again, in seconds: what Chromium takes at most. */
const MAX_AGE_S = 7_200

/**
 * Stands before whatever may refuse a request: a preflight carries no key, and a page is to read why it was refused.
 * @param origins exactly as browsers write them; never a wildcard
 */
export function shareWith(prefixes: string[], origins: readonly string[]): Middleware {
  if (origins.length === 0) return (_ctx, next) => next()
  const share = cors({
    // Nothing but what was configured is ever echoed.
    origin: (ctx) => origins.find((origin) => origin === ctx.get('Origin')) ?? '',
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    allowHeaders: ALLOWED,
    exposeHeaders: EXPOSED,
    maxAge: MAX_AGE_S,
    // Problems are answered further out, on the same response: its headers stay.
    keepHeadersOnError: false,
  })
  return (ctx: Context, next) =>
    prefixes.some((prefix) => isUnder(prefix, ctx.path)) ? share(ctx as never, next) : next()
}
