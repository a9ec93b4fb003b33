// Seeded chance. Everything the suite decides comes from one seed; each part draws from a stream of its own, so that what one
// part needs does not shift what the others get.
import { createHash } from 'node:crypto'
import { createRandom } from '../../lib/local/random.ts'

export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number
  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number
  chance(probability: number): boolean
  /** @throws RangeError for an empty list. */
  pick<T>(list: readonly T[]): T
  /** Picks by weight. @throws RangeError where no weight is above 0. */
  weighted<T>(list: readonly (readonly [weight: number, T])[]): T
  /** A UUID, so that keys repeat with the seed, too. */
  uuid(): string
  /** A stream of its own for a part. */
  fork(label: string): Random
}

/** @param seed any text */
export function seededRandom(seed: string): Random {
  const next = createRandom(createHash('sha256').update(seed).digest().readInt32LE())
  const between = (min: number, max: number) => min + Math.floor(next() * (max - min + 1))
  const weighted: Random['weighted'] = (list) => {
    let rest = next() * list.reduce((sum, [weight]) => sum + weight, 0)
    for (const [weight, value] of list) {
      rest -= weight
      if (rest < 0) return value
    }
    throw new RangeError('nothing to pick from')
  }
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick: (list) => weighted(list.map((value) => [1, value] as const)),
    weighted,
    uuid: () => {
      const hex = Array.from({ length: 32 }, () => between(0, 15).toString(16)).join('')
      return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20)].join(
        '-',
      )
    },
    fork: (label) => seededRandom(`${seed}/${label}`),
  }
}
