// A client of the API as a test sees it: status, headers and parsed body of every answer.
import { randomUUID } from 'node:crypto'
import { holdToDocument } from './contract.ts'
import { waitFor } from './wait-for.ts'

// biome-ignore lint/suspicious/noExplicitAny: a test states what it expects of a body by asserting it.
type Body = any

export interface TestAnswer {
  status: number
  headers: Headers
  body: Body
}

export interface TestClient {
  get(path: string): Promise<TestAnswer>
  /** Posts JSON with a fresh Idempotency-Key, unless `headers` says otherwise. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<TestAnswer>
  /** Sends exactly what it is given. */
  send(method: string, path: string, init?: { body?: string; headers?: Record<string, string> }): Promise<TestAnswer>
  /** Polls a job until it is final. */
  finished(jobId: string): Promise<Body>
  key: string
}

export function createClient(url: string, key: string): TestClient {
  holdToDocument(url)
  const send: TestClient['send'] = async (method, path, { body, headers } = {}) => {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, ...headers },
      ...(body !== undefined && { body }),
    })
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
  }
  const get: TestClient['get'] = (path) => send('GET', path)
  return {
    send,
    get,
    post: (path, body, headers = {}) =>
      send('POST', path, {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID(), ...headers },
      }),
    finished: (jobId) =>
      waitFor(`job ${jobId} to be final`, async () => {
        const { body } = await get(`/v1/jobs/${jobId}`)
        return body.finishedAt ? body : undefined
      }),
    key,
  }
}
