// Moments that clients name.
import { z } from 'zod'

const MAX_AHEAD_DAYS = 366

const isSoonEnough = (text: string) => Date.parse(text) <= Date.now() + MAX_AHEAD_DAYS * 86_400_000

/** RFC 3339, at most a year ahead; one that has passed means now. */
export const Moment = z.iso
  .datetime({ offset: true })
  .refine(isSoonEnough, { error: `must be at most ${MAX_AHEAD_DAYS} days ahead` })
  .meta({ description: 'RFC 3339; not done before.' })
