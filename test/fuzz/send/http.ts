// Sends a request as a good HTTP client does: over connections that are kept, framed as it should be.
import { Agent, type IncomingMessage, request } from 'node:http'
import type { Draft } from '../draft.ts'
import { type Answer, type Outcome, PATIENCE_MS, STREAM_MS } from './answer.ts'

export interface Sender {
  send(draft: Draft): Promise<Outcome>
  close(): void
}

export function createSender(url: URL, connections: number): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const once = (draft: Draft) =>
    new Promise<Outcome & { stale?: boolean }>((resolve) => {
      const startedAt = performance.now()
      const took = () => performance.now() - startedAt
      const { method, target: path, headers, bytes } = draft
      const sent = request({ agent, host: url.hostname, port: url.port, method, path, headers: headers.flat() })
      const timer = setTimeout(() => {
        resolve({ kind: 'hang', ms: took() })
        sent.destroy()
      }, PATIENCE_MS)
      const end = (outcome: Outcome & { stale?: boolean }) => {
        clearTimeout(timer)
        resolve(outcome)
      }
      sent.once('response', (response) => {
        read(response).then(
          (answer) => end({ kind: 'answer', answer, ms: answer.isStream ? 0 : took() }),
          (error: Error) => end({ kind: 'none', why: `broken off: ${error.message}`, ms: took() }),
        )
      })
      sent.once('upgrade', (_response, socket) => {
        socket.destroy()
        end({ kind: 'none', why: 'upgraded', ms: took() })
      })
      sent.once('error', (error: NodeJS.ErrnoException) => {
        // The server had closed the kept connection before the request came: clients send it again.
        end({ kind: 'none', why: error.code ?? error.message, ms: took(), stale: sent.reusedSocket })
      })
      sent.end(bytes)
    })
  return {
    async send(draft) {
      const outcome = await once(draft)
      return outcome.kind === 'none' && outcome.stale ? once(draft) : outcome
    },
    close: () => agent.destroy(),
  }
}

/** @throws Error when the connection is lost before the end */
function read(response: IncomingMessage): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = new Headers()
    for (const [name, values] of Object.entries(response.headersDistinct))
      for (const value of values ?? []) headers.append(name, value)
    const isStream = headers.get('content-type')?.startsWith('text/event-stream') ?? false
    const parts: Buffer[] = []
    const end = () =>
      resolve({ status: response.statusCode ?? 0, headers, text: Buffer.concat(parts).toString(), isStream })
    response.on('data', (part: Buffer) => parts.push(part))
    response.once('end', end)
    response.once('error', reject)
    if (isStream)
      setTimeout(() => {
        end()
        response.destroy()
      }, STREAM_MS).unref()
  })
}
