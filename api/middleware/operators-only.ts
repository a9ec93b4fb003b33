// The operators' pages ask for a login (HTTP Basic, RFC 7617), and take changes from their own pages only.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Middleware } from 'koa'
import { AppError } from '../../lib/errors.ts'
import type { Context } from '../route.ts'
import { isUnder } from './prefix.ts'

interface Operator {
  email: string
  password: string
}

const digest = (text: string) => createHash('sha256').update(text).digest()

export const operatorsOnly =
  (prefix: string, operator: Operator | undefined): Middleware =>
  async (ctx, next) => {
    if (!isUnder(prefix, ctx.path)) return next()
    if (!operator) throw new AppError('not-found', 'No operator is configured.')
    if (!mayEnter(ctx.get('Authorization'), operator)) {
      ctx.set('WWW-Authenticate', 'Basic realm="Errand operators", charset="UTF-8"')
      ctx.status = 401
      ctx.body = 'Log in as an operator.\n'
      return
    }
    if (!['GET', 'HEAD'].includes(ctx.method) && isForeign(ctx)) {
      throw new AppError('forbidden', 'Changes are taken from the operators’ own pages only.')
    }
    return next()
  }

function mayEnter(authorization: string, { email, password }: Operator): boolean {
  const [, encoded] = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(authorization) ?? []
  if (!encoded) return false
  const given = Buffer.from(encoded, 'base64').toString()
  return timingSafeEqual(digest(given), digest(`${email}:${password}`))
}

/**
 * Whether another site made the browser send this: it sends the login along (CSRF). Fetch metadata tells; a browser that
 * sends none, as to a plain-HTTP host, still names the Origin.
 */
function isForeign(ctx: Context): boolean {
  const site = ctx.get('Sec-Fetch-Site')
  if (site) return site !== 'same-origin'
  const origin = ctx.get('Origin')
  if (!origin) return false
  return !URL.canParse(origin) || new URL(origin).host !== ctx.host
}
