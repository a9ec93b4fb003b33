// Finds out whose request it is. Everything under the prefix needs a key (`Authorization: Bearer …`, RFC 6750 §2.1).
import type { Middleware } from 'koa'
import type { FindKey } from '../../lib/api-keys.ts'
import { AppError } from '../../lib/errors.ts'
import { isUnder } from './prefix.ts'

export const authenticate =
  (prefix: string, findKey: FindKey): Middleware =>
  async (ctx, next) => {
    if (!isUnder(prefix, ctx.path)) return next()
    const [, key] = /^Bearer +(\S+)$/i.exec(ctx.get('Authorization')) ?? []
    const found = key ? await findKey(key) : undefined
    if (!found) throw new AppError('unauthorized', 'Send your API key as: Authorization: Bearer <key>')
    ctx.state.accountId = found.accountId
    ctx.state.keyId = found.id
    return next()
  }
