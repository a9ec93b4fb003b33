// How soon work went on after a fault: the time from its end to the next job that ended well.
import type { Injected } from '../faults/inject.ts'
import type { JobFact } from './facts.ts'

export interface Recovery {
  kind: string
  times: number
  /** The longest, in ms; null where nothing ended after any of them. */
  longestMs: number | null
}

/** @returns a line for each kind of fault, the slowest first. */
export function recoveries(faults: readonly Injected[], jobs: readonly JobFact[]): Recovery[] {
  const ends = jobs
    .flatMap(({ state, finishedAt }) => (state === 'succeeded' && finishedAt ? [finishedAt.getTime()] : []))
    .sort((a, b) => a - b)
  const byKind = new Map<string, Recovery>()
  for (const { fault, healedAt, failed } of faults) {
    if (failed) continue
    const next = ends.find((end) => end >= healedAt)
    const known = byKind.get(fault.kind) ?? { kind: fault.kind, times: 0, longestMs: null }
    const gap = next === undefined ? known.longestMs : Math.max(known.longestMs ?? 0, next - healedAt)
    byKind.set(fault.kind, { ...known, times: known.times + 1, longestMs: gap })
  }
  return [...byKind.values()].sort((a, b) => (b.longestMs ?? 0) - (a.longestMs ?? 0))
}
