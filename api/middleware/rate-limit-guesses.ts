// Bounds how many wrong keys and logins an address may try. Past it nothing unknown is looked at any more: not even the
// database is asked.
import type { Middleware } from 'koa'
import { TryLater } from '../../lib/errors.ts'
import type { ApiLimits } from '../../lib/limits/api-limits.ts'
import { inSeconds } from '../../lib/limits/quota.ts'
import type { Context } from '../route.ts'
import { isUnder } from './prefix.ts'

/** Stands before whatever looks at the Authorization header. A request without one guesses nothing. */
export const limitGuesses =
  (prefixes: string[], limits: ApiLimits | undefined): Middleware =>
  async (ctx: Context, next) => {
    const credential = ctx.get('Authorization')
    const guesses = limits?.guesses
    if (!guesses || !credential || !prefixes.some((prefix) => isUnder(prefix, ctx.path))) return next()
    const address = addressOf(ctx, limits.proxyHops)
    const guess = guesses.take(address, credential)
    if (!guess) return next()
    if (guess.waitMs > 0) {
      throw new TryLater(
        'rate-limited',
        'Too many unknown credentials came from this address.',
        inSeconds(guess.waitMs),
      )
    }
    try {
      await next()
      if (ctx.status !== 401) guess.wasGood()
    } catch (error) {
      // Whatever went wrong with it, it was known whose request it is.
      if (ctx.state.accountId !== undefined) guess.wasGood()
      throw error
    } finally {
      guess.ended()
    }
  }

/**
 * Whose request it is. What a caller writes into X-Forwarded-For stands to the left of what our own proxies add to it, one
 * address each.
 */
function addressOf(ctx: Context, proxyHops: number): string {
  const added = ctx.get('X-Forwarded-For').split(',')
  const named = proxyHops > 0 ? added.at(-proxyHops)?.trim() : undefined
  return named || (ctx.req.socket.remoteAddress ?? '')
}
