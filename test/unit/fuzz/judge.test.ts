// The fuzz suite's oracle: what it must find in an answer, and what it must let pass.
import { expect } from 'chai'
import type { Draft } from '../../fuzz/draft.ts'
import type { Plan } from '../../fuzz/generate/plan.ts'
import { type FaultKind, judge } from '../../fuzz/judge.ts'
import type { Outcome } from '../../fuzz/send/answer.ts'

const operation = { id: 'getStock', method: 'GET', path: '/v1/inventory/{sku}', parameters: [], body: undefined }
const plan: Plan = {
  operation: { ...operation, operators: false },
  caller: 'north',
  path: { sku: 'KETTLE' },
  query: {},
  headers: {},
  body: undefined,
  isExample: false,
  spoils: [],
}
const draft = (more: Partial<Draft> = {}, ofPlan: Partial<Plan> = {}): Draft => ({
  plan: { ...plan, ...ofPlan },
  method: 'GET',
  target: '/v1/inventory/KETTLE',
  headers: [],
  value: undefined,
  text: '',
  bytes: undefined,
  framing: 'length',
  pace: 'at-once',
  raw: false,
  ...more,
})

const STOCK = { sku: 'KETTLE', onHand: 5, reserved: 1, available: 4, version: 2 }
const problem = (status: number, code: string) => ({ type: `/problems/${code}`, title: 'T', status, detail: 'D' })
const answer = (status: number, body: unknown, headers: Record<string, string> = {}): Outcome => {
  const usual = { 'x-request-id': 'a', 'content-type': status < 400 ? 'application/json' : 'application/problem+json' }
  return {
    kind: 'answer',
    answer: {
      status,
      headers: new Headers({ ...usual, ...headers }),
      text: body === undefined ? '<html>' : JSON.stringify(body),
      isStream: false,
    },
    ms: 1,
  }
}
const byParser = (status: number): Outcome => ({
  kind: 'answer',
  answer: { status, headers: new Headers({ connection: 'close' }), text: '', isStream: false },
  ms: 1,
})
const kindsOf = (sent: Draft, outcome: Outcome): FaultKind[] => judge(sent, outcome).map(({ kind }) => kind)
const rudely = { spoils: [{ stage: 'protocol' as const, name: 'two lengths', at: 0, how: 0 }] }

describe('an answer to a request that was made up', () => {
  const good: Record<string, [Draft, Outcome]> = {
    'what is declared': [draft(), answer(200, STOCK)],
    'a problem that is declared': [draft(), answer(404, problem(404, 'not-found'))],
    'the parser’s own refusal of what is no HTTP': [draft({ raw: true }, rudely), byParser(400)],
    'no answer to what is no HTTP': [draft({ raw: true }, rudely), { kind: 'none', why: 'closed', ms: 1 }],
    'no answer to a head that is not read to its end': [
      draft({ target: `/x?${'a'.repeat(17_000)}` }),
      { kind: 'none', why: 'ECONNRESET', ms: 1 },
    ],
    'a refusal of somebody without a key': [
      draft({}, { caller: 'nobody' }),
      answer(401, problem(401, 'unauthorized'), { 'www-authenticate': 'Bearer' }),
    ],
  }
  for (const [what, [sent, outcome]] of Object.entries(good))
    it(`passes: ${what}`, () => {
      expect(judge(sent, outcome)).to.deep.equal([])
    })

  const others = { path: { id: { $reference: 'order' as const, whose: 'other' as const, nth: 0 } } }
  const bad: Record<string, [FaultKind, Draft, Outcome]> = {
    'a 500, though every operation declares it': ['status', draft(), answer(500, problem(500, 'internal'))],
    'a 429 where no limit is on': [
      'status',
      draft(),
      answer(429, problem(429, 'rate-limited'), { 'retry-after': '1' }),
    ],
    'a status that is not declared': ['status', draft(), answer(409, problem(409, 'conflict'))],
    'the parser’s refusal of what is good HTTP': ['status', draft(), byParser(400)],
    'a 500 of the parser': ['status', draft({ raw: true }, rudely), byParser(500)],
    'a column that leaks': ['schema', draft(), answer(200, { ...STOCK, accountId: 'a' })],
    'a body that is no JSON': ['schema', draft(), answer(200, undefined)],
    'no answer in time': ['hang', draft(), { kind: 'hang', ms: 40_000 }],
    'a connection that ends': ['connection', draft(), { kind: 'none', why: 'ECONNRESET', ms: 1 }],
    'an answer to somebody without a key': ['access', draft({}, { caller: 'stranger' }), answer(200, STOCK)],
    'an answer about what is another account’s (invariant 9)': ['access', draft({}, others), answer(200, STOCK)],
    'an example of the document that is refused': [
      'example',
      draft({}, { isExample: true }),
      answer(415, problem(415, 'unsupported-media-type')),
    ],
  }
  for (const [what, [kind, sent, outcome]] of Object.entries(bad))
    it(`is found fault with: ${what}`, () => {
      expect(kindsOf(sent, outcome)).to.include(kind)
    })
})
