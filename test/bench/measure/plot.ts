// The plot of the targets: a bar for each, as long as what was measured is of its bound, on a logarithmic scale, so that half
// and twice are equally far from the line. SVG by hand; its colours go by the reader's light or dark scheme.
import { isMet } from './report.ts'
import type { Result, Target } from './shape.ts'
import { median } from './statistics.ts'

const LINE = 22
const LABELS = 470
const WIDTH = 960
const TOP = 40
/** From an eighth to eight times the bound. */
const REACH = 3

const style = `
  text { font: 12px system-ui, sans-serif; fill: #1f2328 }
  .met { fill: #1a7f37 } .short { fill: #bc4c00 } line { stroke: #8c959f } .faint { stroke: #d8dee4 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .met { fill: #3fb950 } .short { fill: #f0883e } .faint { stroke: #373e47 }
  }`

/** How good it is: above 1 is better than the bound, also where less is better. */
function goodness(target: Target): number {
  const share = median(target.samples) / target.bound
  return target.should === 'at least' ? share : 1 / share
}

const escapeXml = (text: string) => text.replace(/[<>&"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

/** Where a share of the bound lies, in pixels. */
function place(share: number): number {
  const log = Math.max(-REACH, Math.min(REACH, Math.log2(share)))
  return Math.round(LABELS + ((log + REACH) / (2 * REACH)) * (WIDTH - LABELS - 60))
}

export function plot(results: Result[]): string {
  const targets = results.flatMap(({ name, targets }) =>
    targets.map((target) => ({ ...target, label: `${name}: ${target.what}` })),
  )
  const height = TOP + targets.length * LINE + 12
  const grid = [-3, -2, -1, 0, 1, 2, 3].map((power) => {
    const x = place(2 ** power)
    const mark = power < 0 ? `1/${2 ** -power}` : power === 0 ? 'target' : `${2 ** power} ×`
    return `<line x1="${x}" x2="${x}" y1="${TOP - 8}" y2="${height - 8}"${power ? ' class="faint"' : ''}/><text x="${x}" y="${TOP - 16}" text-anchor="middle">${mark}</text>`
  })
  const bars = targets.map((target, index) => {
    const y = TOP + index * LINE
    const [from, to] = [place(1), place(goodness(target))].sort((a, b) => a - b) as [number, number]
    const value = `${Number(median(target.samples).toPrecision(3))} ${target.unit}`
    return `<text x="${LABELS - 12}" y="${y + 13}" text-anchor="end">${escapeXml(target.label)}</text><rect class="${isMet(target) ? 'met' : 'short'}" x="${from}" y="${y + 2}" width="${Math.max(2, to - from)}" height="${LINE - 8}"/><text x="${to + 6}" y="${y + 13}">${escapeXml(value)}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Each target, and how far what was measured is from it">
<style>${style}</style>
${[...grid, ...bars].join('\n')}
</svg>
`
}
