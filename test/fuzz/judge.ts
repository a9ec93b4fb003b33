// The oracle: whether an answer is one that the document declares for its operation, its caller and what was sent.
import { holdAnswer } from '../support/document.ts'
import type { Draft } from './draft.ts'
import type { Answer, Outcome } from './send/answer.ts'

/**
 * status: not declared, or 5xx · schema: headers or body do not fit · hang · connection: ended without an answer · access:
 * something was shown or done for somebody whose it is not · example: one of the document's own was refused.
 */
export type FaultKind = 'status' | 'schema' | 'hang' | 'connection' | 'access' | 'example'

export interface Fault {
  kind: FaultKind
  detail: string
}

/**
 * What Node's HTTP parser answers by itself, before the API sees anything: 400 no HTTP, 408 too slow, 413 chunk extensions too
 * long, 417 an expectation that it does not know, 431 headers or target too long. They have no body and no X-Request-Id.
 */
const parserStatuses = new Set([400, 408, 413, 417, 431])
/** From here on a body is refused before it was read: the connection may be gone before the answer was (RFC 9112 §9.6). */
const LARGE_BYTES = 500_000
/** As a head is by Node, with 431 (its `maxHeaderSize` is 16 KiB). */
const LARGE_HEAD = 16_000

export function judge(draft: Draft, outcome: Outcome): Fault[] {
  const isProtocol = draft.plan.spoils.some(({ stage }) => stage === 'headers' || stage === 'protocol')
  if (outcome.kind === 'hang') return [{ kind: 'hang', detail: `no answer after ${Math.round(outcome.ms)} ms` }]
  if (outcome.kind === 'none') {
    const isExcused = draft.raw || (draft.bytes?.length ?? 0) > LARGE_BYTES || headLength(draft) > LARGE_HEAD
    return isExcused ? [] : [{ kind: 'connection', detail: outcome.why }]
  }
  const { answer } = outcome
  if (!answer.headers.has('x-request-id')) {
    const isExpected = isProtocol && parserStatuses.has(answer.status)
    return isExpected ? [] : [{ kind: 'status', detail: `${answer.status} by the parser` }]
  }
  const excess = answer.status >= 500 || answer.status === 429
  return [
    ...(excess ? [{ kind: 'status' as const, detail: `${answer.status}: ${answer.text.slice(0, 300)}` }] : []),
    ...(excess ? [] : held(draft, answer)),
    ...judgeAccess(draft, answer),
    ...judgeExample(draft, answer),
  ]
}

const headLength = ({ target, headers }: Draft) =>
  headers.reduce((sum, header) => sum + header.join().length, target.length)

/** Holds it against the document; each event of a stream as if it had been asked for by itself. */
function held(draft: Draft, { status, headers, text, isStream }: Answer): Fault[] {
  const { method } = draft
  const path = pathOf(draft.target)
  const found = (answer: Parameters<typeof holdAnswer>[0]) => {
    try {
      return holdAnswer(answer)
    } catch (error) {
      return [`the body is no JSON: ${String(error)} in ${text.slice(0, 200)}`]
    }
  }
  const faults = found({ method, path, status, headers, text: isStream ? undefined : text })
  const events = isStream ? text.split('\n').flatMap((line) => /^data: (.*)$/.exec(line)?.[1] ?? []) : []
  const asJob = new Headers({ 'content-type': 'application/json', 'x-request-id': '0', etag: '0' })
  const jobPath = path.replace(/\/events\/?$/i, '')
  for (const event of events)
    faults.push(...found({ method: 'GET', path: jobPath, status: 200, headers: asJob, text: event }))
  return faults.map((detail) => ({
    kind: /^(this status|no operation)/.test(detail) ? ('status' as const) : ('schema' as const),
    detail: `${status}: ${detail}`,
  }))
}

/** As the API reads it: an absolute target is taken for its path. What cannot be read is no path. */
export const pathOf = (target: string): string => {
  if (target.startsWith('/')) return target.split(/[?#]/)[0] ?? ''
  const absolute = URL.canParse(target) ? new URL(target) : undefined
  return absolute?.host ? absolute.pathname : target
}

/** Without a key nothing under /v1, without a login nothing of the operators, and never another account's (invariant 9). */
function judgeAccess({ plan, target }: Draft, { status }: Answer): Fault[] {
  if (status >= 400 || /^\/(docs|problems|healthz|readyz|openapi)/i.test(pathOf(target))) return []
  const { caller, operation, path, spoils } = plan
  const isAccount = caller === 'north' || caller === 'south'
  const isGuarded = operation.path.startsWith('/v1') ? !isAccount : operation.operators && caller !== 'operator'
  const isReached =
    /^\/(v1|ops|metrics)\b/i.test(pathOf(target)) && spoils.every(({ name }) => name !== 'another method')
  if (isGuarded && isReached) return [{ kind: 'access', detail: `${caller} got ${status}` }]
  const ids = Object.values(path as Record<string, { whose?: string; $reference?: string } | string>)
  const isOthers = ids.some((id) => typeof id === 'object' && id.whose !== 'own' && id.$reference !== 'schedule')
  const isStrange = isAccount && isOthers && spoils.length === 0 && operation.path.startsWith('/v1')
  return isStrange ? [{ kind: 'access', detail: `${caller} got ${status} of somebody else's` }] : []
}

/** What the document shows people is not refused for its form. */
function judgeExample({ plan }: Draft, { status, text }: Answer): Fault[] {
  const { caller, isExample, spoils, operation } = plan
  const isGood = isExample && spoils.length === 0 && ['north', 'south'].includes(caller) && !operation.operators
  const isRefused = [413, 415].includes(status) || (status === 422 && !text.includes('idempotency-key-reused'))
  return isGood && isRefused ? [{ kind: 'example', detail: `${status}: ${text.slice(0, 300)}` }] : []
}
