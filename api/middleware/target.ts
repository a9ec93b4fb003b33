// Refuses a request whose target cannot be read: what comes after may take the path for granted. An absolute one, as proxies
// send it (RFC 9112 §3.2.2), is taken for its path.
import type { Middleware } from 'koa'
import { AppError } from '../../lib/errors.ts'

/** @throws AppError malformed-target */
export const readTarget: Middleware = (ctx, next) => {
  const { url = '' } = ctx.req
  if (!url.startsWith('/')) {
    const absolute = URL.canParse(url) ? new URL(url) : undefined
    ctx.req.url = '/'
    if (!absolute?.host) throw new AppError('malformed-target', 'The target of the request is not a path.')
    ctx.req.url = absolute.pathname + absolute.search
  }
  return next()
}
