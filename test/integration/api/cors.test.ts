// Pages of other origins: those that are named may use the API from a browser and read why they were refused; no other page
// learns anything.
import { expect } from 'chai'
import { type Harness, useHarness } from '../../support/harness.ts'
import { serveWithin } from '../../support/limits.ts'
import { storedRows } from './refused.ts'

const SHOP = 'https://shop.example'
const OTHER = 'http://127.0.0.1:3080'
/** None of them is one of ours, however alike. */
const hostile = [
  'https://evil.example',
  'https://shop.example.evil.example',
  'https://evilshop.example',
  'https://shop.example:8443',
  'http://shop.example',
  'https://SHOP.example',
  `${SHOP}, ${OTHER}`,
  'null',
  '*',
  '',
]

const corsHeaders = ({ headers }: Response) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')))

describe('a page of another origin', () => {
  const harness: Harness = useHarness()
  let url: string
  const closing: (() => Promise<void>)[] = []
  const serve = async (settings: Parameters<typeof serveWithin>[1], origins: string[] = [SHOP, OTHER]) => {
    const served = await serveWithin(harness, settings, harness.db, origins)
    closing.push(served.close)
    return served.url
  }
  before(async () => {
    url = await serve({})
  })
  after(async () => {
    for (const close of closing) await close()
  })

  const ask = async (path: string, origin: string, { at = url, ...init }: RequestInit & { at?: string } = {}) => {
    const authorization = `Bearer ${harness.api.key}`
    const answer = await fetch(at + path, { ...init, headers: { authorization, origin, ...init.headers } })
    await answer.arrayBuffer()
    return answer
  }
  /** As a browser asks before it sends: without a key. */
  const preflight = async (path: string, origin: string, method = 'POST') => {
    const headers = {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type,idempotency-key',
    }
    const answer = await fetch(url + path, { method: 'OPTIONS', headers })
    await answer.arrayBuffer()
    return answer
  }
  const problemOf = async (answer: Response) => ((await answer.json()) as { type: string }).type

  it('that is named reads answers and the headers that a client needs; nothing is shared with cookies', async () => {
    for (const origin of [SHOP, OTHER]) {
      const answer = await ask('/v1/products', origin)
      expect(answer.status).to.equal(200)
      const { 'access-control-expose-headers': exposed = '', ...others } = corsHeaders(answer)
      expect(others).to.deep.equal({ 'access-control-allow-origin': origin })
      const needed = ['ETag', 'Location', 'Retry-After', 'Idempotency-Replayed', 'Preference-Applied', 'RateLimit']
      expect(exposed.split(',')).to.include.members([...needed, 'RateLimit-Policy', 'Link'])
      expect(answer.headers.get('vary')?.split(/, */)).to.include('Origin')
    }
  })

  it('asks first, without a key, and is told what it may send', async () => {
    for (const path of ['/v1/orders', '/v1/jobs/none/cancel', '/V1/orders']) {
      const answer = await preflight(path, SHOP)
      expect(answer.status).to.equal(204)
      expect(corsHeaders(answer)).to.deep.equal({
        'access-control-allow-origin': SHOP,
        'access-control-allow-methods': 'GET,HEAD,POST,PUT,DELETE',
        'access-control-allow-headers': 'Authorization,Content-Type,Idempotency-Key,If-None-Match,Last-Event-ID,Prefer',
        'access-control-max-age': '7200',
      })
    }
  })

  it('reads why it was refused: without a key, for what is not there, for a bad body', async () => {
    const json = { 'content-type': 'application/json' }
    const refusals: [Promise<Response>, string][] = [
      [fetch(`${url}/v1/products`, { headers: { origin: SHOP } }), 'unauthorized'],
      [fetch(`${url}/v1/nothing`, { headers: { origin: SHOP, authorization: 'Bearer none' } }), 'unauthorized'],
      [fetch(`${url}/v1/orders`, { method: 'POST', headers: { origin: SHOP } }), 'unauthorized'],
      [
        fetch(`${url}/v1/jobs/none`, { headers: { origin: SHOP, authorization: `Bearer ${harness.api.key}` } }),
        'not-found',
      ],
      [
        fetch(`${url}/v1/emails`, {
          method: 'POST',
          body: '{',
          headers: { ...json, origin: SHOP, authorization: `Bearer ${harness.api.key}` },
        }),
        'malformed-body',
      ],
    ]
    for (const [asked, code] of refusals) {
      const answer = await asked
      expect(corsHeaders(answer), code).to.include({ 'access-control-allow-origin': SHOP })
      expect(await problemOf(answer)).to.equal(`/problems/${code}`)
    }
  })

  it('reads when to come back, where its rate is limited or the service is overloaded; asking first is always free', async () => {
    const limited = await serve({ RATE_LIMIT_PER_KEY: { requests: 1, seconds: 60 } })
    await ask('/v1/products', SHOP, { at: limited })
    const overloaded = await serve({ SHED_WAITING: 0 })
    for (const [at, status] of [
      [limited, 429],
      [overloaded, 503],
    ] as const) {
      const answer = await ask('/v1/products', SHOP, { at })
      expect(answer.status).to.equal(status)
      expect(answer.headers.get('retry-after')).to.match(/^\d+$/)
      expect(corsHeaders(answer)).to.include({ 'access-control-allow-origin': SHOP })
      expect(corsHeaders(answer)['access-control-expose-headers']).to.include('Retry-After')
      const headers = { origin: SHOP, 'access-control-request-method': 'GET' }
      expect((await fetch(`${at}/v1/products`, { method: 'OPTIONS', headers })).status).to.equal(204)
    }
  })

  it('follows a job live', async () => {
    const { body } = await harness.api.post('/v1/jobs', {
      type: 'emails.send',
      input: { to: 'ada@example.com', subject: 'Later', text: 'Later.' },
      runAt: new Date(Date.now() + 3_600_000).toISOString(),
    })
    const path = `/v1/jobs/${body.job.id}/events`
    const hungUp = new AbortController()
    const headers = { origin: SHOP, authorization: `Bearer ${harness.api.key}` }
    const answer = await fetch(url + path, { headers, signal: hungUp.signal })
    expect(answer.headers.get('content-type')).to.match(/^text\/event-stream/)
    expect(corsHeaders(answer)).to.include({ 'access-control-allow-origin': SHOP })
    const { value = new Uint8Array() } = (await answer.body?.getReader().read()) ?? {}
    expect(new TextDecoder().decode(value)).to.match(/^retry: /)
    hungUp.abort()
  })

  it('that is not named gets no such header, however alike it is, and stores nothing by asking first', async () => {
    const before = await storedRows(harness.db)
    for (const origin of hostile) {
      expect(corsHeaders(await ask('/v1/products', origin)), origin).to.deep.equal({})
      const asked = await preflight('/v1/orders', origin)
      expect([asked.status, corsHeaders(asked)], origin).to.deep.equal([401, {}])
      expect((await ask('/v1/products', origin)).headers.get('vary')?.split(/, */)).to.include('Origin')
    }
    expect(await storedRows(harness.db)).to.deep.equal(before)
  })

  it('gets at nothing of the operators', async () => {
    for (const path of ['/ops/queues', '/ops/discrepancies', '/metrics', '/webhooks/stripe', '/docs']) {
      expect(corsHeaders(await ask(path, SHOP)), path).to.deep.equal({})
      expect(corsHeaders(await preflight(path, SHOP)), path).to.deep.equal({})
    }
  })

  it('may read the document and the problem types, and gets nothing at all where no origin is named', async () => {
    for (const path of ['/openapi.json', '/problems', '/problems/not-found'])
      expect(corsHeaders(await ask(path, SHOP))).to.include({ 'access-control-allow-origin': SHOP })
    const closed = await serve({}, [])
    const answer = await ask('/v1/products', SHOP, { at: closed })
    expect([answer.status, corsHeaders(answer)]).to.deep.equal([200, {}])
  })
})
