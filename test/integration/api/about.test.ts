// What the API says about itself: its health, its description, its problem types, and the id of every request.
import { expect } from 'chai'
import { documentOf } from '../../../api/openapi/index.ts'
import { problemTypes } from '../../../lib/problems.ts'
import { registry } from '../../../workers/registry.ts'
import { createClient } from '../../support/client.ts'
import { environment } from '../../support/environment.ts'
import { useHarness } from '../../support/harness.ts'
import { expectProblem } from './refused.ts'

describe('the API', () => {
  const harness = useHarness()
  /** Reads without a key. */
  const open = (path: string) => createClient(harness.apiUrl, '').get(path)

  it('is live and ready without a key, and names its engine', async () => {
    const live = await open('/healthz')
    expect(live.status).to.equal(200)
    expect(live.body).to.deep.equal({ status: 'ok' })
    const ready = await open('/readyz')
    expect(ready.status).to.equal(200)
    expect(ready.body).to.deep.equal({ status: 'ready', engine: { kind: environment.engine, reachable: true } })
  })

  it('gives every answer an X-Request-Id of its own, errors too, and takes none from the caller', async () => {
    const paths = ['/healthz', '/nothing', '/v1/products', '/v1/jobs/1', '/openapi.json', '/ops/queues']
    const headers = { 'x-request-id': 'mine\u00e9' }
    const answers = await Promise.all(paths.map((path) => fetch(harness.apiUrl + path, { headers })))
    const ids = answers.map((answer) => answer.headers.get('x-request-id'))
    for (const id of ids) expect(id).to.match(/^[0-9a-f-]{36}$/)
    expect(new Set(ids).size).to.equal(paths.length)
    for (const answer of answers) await answer.arrayBuffer()
  })

  it('answers a path that it does not have with a 404 problem', async () => {
    for (const path of ['/nothing', '/v2/jobs', '/v1/nothing', '/v1', '/.env', '/%', '/%00', '//nothing']) {
      expectProblem(await harness.api.get(path), { code: 'not-found' })
    }
  })

  it('says nothing of what it is built with', async () => {
    const { headers } = await fetch(`${harness.apiUrl}/healthz`)
    expect(headers.get('x-powered-by')).to.equal(null)
    expect(headers.get('x-content-type-options')).to.equal('nosniff')
  })

  it('lists its problem types, and each resolves to its explanation', async () => {
    const { status, body } = await open('/problems')
    expect(status).to.equal(200)
    const types = body.data.map(({ type }: { type: string }) => type)
    expect(types).to.have.members(Object.keys(problemTypes).map((code) => `/problems/${code}`))
    for (const entry of body.data) {
      const explained = await open(entry.type)
      expect(explained.status).to.equal(200)
      expect(explained.body).to.deep.equal(entry)
      expect(Object.keys(entry)).to.have.members(['type', 'status', 'title', 'explanation', 'whatToDo'])
    }
  })

  it('answers 404 to a problem type that does not exist', async () => {
    for (const code of ['nope', '__proto__', 'constructor', '%00']) {
      expectProblem(await harness.api.get(`/problems/${code}`), { code: 'not-found' })
    }
  })

  describe('describes itself in OpenAPI 3.1', () => {
    // biome-ignore lint/suspicious/noExplicitAny: a test states what it expects of the document by asserting it.
    let document: any
    before(async () => {
      const { status, body } = await open('/openapi.json')
      expect(status).to.equal(200)
      document = body
    })

    it('with every kind of thing that the API does', () => {
      expect(document.openapi).to.equal('3.1.0')
      const operations = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
      )
      expect(operations).to.include.members([
        'POST /v1/orders',
        'GET /v1/orders/{id}',
        'POST /v1/payments/{id}/refunds',
        'POST /v1/emails',
        'DELETE /v1/suppressions/{address}',
        'POST /v1/inventory/adjustments',
        'POST /v1/jobs',
        'GET /v1/jobs/{id}',
        'POST /webhooks/stripe',
        'POST /ops/discrepancies/{id}/resolve',
        'GET /metrics',
        'GET /problems/{code}',
      ])
    })

    it('so that every operation is one that the server knows', async () => {
      for (const [path, methods] of Object.entries<Record<string, unknown>>(document.paths)) {
        for (const method of Object.keys(methods)) {
          const answer = await harness.api.send(method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'x'))
          // A route that does not exist is a 404 that says so.
          expect(answer.status, `${method} ${path}`).to.not.equal(405)
          expect(answer.body.detail ?? '', `${method} ${path}`).to.not.include('is not something this API does')
        }
      }
    })

    it('with the schema of every public job type, and of none that is not public', () => {
      const { schemas } = document.components
      for (const { type, public: face } of Object.values(registry))
        expect(schemas[type]?.title, type).to.equal(face ? type : undefined)
    })

    it('which is the one that the types of clients are made of', () => {
      expect(document).to.deep.equal(JSON.parse(JSON.stringify(documentOf(registry))))
    })

    it('with references that resolve', () => {
      const references = JSON.stringify(document).match(/"\$ref":"[^"]+"/g) ?? []
      expect(references).to.not.deep.equal([])
      for (const reference of references) {
        const [, pointer = ''] = /"#\/([^"]+)"$/.exec(reference) ?? []
        const target = pointer.split('/').reduce((at, key) => at?.[key], document)
        expect(target, reference).to.be.an('object')
      }
    })

    it('with a key required under /v1, a login for operators, and the Idempotency-Key where it is required', () => {
      const { apiKey, basic } = document.components.securitySchemes
      expect(apiKey).to.include({ type: 'http', scheme: 'bearer' })
      expect(basic).to.include({ type: 'http', scheme: 'basic' })
      for (const [path, methods] of Object.entries<Record<string, { security?: unknown[] }>>(document.paths)) {
        for (const operation of Object.values(methods)) {
          const open = /^\/(ops|metrics)/.test(path) ? [{ basic: [] }] : []
          expect(operation.security, path).to.deep.equal(path.startsWith('/v1') ? undefined : open)
        }
      }
      const keyOf = (path: string) =>
        JSON.stringify(document.paths[path].post.parameters).match(/idempotency-key-\w+/)?.[0]
      const required = ['/v1/orders', '/v1/payments/{id}/refunds', '/v1/inventory/adjustments']
      for (const path of required) expect(keyOf(path), path).to.equal('idempotency-key-required')
      for (const path of ['/v1/emails', '/v1/jobs']) expect(keyOf(path), path).to.equal('idempotency-key-optional')
      expect(keyOf('/v1/suppressions')).to.equal(undefined)
    })
  })

  describe('explains its problems to people, too', () => {
    const page = (path: string, accept: string) =>
      createClient(harness.apiUrl, '').send('GET', path, { headers: { accept } })
    const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'

    it('on a page for a browser, as JSON for all others', async () => {
      for (const path of ['/problems', '/problems/payment-declined']) {
        const html = await page(path, BROWSER)
        expect(html.status).to.equal(200)
        expect(html.headers.get('content-type')).to.equal('text/html; charset=utf-8')
        expect(html.headers.get('vary')).to.include('Accept')
        expect(html.body)
          .to.include('<h1>')
          .and.not.match(/<script|https?:/)
        for (const accept of ['*/*', 'application/json', 'application/json, text/html;q=0.9', '']) {
          expect((await page(path, accept)).headers.get('content-type'), accept).to.match(/^application\/json/)
        }
      }
      const { body } = await page('/problems/payment-declined', BROWSER)
      expect(body).to.include('The payment was declined').and.include('What to do').and.include('status 402')
    })

    it('and begins with a page that leads to the documentation', async () => {
      const { body } = await page('/', BROWSER)
      for (const [, target = ''] of body.matchAll(/<a href="([^"]+)"/g))
        expect((await page(target, BROWSER)).status).to.equal(200)
    })
  })
})
