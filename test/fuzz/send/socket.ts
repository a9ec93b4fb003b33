// Sends the bytes of a request over a socket of its own, whatever they are, at whatever pace, and reads what comes back.
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { serialise } from '../compose.ts'
import type { Draft } from '../draft.ts'
import { type Answer, type Outcome, PATIENCE_MS, STREAM_MS } from './answer.ts'

const TRICKLES = 12
const TRICKLE_MS = 80

export async function sendRaw(url: URL, draft: Draft): Promise<Outcome> {
  const startedAt = performance.now()
  const socket = connect({ host: url.hostname, port: Number(url.port), allowHalfOpen: true })
  const received: Buffer[] = []
  const closed = new Promise<string>((resolve) => {
    socket.on('data', (part: Buffer) => {
      received.push(part)
      if (isEventStream(received)) setTimeout(() => socket.destroy(), STREAM_MS).unref()
    })
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    // The server's end; ours may have come before.
    socket.once('end', () => socket.end())
    socket.once('close', () => resolve('closed'))
  })
  const late = new AbortController()
  const isLate = delay(PATIENCE_MS, true, { signal: late.signal }).catch(() => false)
  await write(socket, draft, closed)
  const why = await Promise.race([closed, isLate])
  late.abort()
  socket.destroy()
  const ms = performance.now() - startedAt
  const answer = parse(Buffer.concat(received).toString('latin1'))
  if (answer) return { kind: 'answer', answer, ms: answer.isStream ? 0 : ms }
  return why === true ? { kind: 'hang', ms } : { kind: 'none', why: String(why), ms }
}

/** Ends with the end of our side: what is missing then never comes. */
async function write(socket: Socket, draft: Draft, closed: Promise<string>): Promise<void> {
  const bytes = serialise(draft)
  let isOpen = true
  void closed.then(() => {
    isOpen = false
  })
  const put = (part: Buffer) => {
    if (isOpen) socket.write(part)
  }
  if (draft.pace === 'trickled') {
    const size = Math.ceil(bytes.length / TRICKLES)
    for (let at = 0; at < bytes.length; at += size) {
      put(bytes.subarray(at, at + size))
      await delay(TRICKLE_MS)
    }
  } else if (draft.pace === 'cut') put(bytes.subarray(0, Math.max(1, bytes.length - 5)))
  else put(bytes)
  if (draft.pace === 'hang-up') {
    await delay(bytes.length % 40)
    socket.destroy()
  } else if (isOpen) socket.end()
}

const isEventStream = (received: Buffer[]) =>
  received.length === 1 && /content-type: text\/event-stream/i.test(received[0]?.toString('latin1') ?? '')

/** @returns the first answer that is not just an interim one; undefined where there is none */
function parse(text: string): Answer | undefined {
  const at = text.indexOf('\r\n\r\n')
  const [, code] = /^HTTP\/1\.1 (\d{3})/.exec(text) ?? []
  if (at < 0 || !code) return undefined
  if (code.startsWith('1')) return parse(text.slice(at + 4))
  const headers = new Headers()
  for (const line of text.slice(0, at).split('\r\n').slice(1)) {
    const colon = line.indexOf(':')
    headers.append(line.slice(0, colon), line.slice(colon + 1).trim())
  }
  const rest = text.slice(at + 4)
  const isChunked = headers.get('transfer-encoding')?.toLowerCase() === 'chunked'
  const length = headers.get('content-length')
  const body = isChunked ? joinChunks(rest) : rest.slice(0, length === null ? undefined : Number(length))
  const isStream = headers.get('content-type')?.startsWith('text/event-stream') ?? false
  return { status: Number(code), headers, text: Buffer.from(body, 'latin1').toString(), isStream }
}

function joinChunks(text: string): string {
  const [line = ''] = text.split('\r\n', 1)
  const size = Number.parseInt(line, 16)
  if (!size) return ''
  const from = line.length + 2
  return text.slice(from, from + size) + joinChunks(text.slice(from + size + 2))
}
