// Finds out whose request it is. Everything under the prefix needs a key (`Authorization: Bearer …`, RFC 6750 §2.1).
import type { Middleware } from 'koa'
import { findKey } from '../../lib/api-keys.ts'
import type { Db } from '../../lib/db.ts'
import { AppError } from '../../lib/errors.ts'
import { isUnder } from './prefix.ts'

export const authenticate =
  (prefix: string, db: Db): Middleware =>
  async (ctx, next) => {
    if (!isUnder(prefix, ctx.path)) return next()
    const [, key] = /^Bearer +(\S+)$/i.exec(ctx.get('Authorization')) ?? []
    const found = key ? await findKey(db, key) : undefined
    if (!found) throw new AppError('unauthorized', 'Send your API key as: Authorization: Bearer <key>')
    ctx.state.accountId = found.accountId
    ctx.state.keyId = found.id
    return next()
  }
