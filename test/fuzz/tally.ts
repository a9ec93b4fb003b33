// Counts: which operation was answered how, how long the slowest answer took, and which problems were named.
import type { Draft } from './draft.ts'
import type { Outcome } from './send/answer.ts'

export interface Tally {
  /** In all, with those that tried a finding again in a simpler form. */
  readonly requests: number
  /** By operation, then by status or how there was none. */
  readonly answers: ReadonlyMap<string, ReadonlyMap<string, number>>
  readonly slowest: { ms: number; draft: Draft } | undefined
  readonly problems: ReadonlySet<string>
  /** Nothing was wrong with them, as far as the document says, and they were refused as invalid all the same. */
  readonly refusedThoughUnspoiled: number
  readonly unspoiled: number
  count(draft: Draft, outcome: Outcome): void
  problem(type: string): void
}

export function createTally(): Tally {
  const answers = new Map<string, Map<string, number>>()
  const problems = new Set<string>()
  const counts = { requests: 0, refusedThoughUnspoiled: 0, unspoiled: 0 }
  let slowest: Tally['slowest']
  return {
    answers,
    problems,
    get requests() {
      return counts.requests
    },
    get refusedThoughUnspoiled() {
      return counts.refusedThoughUnspoiled
    },
    get unspoiled() {
      return counts.unspoiled
    },
    get slowest() {
      return slowest
    },
    count(draft, outcome) {
      const { plan } = draft
      counts.requests++
      const { id } = plan.operation
      const how = outcome.kind === 'answer' ? String(outcome.answer.status) : outcome.kind
      const own = answers.get(id) ?? new Map<string, number>()
      answers.set(id, own.set(how, (own.get(how) ?? 0) + 1))
      if (outcome.ms > (slowest?.ms ?? 0)) slowest = { ms: outcome.ms, draft }
      if (plan.spoils.length > 0 || !['north', 'south'].includes(plan.caller)) return
      counts.unspoiled++
      if (how === '422') counts.refusedThoughUnspoiled++
    },
    problem: (type) => problems.add(type),
  }
}
