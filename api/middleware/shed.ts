// Refuses, quickly and before anything is done, what could only wait: while PostgreSQL is slow or overrun, and when the bodies
// in memory have reached their bound. So memory does not grow with the load. Operators' and health routes are never refused.
import type { Middleware } from 'koa'
import { TryLater } from '../../lib/errors.ts'
import type { ApiLimits } from '../../lib/limits/api-limits.ts'
import { LARGE_LIMIT_BYTES, LIMIT_BYTES } from '../request/body.ts'
import type { Context } from '../route.ts'
import { isUnder } from './prefix.ts'

/** Not all at the same moment again. */
const retryAfterS = () => 1 + Math.floor(3 * Math.random())

/** What accounts and providers call. */
const SHED = ['/v1', '/webhooks']

/** Before anything asks the database: even whose key it is must be looked up there. */
export const shedWhileSlow =
  (limits: ApiLimits | undefined): Middleware =>
  (ctx, next) => {
    refuseWhileSlow(ctx.path, limits)
    return next()
  }

/**
 * Asked again when the body is there: those that were let in while few waited may have become many.
 * @throws TryLater overloaded
 */
export function refuseWhileSlow(path: string, limits: ApiLimits | undefined): void {
  if (!limits || !SHED.some((prefix) => isUnder(prefix, path))) return
  const { waits, mostWaiting, longestWaitMs } = limits
  if (waits.waiting() < mostWaiting && waits.waitedMs() < longestWaitMs) return
  throw new TryLater('overloaded', 'More is asked of the database than it answers; nothing was done.', retryAfterS())
}

/** Takes room for the request's body for as long as it is worked on. An account has its share of it, and so has the world. */
export const boundBodies =
  (prefix: string, limits: ApiLimits | undefined): Middleware =>
  async (ctx: Context, next) => {
    const bytes = bytesOf(ctx)
    if (!limits || bytes === 0 || !isUnder(prefix, ctx.path)) return next()
    const room = limits.bodies.take(ctx.state.accountId ?? prefix, bytes)
    if (!room) throw new TryLater('overloaded', 'Too much is being sent at once; nothing was done.', retryAfterS())
    ctx.state.room = room
    try {
      return await next()
    } finally {
      room.giveBack()
    }
  }

/** How much of a body may come to be in memory at once: what it says, unless it is packed or does not say. Once it is read that is known. */
function bytesOf({ path, req: { headers } }: Context): number {
  const { 'content-length': length, 'transfer-encoding': chunked, 'content-encoding': packed } = headers
  const most = isUnder('/v1/jobs/batch', path) ? LARGE_LIMIT_BYTES : LIMIT_BYTES
  if (chunked !== undefined || (packed !== undefined && length !== undefined)) return most
  return Math.min(Number(length ?? 0) || 0, most)
}
