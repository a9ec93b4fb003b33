// Invariant 2: what was accepted is there, and is final or visibly somebody's task. And: one key, one job.
import { SYSTEM_ACCOUNT } from '../../../lib/ids.ts'
import type { Facts, JobFact } from './facts.ts'
import type { Finding, Rule } from './rule.ts'

const finalStates = new Set(['succeeded', 'failed', 'cancelled'])
export const isFinal = ({ state }: Pick<JobFact, 'state'>) => finalStates.has(state)

/** What the system does again and again for itself; there is always a next one. */
export const isRecurring = ({ accountId, type }: JobFact) =>
  accountId === SYSTEM_ACCOUNT && type.startsWith('maintenance.')

/** @returns the unfinished jobs an operator can see: flagged themselves, or waiting for a step that is. */
export function attended(jobs: readonly JobFact[]): Set<string> {
  const flagged = jobs.filter((job) => !isFinal(job) && job.needsAttention)
  return new Set(flagged.flatMap(({ id, parentId }) => (parentId ? [id, parentId] : [id])))
}

const lost: Rule = {
  name: 'LOST: accepted, but not there, or neither final nor flagged',
  find({ accepted, jobs }) {
    const known = new Set(jobs.map(({ id }) => id))
    const gone = accepted.filter(({ jobId }) => !known.has(jobId))
    const visible = attended(jobs)
    const stuck = jobs.filter((job) => !isFinal(job) && !visible.has(job.id) && !isRecurring(job))
    return [
      ...gone.map(({ jobId, kind }) => ({ id: jobId, detail: `accepted (${kind}), and there is no such job` })),
      ...stuck.map(({ id, type, state }) => ({ id, detail: `${type} is still ${state}` })),
    ]
  },
}

const withoutSubject: Rule = {
  name: 'accepted orders, mails and refunds without their row',
  find({ accepted, orders, emails, refunds }) {
    const known = new Set([...orders, ...emails, ...refunds].map(({ id }) => id))
    const gone = accepted.filter(({ subjectId }) => subjectId !== null && !known.has(subjectId))
    return gone.map(({ subjectId, kind }) => ({ id: subjectId ?? '', detail: `there is no such ${kind}` }))
  },
}

const withoutProblem: Rule = {
  name: 'failed jobs without a problem object',
  find: ({ jobs }) =>
    jobs
      .filter((job) => job.state === 'failed' && !isProblem(job.error))
      .map(({ id, type, error }) => ({ id, detail: `${type}: ${JSON.stringify(error)}` })),
}

function isProblem(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const { type, title, status, detail } = error as Record<string, unknown>
  return [type, title, detail].every((each) => typeof each === 'string' && each !== '') && typeof status === 'number'
}

const withoutReason: Rule = {
  name: 'jobs marked needsAttention without a reason',
  find: ({ jobs }) =>
    jobs
      .filter(({ needsAttention }) => needsAttention !== null && needsAttention.trim() === '')
      .map(({ id, type }) => ({ id, detail: type })),
}

/** Made by requests alone; other types may also be enqueued by the system. */
const requested = new Set(['orders.place', 'inventory.adjust', 'payments.refund'])

const idempotency: Rule = {
  name: 'idempotency: one key with two jobs, or a job that no key knows',
  find({ accepted, contradictions, keys, jobs }) {
    const jobOf = new Map(keys.map(({ accountId, key, jobId }) => [`${accountId} ${key}`, jobId]))
    const findings: Finding[] = contradictions.map((detail) => ({ id: detail.split(' ')[1] ?? '', detail }))
    for (const { accountId, key, jobId } of accepted) {
      if (key === null) continue
      const stored = jobOf.get(`${accountId} ${key}`)
      if (stored !== jobId) findings.push({ id: jobId, detail: `its key ${key} stands for ${stored ?? 'nothing'}` })
    }
    const known = new Set(jobOf.values())
    const strangers = jobs.filter((job) => !job.parentId && requested.has(job.type) && !known.has(job.id))
    return [...findings, ...strangers.map(({ id, type }) => ({ id, detail: `${type}: no key stands for it` }))]
  },
}

export const jobRules: Rule[] = [lost, withoutSubject, withoutProblem, withoutReason, idempotency]

/** @returns how many of the accepted jobs ended how. */
export function countJobs({ accepted, jobs }: Pick<Facts, 'accepted' | 'jobs'>) {
  const byId = new Map(jobs.map((job) => [job.id, job]))
  const visible = attended(jobs)
  const own = [...new Set(accepted.map(({ jobId }) => jobId))].flatMap((id) => byId.get(id) ?? [])
  const of = (state: string) => own.filter((job) => job.state === state).length
  return {
    accepted: accepted.length,
    succeeded: of('succeeded'),
    failed: of('failed'),
    cancelled: of('cancelled'),
    needsAttention: own.filter((job) => !isFinal(job) && visible.has(job.id)).length,
    /** With their flows' steps. */
    jobs: jobs.length,
  }
}
