// Makes the bytes of a request of its plan, stage by stage, with what spoils it at each.
import { createHmac } from 'node:crypto'
import { type Draft, setHeader } from './draft.ts'
import type { Caller, Plan } from './generate/plan.ts'
import type { Known } from './known.ts'
import { fillIn, type Reference } from './references.ts'
import { spoil } from './spoil/index.ts'

export interface Surroundings {
  known: Known
  /** What a caller sends as Authorization; nothing for nobody. */
  credentials: Record<Caller, string | undefined>
  webhookSecret: string
  /** `127.0.0.1:3000` */
  host: string
}

export function compose(plan: Plan, { known, credentials, webhookSecret, host }: Surroundings): Draft {
  const find = (reference: Reference) => known.find(plan.caller, reference)
  const fill = (values: Record<string, unknown>) =>
    Object.entries(values).map(([name, value]): [string, string] => [name, String(fillIn(value, find)).toWellFormed()])
  const { operation } = plan
  const draft: Draft = {
    plan,
    method: operation.method,
    target: targetOf(operation.path, new Map(fill(plan.path)), fill(plan.query)),
    headers: fill(plan.headers).map(([name, value]) => [name, value]),
    value: fillIn(plan.body, find),
    text: '',
    bytes: undefined,
    framing: 'length',
    pace: 'at-once',
    raw: false,
  }
  spoil(draft, plan.spoils, 'value')
  if (draft.value !== undefined) {
    const isJson = operation.body?.mediaType === 'application/json'
    draft.text = isJson || typeof draft.value !== 'string' ? JSON.stringify(draft.value) : draft.value
    spoil(draft, plan.spoils, 'text')
    draft.bytes = Buffer.from(draft.text)
  }
  if (operation.body && draft.bytes) setHeader(draft, 'Content-Type', operation.body.mediaType)
  spoil(draft, plan.spoils, 'bytes')
  const authorization = credentials[plan.caller]
  if (authorization) setHeader(draft, 'Authorization', authorization)
  const signature = draft.headers.find(([, value]) => value === 'signed')
  if (signature) signature[1] = sign(draft.bytes ?? Buffer.alloc(0), webhookSecret)
  spoil(draft, plan.spoils, 'headers')
  draft.headers.unshift(['Host', host])
  spoil(draft, plan.spoils, 'protocol')
  frame(draft)
  return draft
}

function targetOf(path: string, parameters: Map<string, string>, query: [string, string][]): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parameters.get(name) ?? ''))
  return query.length > 0 ? `${filled}?${new URLSearchParams(query)}` : filled
}

/** As the provider does: HMAC-SHA-256 over the time, a dot and the body. */
function sign(bytes: Buffer, secret: string): string {
  const at = Math.floor(Date.now() / 1_000)
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.`).update(bytes).digest('hex')}`
}

function frame(draft: Draft): void {
  const { bytes, framing } = draft
  if (framing === 'chunked' && bytes) draft.headers.push(['Transfer-Encoding', 'chunked'])
  if (framing === 'length' && bytes) draft.headers.push(['Content-Length', String(bytes.length)])
  if (draft.raw && !draft.headers.some(([name]) => name.toLowerCase() === 'connection'))
    draft.headers.push(['Connection', 'close'])
}

const CHUNK = 7_000

/** The request as it goes over the wire. */
export function serialise({ method, target, headers, bytes, framing }: Draft): Buffer {
  const head = [`${method} ${target} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`), '', ''].join(
    '\r\n',
  )
  const body = bytes && framing === 'chunked' ? inChunks(bytes) : (bytes ?? Buffer.alloc(0))
  return Buffer.concat([Buffer.from(head, 'latin1'), body])
}

function inChunks(bytes: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < bytes.length; at += CHUNK) {
    const part = bytes.subarray(at, at + CHUNK)
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'))
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')])
}
