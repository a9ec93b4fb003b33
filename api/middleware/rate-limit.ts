// So many requests of one key, and of all keys of one account. Each answer says what is left (RateLimit, RateLimit-Policy);
// who has used it up gets a 429 that says when to come back. Reads and writes count alike.
import type { Middleware } from 'koa'
import { TryLater } from '../../lib/errors.ts'
import type { ApiLimits } from '../../lib/limits/api-limits.ts'
import type { Meter } from '../../lib/limits/meter.ts'
import { type Count, inSeconds, limitItem, policyItem } from '../../lib/limits/quota.ts'
import type { Context } from '../route.ts'
import { isUnder } from './prefix.ts'

/** Stands behind `authenticate`: only good keys are counted here. */
export const limitRate =
  (prefix: string, limits: ApiLimits | undefined): Middleware =>
  async (ctx: Context, next) => {
    const { accountId, keyId } = ctx.state
    if (!limits || !accountId || !keyId || !isUnder(prefix, ctx.path)) return next()
    const counts = await countAll([
      [limits.perKey, keyId],
      [limits.perAccount, accountId],
    ])
    if (counts.length === 0) return next()
    ctx.set('RateLimit-Policy', counts.map(({ meter }) => policyItem(meter.name, meter.quota)).join(', '))
    ctx.set('RateLimit', counts.map(({ meter, ...left }) => limitItem(meter.name, left)).join(', '))
    const exceeded = counts.find((each) => each.exceeded)
    if (!exceeded) return next()
    const { meter, resetMs } = exceeded
    throw new TryLater('rate-limited', `Too many requests of this ${meter.name}.`, inSeconds(resetMs))
  }

/** Up to the first that is exceeded: what is refused for its key takes nothing from the other keys of the account. */
async function countAll(pairs: [Meter | undefined, string][]): Promise<(Count & { meter: Meter })[]> {
  const counts: (Count & { meter: Meter })[] = []
  for (const [meter, key] of pairs) {
    if (!meter) continue
    const counted = await meter.count(key)
    counts.push({ meter, ...counted })
    if (counted.exceeded) break
  }
  return counts
}
