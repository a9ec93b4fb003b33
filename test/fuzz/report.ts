// The verdict on paper, drawn as that of the chaos suite.
import { drawTable, type Section, seconds } from '../chaos/table.ts'
import type { Accepted } from './accepted.ts'
import type { Check } from './aftermath.ts'
import type { Findings } from './findings.ts'
import type { Memory } from './memory.ts'
import type { Tally } from './tally.ts'

export interface Run {
  tally: Tally
  findings: Findings
  checks: Check[]
  memory: Memory[]
  accepted: Accepted
  tookMs: number
  settledMs: number
}

/** In MB: how much a process may have grown since it was warm. */
const MAY_GROW = 150

const grew = ({ warm, end }: Memory): boolean => end > warm + MAY_GROW

/** @returns whether there is nothing to find fault with. */
export const isGood = ({ findings, checks, memory }: Run): boolean =>
  findings.all.length === 0 && checks.every(({ found }) => found.length === 0) && !memory.some(grew)

export function drawReport(run: Run): string {
  const { tally, findings, checks, memory, accepted, tookMs, settledMs } = run
  const { slowest, requests, unspoiled, refusedThoughUnspoiled: refused } = tally
  const sections: Section[] = [
    {
      title: 'Answers by operation',
      rows: [...tally.answers].map(([id, answers]) => [
        id,
        [...answers]
          .sort()
          .map(([how, n]) => `${how}:${n}`)
          .join(' '),
      ]),
    },
    {
      title: 'Must be zero',
      rows: [
        ['unexpected statuses', findings.count('status')],
        ['schema mismatches', findings.count('schema')],
        ['hangs', findings.count('hang')],
        ['connections that ended without an answer', findings.count('connection')],
        ['seen or done by somebody who may not', findings.count('access')],
        ["the document's own examples refused", findings.count('example')],
        ...checks.map(({ name, found }): [string, number] => [name, found.length]),
        [`processes that grew by more than ${MAY_GROW} MB`, memory.filter(grew).length],
      ],
    },
    {
      title: 'In all',
      rows: [
        ['requests, in', `${requests}, ${seconds(tookMs)}`],
        ['settled after', seconds(settledMs)],
        ['slowest answer', `${slowest?.draft.plan.operation.id}, ${seconds(slowest?.ms ?? 0)}`],
        ['jobs accepted', accepted.jobs.size],
        ['left as made up, of them refused as invalid (what the document cannot say)', `${unspoiled}, ${refused}`],
        ...memory.map(({ name, warm, peak, end }): [string, string] => [
          `memory of ${name}: warm, most, at the end`,
          `${warm}, ${peak}, ${end} MB (× ${(end / warm).toFixed(2)})`,
        ]),
      ],
    },
  ]
  return drawTable(sections)
}
