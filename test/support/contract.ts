// Every answer of the API that a test gets through `fetch` is held against the API's document: an undeclared status, a
// header that is missing or a body that does not fit fails the test, whether it looks at the answer or not.
import type { HeldAnswer } from './document.ts'

const urls = new Set<string>()
const broken: string[] = []
const plainFetch = globalThis.fetch

/** From now on the answers of the API at this address are held against the document. */
export function holdToDocument(url: string): void {
  urls.add(url)
  globalThis.fetch = heldFetch
}

/** @returns what did not fit since the last call: a test may have caught what `fetch` threw. */
export const takeBroken = (): string[] => broken.splice(0)

async function heldFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const asked = input instanceof Request ? input : { url: String(input), method: init?.method ?? 'GET' }
  const url = new URL(asked.url)
  const response = await plainFetch(input, init)
  // Another server, an inbox or a simulator, may have a port by now that an API had. Each answer of the API has an id.
  if (!urls.has(url.origin) || !response.headers.has('x-request-id')) return response
  const { holdAnswer } = await import('./document.ts')
  const faults = holdAnswer(await read({ method: asked.method.toUpperCase(), path: url.pathname }, response))
  if (faults.length === 0) return response
  const message = `${asked.method} ${url.pathname} answered ${response.status}: ${faults.join('; ')}`
  broken.push(message)
  throw new Error(message)
}

/** A stream of events ends with the job: it is not read here. */
async function read(request: Pick<HeldAnswer, 'method' | 'path'>, response: Response): Promise<HeldAnswer> {
  const { status, headers } = response
  const isStream = headers.get('content-type')?.startsWith('text/event-stream')
  return { ...request, status, headers, text: isStream ? undefined : await response.clone().text() }
}
