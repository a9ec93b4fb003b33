// What the API says about itself: its health, its description, its problem types, and the id of every request.
import { expect } from 'chai'
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
    for (const path of ['/', '/nothing', '/v2/jobs', '/v1/nothing', '/v1', '/.env', '/%', '/%00', '//']) {
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
      expect(Object.keys(entry)).to.have.members(['type', 'status', 'title'])
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

    it('with every route that there is, and no other', async () => {
      expect(document.openapi).to.equal('3.1.0')
      const operations = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
      )
      expect(operations).to.have.members([
        'POST /v1/orders',
        'GET /v1/orders/{id}',
        'POST /v1/orders/{id}/capture',
        'POST /v1/orders/{id}/cancel',
        'GET /v1/payments/{id}',
        'POST /v1/payments/{id}/refunds',
        'POST /v1/emails',
        'GET /v1/suppressions',
        'POST /v1/suppressions',
        'DELETE /v1/suppressions/{address}',
        'GET /healthz',
        'GET /readyz',
        'GET /v1/products',
        'GET /v1/inventory/{sku}',
        'POST /v1/inventory/adjustments',
        'POST /v1/jobs',
        'GET /v1/jobs/{id}',
        'POST /webhooks/stripe',
        'GET /ops/discrepancies',
        'POST /ops/discrepancies/{id}/resolve',
        'GET /metrics',
        'GET /problems',
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
      const types = Object.values(registry)
      const publicTypes = types.filter((each) => each.public).map(({ type }) => type)
      expect(Object.keys(document.components.schemas)).to.have.members(['Problem', ...publicTypes])
      for (const type of publicTypes) expect(document.components.schemas[type].title).to.equal(type)
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
      expect(document.components.securitySchemes).to.deep.equal({
        apiKey: { type: 'http', scheme: 'bearer' },
        basic: { type: 'http', scheme: 'basic' },
      })
      for (const [path, methods] of Object.entries<Record<string, { security?: unknown[] }>>(document.paths)) {
        for (const operation of Object.values(methods)) {
          const open = /^\/(ops|metrics)/.test(path) ? [{ basic: [] }] : []
          expect(operation.security, path).to.deep.equal(path.startsWith('/v1') ? undefined : open)
        }
      }
      const needsKey = (path: string) =>
        document.paths[path].post.parameters.find((each: { in: string }) => each.in === 'header')?.required
      const required = ['/v1/orders', '/v1/payments/{id}/refunds', '/v1/inventory/adjustments']
      for (const path of required) expect(needsKey(path), path).to.equal(true)
      for (const path of ['/v1/emails', '/v1/jobs']) expect(needsKey(path), path).to.equal(false)
    })
  })
})
