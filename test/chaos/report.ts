// What a run came to: the rows of its table, and the same for machines.
import type { Journal } from './load/journal.ts'
import { type Section, seconds, tally } from './table.ts'
import type { Facts } from './verdict/facts.ts'
import { judge, type Ruling } from './verdict/index.ts'
import { attended, countJobs, isFinal } from './verdict/jobs.ts'
import { countExtraCopies } from './verdict/mails.ts'
import { recoveries } from './verdict/recovery.ts'
import { everybody, type World } from './world.ts'

export interface Run {
  facts: Facts
  journal: Journal
  settled: boolean
  settleMs: number
  durationMs: number
}

export interface Report {
  sections: Section[]
  rulings: Ruling[]
  /** For `--report`. */
  summary: object
}

export function report(world: World, run: Run): Report {
  const { facts, journal, settleMs, settled } = run
  const rulings = judge(facts)
  const jobs = countJobs(facts)
  const faults = countFaults(world, facts)
  const recovered = recoveries(facts.faults, facts.jobs)
  const surprises = everybody(world).flatMap(({ name, surprises }) => surprises.map(({ how }) => `${name}: ${how}`))
  const reasons = { attention: attentionReasons(facts), failed: failureReasons(facts), refused: [...journal.refused] }
  const requests = { repeated: journal.repeated, unanswered: journal.unanswered, extraCopies: countExtraCopies(facts) }
  const sections: Section[] = [
    {
      title: 'Accepted',
      rows: [
        ['accepted (202)', jobs.accepted],
        ...tally(facts.accepted.map(({ kind }) => kind)).map(([kind, n]): Row => [`  ${kind}`, n]),
        ['succeeded', jobs.succeeded],
        ['failed', jobs.failed],
        ['cancelled', jobs.cancelled],
        ['needs attention, not final', jobs.needsAttention],
        ['jobs in all, with the steps of flows', jobs.jobs],
        ['requests sent again with the same key', requests.repeated],
        ['requests never answered (nothing is owed)', requests.unanswered.length],
        ['second copies of mails, inside the window', requests.extraCopies],
      ],
    },
    { title: 'Must be zero', rows: rulings.map(({ name, findings }): Row => [name, findings.length]) },
    {
      title: 'Faults injected',
      rows: [
        ['processes, network, servers (planned)', faults.injected],
        ...tally(facts.faults.filter(({ failed }) => !failed).map(({ fault }) => fault.kind)).map(
          ([kind, n]): Row => [`  ${kind}`, n],
        ),
        ['not possible at their time', faults.failed],
        ['provider', faults.provider],
        ['webhooks', faults.webhooks],
        ['mail servers', faults.mail],
        ['processes that ended by themselves', surprises.length],
        ['half seconds in which this machine was too busy for a worker', facts.stalls.length],
      ],
    },
    {
      title: 'Recovery',
      rows: [
        ['slowest: from the end of a fault to the next job that ended well', seconds(recovered[0]?.longestMs ?? null)],
        ...recovered.map(({ kind, longestMs }): Row => [`  ${kind}`, seconds(longestMs)]),
        [settled ? 'settled after' : 'NOT settled after', seconds(settleMs)],
      ],
    },
    ...[
      { title: 'Why jobs failed', rows: reasons.failed },
      { title: 'Why jobs need attention', rows: reasons.attention },
      { title: 'Open discrepancies, filed by the product', rows: tally(facts.discrepancies.map(({ kind }) => kind)) },
      { title: 'Requests refused', rows: reasons.refused },
      { title: 'Requests never answered', rows: journal.unanswered.map((each): Row => [each, '']) },
      { title: 'Processes that ended by themselves', rows: tally(surprises) },
    ].filter(({ rows }) => rows.length > 0),
  ]
  const summary = {
    ...jobs,
    ...requests,
    faults,
    recoveries: recovered,
    settled,
    settleMs,
    reasons,
    surprises,
    rulings,
  }
  return { sections, rulings, summary }
}

type Row = Section['rows'][number]

function countFaults({ simulator, workers }: World, { faults }: Facts) {
  const done = faults.filter(({ failed }) => !failed)
  const { dropped, duplicated, delayed, reordered } = simulator.webhooks.counts
  return {
    injected: done.filter(({ fault }) => ['process', 'network', 'server'].includes(fault.group)).length,
    failed: faults.length - done.length,
    provider: simulator.faults.played + done.filter(({ fault }) => fault.group === 'provider').length,
    providerByKind: simulator.faults.playedByKind,
    webhooks: dropped + duplicated + delayed + reordered,
    mail: workers.reduce((sum, { sink }) => sum + sink.faultsPlayed, 0),
  }
}

/** The reasons of jobs that are not final, and of final ones that somebody should look at. */
function attentionReasons({ jobs }: Facts): Row[] {
  const visible = attended(jobs)
  const flagged = jobs.filter((job) => job.needsAttention || visible.has(job.id))
  return tally(
    flagged.map(
      (job) => `${job.type}, ${isFinal(job) ? job.state : 'open'}: ${job.needsAttention ?? 'a step of it does'}`,
    ),
  )
}

function failureReasons({ jobs }: Facts): Row[] {
  const failed = jobs.filter(({ state }) => state === 'failed')
  return tally(failed.map(({ type, error }) => `${type}: ${(error as { type?: string } | null)?.type ?? 'no problem'}`))
}
