// What the scenarios of orders and of the hot SKU need of what they stand on, and what they return: figures of each contender, and
// how they compare with targets.

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

interface Settings {
  /** How often every contender is measured. */
  rounds: number
  /** Everything for a moment and with tiny counts: whether it works, not how fast it is. */
  smoke: boolean
}

/** One figure of a contender: a sample a round, in the order of the rounds. */
export interface Row {
  contender: string
  what: string
  unit: string
  samples: number[]
}

export interface Target {
  what: string
  /** What is compared with the bound, a sample a round: ratios within a round. */
  samples: number[]
  bound: number
  should: 'at least'
  unit: '×'
}

export interface Scenario {
  name: string
  /** One sentence. */
  measures: string
  /** @throws when anything was refused, lost, or done twice */
  run(ground: Ground, settings: Settings): Promise<{ rows: Row[]; targets: Target[]; notes: string[] }>
}

/** Of two contenders, how many times the other's figure the one's is, round by round. */
export function compare(mine: Row | undefined, other: Row | undefined, bound: number): Target[] {
  if (!mine || !other) return []
  const samples = mine.samples.map((figure, round) => figure / (other.samples[round] ?? Number.NaN))
  return [
    {
      what: `${mine.contender}: ${mine.unit} against ${other.contender}`,
      samples,
      bound,
      should: 'at least',
      unit: '×',
    },
  ]
}

/** A B C, B C A, C A B …: a machine that becomes slower makes all of them slower. */
export function turns<Contender>(contenders: Contender[], round: number): Contender[] {
  const first = round % contenders.length
  return [...contenders.slice(first), ...contenders.slice(0, first)]
}
