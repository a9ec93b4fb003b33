// What every scenario of the benchmark is, and what it returns: figures of each contender, and how they compare with targets.
import type { Stack } from './stack.ts'

export interface Settings {
  /** How often every contender is measured. */
  rounds: number
  /** How long one measurement under load takes. */
  seconds: number
  /** Everything for a moment and with tiny counts: whether it works, not how fast it is. */
  smoke: boolean
  /** Of the soak. */
  minutes: number
}

/** One figure of a contender: a sample a round, in the order of the rounds. */
export interface Row {
  contender: string
  /** E.g. `requests/s, 32 connections`. */
  what: string
  unit: string
  samples: number[]
}

export interface Target {
  what: string
  /** What is compared with the bound, a sample a round: mostly ratios within a round. */
  samples: number[]
  bound: number
  /** Whether it should be at least the bound, or at most. */
  should: 'at least' | 'at most'
  /** `×` for a ratio. */
  unit: string
}

export interface Result {
  name: string
  rows: Row[]
  targets: Target[]
  /** What one must know to read the figures. */
  notes: string[]
}

export interface Scenario {
  name: string
  /** One sentence. */
  measures: string
  /** Only when it is named: it takes longer than all others together. */
  onRequest?: boolean
  /** @throws when anything was refused, lost or not measured */
  run(stack: Stack, settings: Settings): Promise<Omit<Result, 'name'>>
}
