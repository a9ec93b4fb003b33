// Strings that fit a schema: by its format, by its pattern, or of any characters between its lengths.
import fc, { type Arbitrary } from 'fast-check'
import type { Schema } from '../operations.ts'

const LONGEST = 40
const DAY_MS = 86_400_000
/** So that a seed makes up the same moments all day. */
const TODAY = Math.floor(Date.now() / DAY_MS) * DAY_MS

/** RFC 3339, from a day ago to most of a year ahead, with and without an offset. */
const moment = fc
  .tuple(fc.integer({ min: -DAY_MS, max: 300 * DAY_MS }), fc.constantFrom('Z', '+00:00', '-00:00'))
  .map(([ms, zone]) => new Date(TODAY + ms).toISOString().replace('Z', zone))

export function textFor({ format, pattern, minLength = 0, maxLength = LONGEST }: Schema): Arbitrary<string> {
  if (format === 'uuid') return fc.uuid({ version: [4, 7] })
  if (format === 'date-time') return moment
  const fits = (text: string) => [...text].length >= minLength && text.length <= maxLength
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern, 'u'), { size: 'small' }).filter(fits)
  const lengths = { minLength, maxLength: Math.min(maxLength, minLength + LONGEST) }
  const [usual, rare] = [fc.string({ unit: 'grapheme', ...lengths }), fc.string({ unit: 'binary', ...lengths })]
  return fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: rare }).filter(fits)
}
