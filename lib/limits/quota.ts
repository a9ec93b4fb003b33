// A quota: so many requests in so many seconds. How settings write it, and how answers say it: RateLimit-Policy and RateLimit
// (draft-ietf-httpapi-ratelimit-headers-11, structured fields, one item a policy).
import { z } from 'zod'

export interface Quota {
  requests: number
  /** Length of its window. */
  seconds: number
}

/** What is left of a quota. */
export interface Count {
  exceeded: boolean
  remaining: number
  /** Until the window ends. */
  resetMs: number
}

const MAX_REQUESTS = 1_000_000_000
const MAX_SECONDS = 24 * 3600
const FORM = 'must be <requests>/<seconds>, e.g. 600/60, or off'

/** A setting `600/60`: 600 requests in 60 seconds. `off` and `0` read as undefined: no limit. */
export const quotaSetting = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text, ctx): Quota | undefined => {
      if (text === 'off' || text === '0') return undefined
      const [, requests, seconds] = (/^(\d{1,10})\/(\d{1,5})$/.exec(text) ?? []).map(Number)
      const isGood = requests && seconds && requests <= MAX_REQUESTS && seconds <= MAX_SECONDS
      if (isGood) return { requests, seconds }
      ctx.addIssue({ code: 'custom', message: FORM })
      return z.NEVER
    })

/** @returns the item of RateLimit-Policy (§3.1): `"key";q=600;w=60` */
export const policyItem = (name: string, { requests, seconds }: Quota) => `"${name}";q=${requests};w=${seconds}`

/** @returns the item of RateLimit (§4.1): `"key";r=599;t=60` */
export const limitItem = (name: string, { remaining, resetMs }: Count) =>
  `"${name}";r=${remaining};t=${inSeconds(resetMs)}`

/** Whole seconds, rounded up: who comes back then is not too early (§6: Retry-After is never before the window's end). */
export const inSeconds = (ms: number) => Math.max(1, Math.ceil(ms / 1_000))
