// The client of the demo page, which is made to be copied, against a server that does what networks and services do.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'

interface Job {
  state: string
  finishedAt: string | null
}

interface Errand {
  get(path: string): Promise<unknown>
  submit(path: string, body: unknown, options?: { idempotencyKey?: string; signal?: AbortSignal }): Promise<unknown>
  follow(id: string, options?: { signal?: AbortSignal; onConnection?: (state: string) => void }): AsyncIterable<Job>
}

interface Client {
  createErrand(options: { apiUrl: string; apiKey: string; firstWaitMs: number; silentMs?: number }): Errand
  ErrandError: new (problem: object) => Error & { status: number; problem: { type: string } }
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const page = new URL('../../../../lib/local/demo-page/errand.js', import.meta.url).href
const event = (id: number, state: string) => {
  const finishedAt = state === 'succeeded' ? '2026-01-01T00:00:00.000Z' : null
  return `event: job\nid: "${id}"\ndata: ${JSON.stringify({ state, finishedAt })}\n\n`
}
const sendEvents: (...texts: string[]) => Answer =
  (...texts) =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const text of texts) response.write(text)
    response.end()
  }
const refuse =
  (status: number, code: string, headers = {}): Answer =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/problem+json', ...headers })
    response.end(JSON.stringify({ type: `/problems/${code}`, title: code, status, detail: 'No.' }))
  }
const accept: Answer = (_, response) => response.writeHead(202, { 'content-type': 'application/json' }).end('{"job":1}')
const hangUp: Answer = (request) => request.socket.destroy()

describe('the demo’s client', () => {
  let client: Client
  let answers: Answer[]
  let requests: IncomingMessage[]
  const server = createServer((request, response) => {
    requests.push(request)
    request.resume().once('end', () => (answers.shift() ?? refuse(500, 'internal'))(request, response))
  })
  let apiUrl: string
  before(async () => {
    client = await import(page)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(
    () =>
      new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      }),
  )
  beforeEach(() => {
    requests = []
  })

  const connect = (...played: Answer[]) => {
    answers = played
    return client.createErrand({ apiUrl, apiKey: 'key', firstWaitMs: 1, silentMs: 200 })
  }
  const follow = async (errand: Errand, heard: string[] = []) => {
    const states = []
    const onConnection = (state: string) => heard.push(state)
    for await (const job of errand.follow('1', { onConnection })) states.push(job.state)
    return states
  }
  const refusalOf = (asked: Promise<unknown>) =>
    asked.then(
      () => expect.fail('it was not refused'),
      (error: InstanceType<Client['ErrandError']>) => error,
    )
  const headersOf = (name: string) => requests.map(({ headers }) => headers[name])

  it('submits under one Idempotency-Key, however often it has to (invariant 3)', async () => {
    const passing = [
      hangUp,
      refuse(503, 'overloaded'),
      refuse(409, 'idempotency-key-in-flight'),
      refuse(429, 'rate-limited'),
    ]
    const errand = connect(...passing, accept)
    expect(await errand.submit('/v1/orders', { items: [] })).to.deep.equal({ job: 1 })
    expect(requests).to.have.length(5)
    const keys = headersOf('idempotency-key')
    expect(keys[0]).to.match(/^[\da-f-]{36}$/)
    expect(new Set(keys).size).to.equal(1)
    expect(new Set(headersOf('authorization'))).to.deep.equal(new Set(['Bearer key']))
    await connect(accept).submit('/v1/orders', {}, { idempotencyKey: 'mine' })
    expect(headersOf('idempotency-key').at(-1)).to.equal('mine')
  })

  it('takes another intention for another key', async () => {
    const errand = connect(accept, accept)
    await errand.submit('/v1/orders', {})
    await errand.submit('/v1/orders', {})
    expect(new Set(headersOf('idempotency-key')).size).to.equal(2)
  })

  it('waits as long as the service asks for', async () => {
    const errand = connect(refuse(503, 'overloaded', { 'retry-after': '1' }), accept)
    const startedAt = performance.now()
    await errand.submit('/v1/orders', {})
    expect(performance.now() - startedAt).to.be.above(990)
  })

  it('gives a refusal to the caller as it is, at once, and a failure that lasts in the end', async () => {
    const refused = await refusalOf(connect(refuse(422, 'invalid-request')).submit('/v1/orders', {}))
    expect(refused).to.be.instanceOf(client.ErrandError)
    expect([refused.status, refused.problem.type]).to.deep.equal([422, '/problems/invalid-request'])
    expect(requests).to.have.length(1)
    expect((await refusalOf(connect().get('/v1/products'))).status).to.equal(500)
    expect(requests).to.have.length(7)
    const html: Answer = (_, response) => response.writeHead(403, { 'content-type': 'text/html' }).end('<h1>Proxy</h1>')
    expect((await refusalOf(connect(html).get('/v1/products'))).status).to.equal(403)
  })

  it('follows to the end, over every loss, from the event it saw last', async () => {
    const cut: Answer = (request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`retry: 1\n\n${event(2, 'running')}`, () => request.socket.destroy())
    }
    const heard: string[] = []
    const errand = connect(
      sendEvents('retry: 1\n\n', event(1, 'queued')),
      cut,
      refuse(503, 'overloaded'),
      hangUp,
      sendEvents(':\n\n', event(3, 'succeeded')),
    )
    expect(await follow(errand, heard)).to.deep.equal(['queued', 'running', 'succeeded'])
    expect(headersOf('last-event-id')).to.deep.equal([undefined, '"1"', '"2"', '"2"', '"2"'])
    expect(heard).to.deep.equal(['live', 'lost', 'live', 'lost', 'lost', 'lost', 'live'])
  })

  it('reads events however they are cut into pieces', async () => {
    const text = `retry: 1\n\n${event(1, 'running')}:\n\n${event(2, 'succeeded')}`
    expect(await follow(connect(sendEvents(...text)))).to.deep.equal(['running', 'succeeded'])
  })

  it('gives a connection up over which nothing comes', async () => {
    const silent: Answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(event(1, 'running'))
    }
    const heard: string[] = []
    expect(await follow(connect(silent, sendEvents(event(2, 'succeeded'))), heard)).to.deep.equal([
      'running',
      'succeeded',
    ])
    expect(heard).to.deep.equal(['live', 'lost', 'live'])
  })

  it('ends where the final event was seen before, and says why where it may not follow', async () => {
    expect(await follow(connect((_, response) => response.writeHead(204).end()))).to.deep.equal([])
    const refused = await refusalOf(follow(connect(refuse(404, 'not-found'))))
    expect(refused.status).to.equal(404)
  })

  it('stops, and hangs up, when it is told to', async () => {
    const stop = new AbortController()
    const closed = new Promise((resolve) => {
      answers = [
        (request, response) => {
          request.socket.once('close', resolve)
          response.writeHead(200, { 'content-type': 'text/event-stream' }).write(event(1, 'running'))
        },
      ]
    })
    const errand = client.createErrand({ apiUrl, apiKey: 'key', firstWaitMs: 1 })
    const states: string[] = []
    const following = (async () => {
      for await (const job of errand.follow('1', { signal: stop.signal })) {
        states.push(job.state)
        stop.abort(new Error('enough'))
      }
    })()
    expect((await refusalOf(following)).message).to.match(/enough|aborted/)
    await closed
    expect(states).to.deep.equal(['running'])
  })
})
