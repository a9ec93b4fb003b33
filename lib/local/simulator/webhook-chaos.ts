// What goes wrong with events on their way: lost, twice, late, out of order; by chance, and the same again from the seed.
import { z } from 'zod'
import { createRandom, shuffle } from '../random.ts'

const probability = z.number().min(0).max(1)

export const webhookChaosSchema = z.strictObject({
  seed: z.int().optional(),
  /** How probable it is that an event is never sent. */
  drop: probability.optional(),
  /** How probable it is that an event is sent twice. */
  duplicate: probability.optional(),
  /** How late an event is sent. */
  delayMs: z.int().min(0).max(3_600_000).optional(),
  /** So many events are held back (half a second at most), and then sent in another order. */
  reorder: z.int().min(2).max(1_000).optional(),
})
export type WebhookChaos = z.infer<typeof webhookChaosSchema>

/** How often it happened. */
export interface ChaosCounts {
  dropped: number
  duplicated: number
  delayed: number
  reordered: number
}

export interface Disorder<E> {
  /** @returns what is to be sent now that `event` came: the event, others that were held back, or none. */
  pass(event: E): E[]
  /** @returns what was held back, in another order. */
  release(): E[]
  holds(): boolean
  delayMs: number
}

/** @throws ZodError */
export function disorder<E>(chaos: WebhookChaos, counts: ChaosCounts): Disorder<E> {
  const { seed = 1, drop = 0, duplicate = 0, delayMs = 0, reorder = 1 } = webhookChaosSchema.parse(chaos)
  const random = createRandom(seed)
  let held: E[] = []
  const release = () => {
    const released = held.length > 1 ? shuffle(random, held) : held
    if (held.length > 1) counts.reordered += held.length
    held = []
    return released
  }
  const pass = (event: E) => {
    const [lost, twice] = [random() < drop, random() < duplicate]
    if (lost) {
      counts.dropped++
      return []
    }
    if (twice) counts.duplicated++
    if (delayMs > 0) counts.delayed++
    const copies = twice ? [event, event] : [event]
    if (reorder === 1) return copies
    held.push(...copies)
    return held.length < reorder ? [] : release()
  }
  return { pass, release, holds: () => held.length > 0, delayMs }
}
