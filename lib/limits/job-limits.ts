// How much of a job type may run at a time, and how often it may start, across all workers: what definitions say, and what
// the setting TYPE_LIMITS says instead.
import { z } from 'zod'
import { ConfigError } from '../errors.ts'
import { SYSTEM_ACCOUNT } from '../ids.ts'
import type { Catalogue } from '../jobs/definition.ts'

const MANY = 100_000
const DAY_MS = 24 * 3600 * 1_000
const atATime = z.int().min(1).max(MANY).optional()

export const JobLimits = z.strictObject({
  /** Attempts at a time. Of a flow: flows at a time, from their start to their end. */
  concurrency: atATime,
  /** At most so many starts within any stretch of so many ms. */
  rate: z.strictObject({ jobs: z.int().min(1).max(10_000), perMs: z.int().min(1).max(DAY_MS) }).optional(),
  /** As `concurrency`, of one account. */
  perAccount: atATime,
})
export type JobLimits = z.infer<typeof JobLimits>

/** What bounds the starts of a type. */
export interface Bounds extends JobLimits {
  /** Attempts of one account at a time, of whatever type. */
  inAccount?: number | undefined
}

type Overrides = Readonly<Record<string, JobLimits | null>>

const Setting = z.record(z.string(), JobLimits.nullable())

/** `{"emails.send": {"rate": {"jobs": 10, "perMs": 1000}}}`: instead of what the type's definition says; null: no limits. */
export const typeLimitsSetting = z
  .string()
  .default('{}')
  .transform((text, ctx): Overrides => {
    const read = Setting.safeParse(parse(text))
    if (read.success) return read.data
    for (const { path, message } of read.error.issues.slice(0, 3))
      ctx.addIssue({ code: 'custom', message: [...path, message].join(' ') })
    return z.NEVER
  })

/** undefined, which fits no schema, for what is not JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What bounds each type; none is in it for most, and those cost nothing. */
export interface TypeLimits {
  /** @returns undefined where nothing bounds the type. */
  of(type: string): Bounds | undefined
  knows(type: string): boolean
  /** Whether any type is bounded. */
  readonly any: boolean
  /** Whether attempts of one account are bounded across types. */
  readonly acrossTypes: boolean
}

/**
 * @param inAccount attempts of one account at a time, of whatever type; 0: no bound
 * @throws ConfigError for a type that does not exist: a limit that has no effect would not be missed
 */
export function createTypeLimits(catalogue: Catalogue, overrides: Overrides = {}, inAccount = 0): TypeLimits {
  const unknown = Object.keys(overrides).filter((type) => !Object.hasOwn(catalogue, type))
  if (unknown.length) throw new ConfigError(`TYPE_LIMITS: there is no job type ${unknown.join(', ')}.`)
  const bounds = new Map<string, Bounds>()
  for (const { type, limits } of Object.values(catalogue)) {
    const given = Object.hasOwn(overrides, type) ? overrides[type] : limits
    const own = given && Object.values(given).some((limit) => limit !== undefined) ? given : undefined
    if (own || inAccount > 0) bounds.set(type, { ...own, ...(inAccount > 0 && { inAccount }) })
  }
  return {
    of: (type) => bounds.get(type),
    knows: (type) => Object.hasOwn(catalogue, type),
    any: bounds.size > 0,
    acrossTypes: inAccount > 0,
  }
}

/** The system's own jobs are bounded as a type alone. */
export const boundsFor = (bounds: Bounds, accountId: string): Bounds =>
  accountId === SYSTEM_ACCOUNT ? { ...bounds, inAccount: undefined } : bounds
