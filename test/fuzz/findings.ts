// What was found, each once: how often it came, its smallest request, and how to send that by hand.
import type { Draft } from './draft.ts'
import type { Fault, FaultKind } from './judge.ts'

export interface Finding {
  kind: FaultKind
  /** What makes two findings the same one. */
  signature: string
  detail: string
  count: number
  /** The smallest one so far. */
  draft: Draft
}

const SHOWN = 700
const MOST_DETAIL = 500

export interface Findings {
  readonly all: Finding[]
  count(kind: FaultKind): number
  /** @returns whether it is the first of its kind */
  note(draft: Draft, fault: Fault): boolean
  /** A smaller request that finds the same. */
  shrink(signature: string, draft: Draft): void
}

/** Ids, numbers and what was sent differ from one time to the next. */
export const signatureOf = ({ plan }: Draft, { kind, detail }: Fault): string =>
  [
    plan.operation.id,
    kind,
    detail.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|\d{4,}|"[^"]*"| in \{.*/gs, '…').slice(0, 120),
  ].join(' ')

export function createFindings(): Findings {
  const found = new Map<string, Finding>()
  return {
    get all() {
      return [...found.values()]
    },
    count: (kind) =>
      [...found.values()].filter((each) => each.kind === kind).reduce((sum, each) => sum + each.count, 0),
    note(draft, fault) {
      const signature = signatureOf(draft, fault)
      const known = found.get(signature)
      if (known) known.count++
      else found.set(signature, { ...fault, signature, count: 1, draft })
      return !known
    },
    shrink(signature, draft) {
      const known = found.get(signature)
      if (known) known.draft = draft
    },
  }
}

/** @param credentials which value of Authorization is whose */
export const describe = (
  { kind, detail, count, draft }: Finding,
  url: string,
  credentials: Map<string, string>,
): string =>
  [
    `${kind}: ${draft.plan.operation.id}, ${count} times; ${origin(draft)}`,
    `  ${detail.slice(0, MOST_DETAIL)}`,
    `  ${byHand(draft, url, credentials)}`,
  ].join('\n')

/** Whose request it is, and what was done to it. */
export const origin = ({ plan: { caller, spoils } }: Draft): string =>
  [`by ${caller}`, ...spoils.map(({ name, at, how }) => `${name} (${at}, ${how})`)].join(', ')

/** Like a call of curl; what curl would not send so is marked. */
export function byHand(
  { method, target, headers, bytes, framing, pace, raw }: Draft,
  url: string,
  credentials: Map<string, string>,
) {
  const notes = [raw && 'over a socket', framing !== 'length' && framing, pace !== 'at-once' && pace].filter(Boolean)
  const shown = headers
    .filter(([name]) => name !== 'Host')
    .map(([name, value]) => `-H ${quote(`${name}: ${(value && credentials.get(value)) || value}`)}`)
  const text = bytes?.toString('latin1') ?? ''
  const body = bytes ? [`--data-binary ${quote(text)}`] : []
  return [
    ...(notes.length > 0 ? [`[${notes.join(', ')}]`] : []),
    `curl -i -X ${method}`,
    quote(url + target),
    ...shown,
    ...body,
  ].join(' ')
}

const quote = (text: string) => {
  const printable = text.replaceAll(
    /[^\x20-\x7e\n]/g,
    (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
  const short = printable.length > SHOWN ? `${printable.slice(0, SHOWN)}… (${text.length} bytes)` : printable
  return `'${short.replaceAll("'", "'\\''")}'`
}
