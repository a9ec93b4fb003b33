// The report: a table for the terminal, the same in Markdown, and all samples as JSON.
import type { Result, Target } from './shape.ts'
import { median, spread } from './statistics.ts'

export interface Report {
  at: string
  /** Machine, versions, settings. */
  on: Record<string, string>
  settings: object
  results: Result[]
}

/** @returns whether the median of its samples is on the right side of the bound */
export function isMet({ samples, bound, should }: Target): boolean {
  const middle = median(samples)
  return should === 'at least' ? middle >= bound : middle <= bound
}

const number = (value: number) =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))

/** @returns `1,234 (1,200–1,300)`: the median, and the smallest and largest of several. */
function figure(samples: number[]): string {
  const [low, high] = spread(samples)
  return number(median(samples)) + (samples.length > 1 ? ` (${number(low)}–${number(high)})` : '')
}

const rowCells = ({ rows }: Result) =>
  rows.map(({ what, contender, samples, unit }) => [what, contender, `${figure(samples)} ${unit}`])

const targetCells = ({ targets }: Result) =>
  targets.map((target) => {
    const { what, samples, should, bound, unit } = target
    const wanted = `${should === 'at least' ? '≥' : '≤'} ${number(bound)} ${unit}`
    return [what, wanted, `${figure(samples)} ${unit}`, isMet(target) ? 'met' : 'SHORT']
  })

/** @returns the table of a scenario, for a terminal */
export const asText = (result: Result): string =>
  [
    `\n${result.name}`,
    align(rowCells(result)),
    ...(result.targets.length ? [align(targetCells(result))] : []),
    ...result.notes.map((note) => `  ${note}`),
  ].join('\n')

function align(lines: string[][]): string {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)))
  const line = (cells: string[]) => `  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`
  return lines.map((cells) => line(cells).trimEnd()).join('\n')
}

/** @returns everything in Markdown: what it was made on, verdicts, figures */
export function asMarkdown({ at, on, settings, results }: Report): string {
  const verdicts = results.flatMap((result) =>
    targetCells(result).map(([what = '', ...rest]) => [result.name, what, ...rest]),
  )
  return [
    `Made at ${at.slice(0, 16).replace('T', ' ')} UTC, ${Object.entries(settings)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}.`,
    Object.entries(on)
      .map(([name, value]) => `- ${name}: ${value}`)
      .join('\n'),
    '### Targets',
    table(['scenario', 'target', 'bound', 'measured', 'verdict'], verdicts),
    '![How each ratio stands to its target](performance.svg)',
    ...results.flatMap((result) => [
      `### ${result.name}`,
      table(['what', 'contender', 'median (smallest–largest)'], rowCells(result)),
      ...result.notes,
    ]),
  ].join('\n\n')
}

const table = (head: string[], lines: string[][]) =>
  [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
