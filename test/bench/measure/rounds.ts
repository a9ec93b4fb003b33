// Interleaving: A B C, B C A, C A B … after one warm-up of each, which is not counted. A machine that becomes slower in the
// middle of a run makes all of them slower, and leaves the ratios as they are.
import type { Row, Target } from './shape.ts'
import { ratios } from './statistics.ts'

/** By what was measured, e.g. `{'requests/s': 1200}`. */
export type Figures = Record<string, number>

export interface Lane {
  contender: string
  measure(): Promise<Figures>
  /** What is measured without being counted, where that is not `measure`. */
  warmUp?(): Promise<unknown>
}

export interface Samples {
  /** @param units by what was measured, in the order of the table */
  rows(units: Record<string, string>): Row[]
  /** @returns a sample a round; none for a contender that is not there */
  of(contender: string, what: string): number[]
}

export async function interleave(lanes: Lane[], rounds: number): Promise<Samples> {
  const taken = new Map(lanes.map(({ contender }) => [contender, [] as Figures[]]))
  for (const lane of lanes) await (lane.warmUp ?? lane.measure)()
  for (let round = 0; round < rounds; round++) {
    for (const lane of turns(lanes, round)) {
      taken.get(lane.contender)?.push(await lane.measure())
    }
  }
  const of = (contender: string, what: string) => (taken.get(contender) ?? []).flatMap((figures) => figures[what] ?? [])
  return {
    of,
    rows: (units) =>
      Object.entries(units).flatMap(([what, unit]) =>
        lanes
          .map(({ contender }) => ({ contender, what, unit, samples: of(contender, what) }))
          .filter(({ samples }) => samples.length > 0),
      ),
  }
}

/** A B C, B C A, C A B … */
export function turns<Contender>(contenders: Contender[], round: number): Contender[] {
  const first = round % contenders.length
  return [...contenders.slice(first), ...contenders.slice(0, first)]
}

/** @returns the target, or nothing where one of the two was not measured */
export function compare(
  what: string,
  figures: number[],
  others: number[],
  should: Target['should'],
  bound: number,
): Target[] {
  if (figures.length === 0 || others.length === 0) return []
  return [{ what, samples: ratios(figures, others), bound, should, unit: '×' }]
}
