// The verdict on paper: at most 100 columns.

const WIDTH = 100

export interface Section {
  title: string
  rows: [name: string, value: string | number][]
}

/** @returns the sections under each other, values flush right. */
export function drawTable(sections: readonly Section[]): string {
  const lines = sections.flatMap(({ title, rows }) => [
    `── ${title} ${'─'.repeat(Math.max(0, WIDTH - title.length - 4))}`,
    ...rows.map(([name, value]) => drawRow(name, String(value))),
  ])
  return [...lines, '─'.repeat(WIDTH)].join('\n')
}

function drawRow(name: string, value: string): string {
  const room = WIDTH - value.length - 3
  const shown = name.length > room ? `${name.slice(0, room - 1)}…` : name
  return `  ${shown}${' '.repeat(Math.max(1, WIDTH - 2 - shown.length - value.length))}${value}`
}

/** @returns e.g. `1.2 s`; `-` for null. */
export const seconds = (ms: number | null) => (ms === null ? '-' : `${(ms / 1000).toFixed(1)} s`)

/** @returns how often each value occurs, the most frequent first. */
export function tally(values: readonly string[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])
}
