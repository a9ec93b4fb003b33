// The tests' own watch: what it must find in an answer that is not the one that the document declares.
import { expect } from 'chai'
import { type HeldAnswer, holdAnswer } from '../support/document.ts'

const jsonHeaders = { 'content-type': 'application/json; charset=utf-8', 'x-request-id': '0' }
const STOCK = { sku: 'MUG-BLUE', onHand: 5, reserved: 1, available: 4, version: 2 }
const stock = (change: Partial<Omit<HeldAnswer, 'headers'>> = {}, body: object = STOCK, headers: object = {}) => ({
  method: 'GET',
  path: '/v1/inventory/MUG-BLUE',
  status: 200,
  headers: new Headers({ ...jsonHeaders, ...headers }),
  text: JSON.stringify(body),
  ...change,
})
const problem = (code: string, status: number) =>
  stock(
    { status },
    { type: `/problems/${code}`, title: 'T', status, detail: 'D' },
    { 'content-type': 'application/problem+json' },
  )

describe('an answer that is held against the document', () => {
  it('passes where it is what is declared', () => {
    expect(holdAnswer(stock())).to.deep.equal([])
    expect(holdAnswer(problem('not-found', 404))).to.deep.equal([])
    expect(holdAnswer(stock({ method: 'HEAD', text: '' }))).to.deep.equal([])
    expect(holdAnswer(stock({ method: 'OPTIONS', status: 204, text: '' }))).to.deep.equal([])
  })

  const faults: Record<string, [HeldAnswer, RegExp]> = {
    'a column that leaks': [stock({}, { ...STOCK, accountId: 'x' }), /additional properties/],
    'a field that is missing': [stock({}, { sku: 'MUG-BLUE' }), /required property 'onHand'/],
    'a field of another type': [stock({}, { ...STOCK, onHand: '5' }), /onHand must be integer/],
    'a status that is not declared': [stock({ status: 201 }), /not declared/],
    'a problem of a type that is not declared': [problem('payment-declined', 404), /type must be equal to one of/],
    'a problem whose status is not the answer’s': [
      stock(
        { status: 404 },
        { type: '/problems/not-found', title: 'T', status: 400, detail: 'D' },
        {
          'content-type': 'application/problem+json',
        },
      ),
      /the problem says 400/,
    ],
    'a header that is missing': [
      { ...stock(), headers: new Headers({ 'content-type': 'application/json' }) },
      /X-Request-Id is missing/,
    ],
    'another media type': [stock({}, STOCK, { 'content-type': 'text/html' }), /text\/html is not declared/],
    'an answer of a method that the path has not': [stock({ method: 'DELETE', status: 204, text: '' }), /no operation/],
    'an answer of a path that is not described': [stock({ path: '/v1/secrets' }), /no operation/],
    'a refusal that is no problem': [stock({ path: '/nothing', status: 404 }, { error: 'no' }), /has to be a problem/],
    'a body where none is declared': [
      stock({ method: 'DELETE', path: '/v1/suppressions/a@example.com', status: 204 }),
      /a body is not declared/,
    ],
  }
  for (const [what, [answer, complaint]] of Object.entries(faults)) {
    it(`fails with ${what}`, () => {
      expect(holdAnswer(answer).join('; ')).to.match(complaint)
    })
  }

  it('finds the operation whatever the case of the path, and the one without parameters first', () => {
    expect(holdAnswer(stock({ path: '/V1/Inventory/mug-blue/' }))).to.deep.equal([])
    const described = holdAnswer(stock({ path: '/v1/jobs/batch' }))
    expect(described.join()).to.match(/no operation/)
  })

  it('leaves alone what is served beside the API', () => {
    for (const path of ['/docs', '/docs/start.js', '/openapi.json', '/ops/queues/static/a.js'])
      expect(holdAnswer(stock({ path }))).to.deep.equal([])
  })
})
