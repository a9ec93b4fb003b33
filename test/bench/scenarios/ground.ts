// What the scenarios of orders and of the hot SKU need of what they stand on, and how their figures compare.
import { compare } from '../measure/rounds.ts'
import type { Row, Target } from '../measure/shape.ts'

type Env = Record<string, string | undefined>

export interface Ground {
  /** @returns the URL of a database, made when it is asked for the first time. */
  database(name: string, from?: 'empty' | 'errand'): Promise<string>
  /** Of a Redis database of that name's own. */
  redis(name: string): string
  start(name: string, args: string[], env: Env): Promise<{ url: string; stop(): Promise<void> }>
  /** Has something stopped in the end. */
  keep(stop: () => Promise<unknown>): void
  /** What is to be written back is, before the next one is measured. */
  settle(): Promise<void>
}

/** Of two contenders, how many times the other's figure the one's is, round by round. */
export const compareRows = (mine: Row | undefined, other: Row | undefined, bound: number): Target[] =>
  mine && other
    ? compare(
        `${mine.contender}: ${mine.unit} against ${other.contender}`,
        mine.samples,
        other.samples,
        'at least',
        bound,
      )
    : []
