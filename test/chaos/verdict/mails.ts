// Invariant 3 for mails: what is recorded as sent was delivered, what is recorded as not sent was not, and a mail arrives twice
// in the documented window only.
//
// The window: a copy came in, and its answer was lost before it was recorded. Copy n + 1 of a Message-ID is explained if, of
// the copy n before it, either
//   1. the sink itself gave no answer (it dropped the connection after the body, or hung), or
//   2. the worker that sent it was struck while it recorded the answer: a kill, a freeze or a SIGTERM of that very worker, a
//      fault of the network between it and PostgreSQL or its SMTP sink, a restart of PostgreSQL, or a machine too
//      busy to let it run (faults/stalls.ts), that lasted at some moment from the copy's arrival to RECORDED_WITHIN_MS after
//      it. A fault counts as lasting for AFTERMATH_MS more.
// A fault of another worker, of a web process, of the provider or of the engine explains nothing. And however well explained,
// no mail has more copies than its row counts, nor a second one where its template forbids that.
import type { Injected } from '../faults/inject.ts'
import type { Facts } from './facts.ts'
import { type Finding, groupBy, type Rule } from './rule.ts'

export interface Delivery {
  messageId: string
  /** When its body was in, in ms since the epoch. */
  at: number
  /** The worker that sent it. */
  worker: string
  answer: 'accepted' | 'refused' | 'none'
}

/** Recording takes one commit; while PostgreSQL is away it is tried until the claim is lost (a lease of 3 s). */
const RECORDED_WITHIN_MS = 10_000
/** What a fault broke is noticed a little later: connections that were reset, a process that has to start. */
const AFTERMATH_MS = 3_000

const arrived = ({ deliveries }: Facts) => deliveries.filter(({ answer }) => answer !== 'refused')

const duplicates: Rule = {
  name: 'duplicate mails outside the documented window',
  find(facts) {
    const strokes = [...facts.faults, ...facts.stalls]
    const mails = new Map(facts.emails.map((email) => [email.messageId, email]))
    return [...groupBy(arrived(facts), (delivery) => delivery.messageId)].flatMap(([id, copies]): Finding[] => {
      const email = mails.get(id)
      if (!email) return [{ id, detail: 'a mail of which there is no row' }]
      if (copies.length > email.copies)
        return [{ id, detail: `${copies.length} copies came in, its row counts ${email.copies}` }]
      if (copies.length > 1 && email.whenUnknown === 'leave')
        return [{ id, detail: `${copies.length} copies of a mail that is never sent twice` }]
      const before = copies.toSorted((a, b) => a.at - b.at).slice(0, -1)
      const unexplained = before.filter((copy) => !isExplained(copy, strokes))
      return unexplained.map(({ worker, at }) => ({
        id,
        detail: `another copy after the one by ${worker} at ${new Date(at).toISOString()}, which nothing disturbed`,
      }))
    })
  },
}

/** @returns whether the answer of this copy may have been lost. */
const isExplained = (copy: Delivery, faults: readonly Injected[]): boolean =>
  copy.answer === 'none' ||
  faults.some(
    (injected) =>
      strikes(injected, copy.worker) &&
      injected.startedAt <= copy.at + RECORDED_WITHIN_MS &&
      injected.healedAt + AFTERMATH_MS >= copy.at,
  )

/** Whether a fault can keep this worker from recording an answer. */
function strikes({ fault: { group, kind, target, link } }: Injected, worker: string): boolean {
  const isItsOwn = target === worker || target === 'all'
  if (group === 'process') return target === worker
  if (group === 'network') return isItsOwn && (link === 'database' || link === 'smtp') && !kind.startsWith('slow')
  if (group === 'machine') return target === worker
  return group === 'server' && target === 'postgres'
}

const sentButNot: Rule = {
  name: 'mails marked sent that never arrived',
  find(facts) {
    const there = new Set(arrived(facts).map(({ messageId }) => messageId))
    const missing = facts.emails.filter(({ state, messageId }) => state === 'sent' && !there.has(messageId))
    return missing.map(({ id, messageId }) => ({ id, detail: messageId }))
  },
}

const notSentButThere: Rule = {
  name: 'mails recorded as not sent that did arrive',
  find(facts) {
    const there = new Set(arrived(facts).map(({ messageId }) => messageId))
    const failed = facts.emails.filter(({ state, messageId }) => isNotSent(state) && there.has(messageId))
    return failed.map(({ id, state }) => ({ id, detail: state }))
  },
}

const isNotSent = (state: string) => state === 'failed' || state === 'suppressed'

export const mailRules: Rule[] = [duplicates, sentButNot, notSentButThere]

/** @returns how many copies beyond the first came in, all of them inside the window. */
export function countExtraCopies(facts: Facts): number {
  const messages = arrived(facts)
  return messages.length - new Set(messages.map(({ messageId }) => messageId)).size
}
