// The Prefer header (RFC 7240): how long the client is willing to wait. A preference that is not understood is ignored, as the
// RFC asks; it never makes a request fail.
import { z } from 'zod'

/** Below the 30 s after which many proxies give a silent connection up. */
const LONGEST_WAIT_S = 25
/** Longer ones are not looked at: nobody has so many preferences. */
const MOST_CHARACTERS = 1_000

const TOKEN = "[!#$%&'*+.^_`|~\\w-]+"
const PREFERENCE = new RegExp(`^\\s*(${TOKEN})\\s*(?:=\\s*("(?:[^"\\\\]|\\\\.)*"|${TOKEN})?)?\\s*(?:;|$)`)

/**
 * @returns how many seconds the client wants to wait for an answer that is final, at most LONGEST_WAIT_S; undefined where it
 * does not want to. Of several only the first counts (RFC 7240 §2).
 */
export function readWait(prefer: string | undefined): number | undefined {
  if (prefer === undefined || prefer.length > MOST_CHARACTERS) return undefined
  for (const preference of prefer.match(/(?:"(?:[^"\\]|\\.)*"|[^",])+/g) ?? []) {
    const [, name, value = ''] = PREFERENCE.exec(preference) ?? []
    if (name?.toLowerCase() !== 'wait') continue
    const [, seconds] = /^"?(\d+)"?$/.exec(value) ?? []
    return Math.min(Number(seconds ?? 0), LONGEST_WAIT_S) || undefined
  }
  return undefined
}

/** The headers of a route that can wait. */
export const WaitHeaders = z.object({
  prefer: z
    .string()
    .optional()
    .meta({
      description: `\`wait=N\`: answer when the job is final, after at most N seconds (${LONGEST_WAIT_S}); RFC 7240.`,
      examples: ['wait=20'],
    })
    .transform(readWait),
})

/** What is left of them for the route: the seconds. */
export type Willing = z.output<typeof WaitHeaders>

export const applied = (seconds: number | undefined): Record<string, string> =>
  seconds ? { 'Preference-Applied': `wait=${seconds}` } : {}
