// What a rule is: a row of the table that must be zero, and how it is counted.
import type { Facts } from './facts.ts'

export interface Finding {
  /** What it is about, to be looked for in the database and the logs. */
  id: string
  detail: string
}

export interface Rule {
  name: string
  find(facts: Facts): Finding[]
}

/** Rows by a key that several of them share. */
export function groupBy<T>(rows: readonly T[], keyOf: (row: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const key = keyOf(row)
    if (key === undefined) continue
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return groups
}

export const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)
