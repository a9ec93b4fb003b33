// Bodies and headers that are wrong before any field is looked at: not JSON, not storable, too large, hostile. None of
// them is an error of ours, and none stores anything.
import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import type { TestAnswer } from '../../support/client.ts'
import { useHarness } from '../../support/harness.ts'
import { orderBody } from '../../support/orders.ts'
import { expectProblem, type Refusal, storedRows } from './refused.ts'

interface Case extends Refusal {
  name: string
  body: string | Uint8Array<ArrayBuffer>
  headers?: Record<string, string>
}

const valid = JSON.stringify(orderBody())
const named = (name: string) => JSON.stringify({ ...orderBody(), customer: { email: 'ada@example.com', name } })
const note = (text: string) => `{"to":"ada@example.com","template":"welcome","data":${text}}`
const bytes = (buffer: Buffer) => new Uint8Array(buffer)
const gzip = { 'content-encoding': 'gzip' }
const pad = 'x'.repeat(513 * 1024)

const malformed: Case[] = [
  { name: 'malformed JSON', body: '{"customer":', code: 'malformed-body' },
  { name: 'JSON with a trailing comma', body: '{"a":1,}', code: 'malformed-body' },
  { name: 'two JSON values', body: `${valid}${valid}`, code: 'malformed-body' },
  { name: 'a JSON number', body: '42', code: 'malformed-body' },
  { name: 'a JSON string', body: '"order"', code: 'malformed-body' },
  { name: 'JSON null', body: 'null', code: 'malformed-body' },
  { name: 'an empty body', body: '', code: 'malformed-body' },
  { name: 'a body of blanks', body: '  \n', code: 'malformed-body' },
  { name: 'a "__proto__" key', body: valid.replace('{', '{"__proto__":{"admin":true},'), code: 'malformed-body' },
  { name: 'a nested "__proto__" key', body: note('{"__proto__":{"name":"Ada"}}'), code: 'malformed-body' },
  {
    name: 'bytes that are not UTF-8',
    body: bytes(Buffer.from(named('Ren\u00e9'), 'latin1')),
    code: 'malformed-body',
  },
  { name: 'a broken gzip stream', body: bytes(Buffer.from(valid)), headers: gzip, code: 'malformed-body' },
]

const mediaTypes: Case[] = [
  { name: 'no content type', body: valid, headers: { 'content-type': '' }, code: 'unsupported-media-type' },
  { name: 'text/plain', body: valid, headers: { 'content-type': 'text/plain' }, code: 'unsupported-media-type' },
  {
    name: 'a form',
    body: 'a=1',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    code: 'unsupported-media-type',
  },
  {
    name: 'a content type that only begins like JSON',
    body: valid,
    headers: { 'content-type': 'application/jsonp' },
    code: 'unsupported-media-type',
  },
  {
    name: 'another charset',
    body: bytes(Buffer.from(named('Ren\u00e9'), 'latin1')),
    headers: { 'content-type': 'application/json; charset=iso-8859-1' },
    code: 'unsupported-media-type',
  },
  {
    name: 'an unknown content encoding',
    body: valid,
    headers: { 'content-encoding': 'zstd' },
    code: 'unsupported-media-type',
  },
]

const tooLarge: Case[] = [
  { name: 'more than 512 KiB', body: named(pad), code: 'body-too-large' },
  {
    name: 'a gzip bomb: small on the wire, more than 512 KiB unpacked',
    body: bytes(gzipSync(named(pad.repeat(20)))),
    headers: gzip,
    code: 'body-too-large',
  },
]

const unstorable: Case[] = [
  {
    name: 'U+0000 in a value',
    body: named('A\u0000da'),
    code: 'invalid-request',
    pointer: '#/customer/name',
    reason: /U\+0000/,
  },
  {
    name: 'U+0000 in a key',
    body: note('{"na\\u0000me":"Ada"}'),
    code: 'invalid-request',
    pointer: '#/data',
    reason: /key/,
  },
  {
    name: 'a lone surrogate in a value',
    body: valid.replace('Ada Lovelace', '\\ud800'),
    code: 'invalid-request',
    pointer: '#/customer/name',
    reason: /surrogate/,
  },
  {
    name: 'a lone surrogate in a key',
    body: note('{"\\udc00":"Ada"}'),
    code: 'invalid-request',
    pointer: '#/data',
    reason: /surrogate/,
  },
  {
    name: '100,000 nested brackets',
    body: `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    code: 'invalid-request',
    pointer: '#',
    reason: /nested/,
  },
  {
    name: '50,000 nested objects in the data of a template',
    body: note(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`),
    code: 'invalid-request',
    pointer: '#',
    reason: /nested/,
  },
  {
    name: 'a "constructor" key',
    body: valid.replace('{', '{"constructor":{"prototype":{"admin":true}},'),
    code: 'invalid-request',
    pointer: '#/constructor',
    reason: /known/,
  },
]

const keys: Case[] = [
  { name: 'an empty', headers: { 'idempotency-key': '' } },
  { name: 'an empty quoted', headers: { 'idempotency-key': '""' } },
  { name: 'a half quoted', headers: { 'idempotency-key': '"abc' } },
  { name: 'a two-word', headers: { 'idempotency-key': 'two words' } },
  { name: 'a non-ASCII', headers: { 'idempotency-key': 'sch\u00fctz' } },
  { name: 'a 256 character', headers: { 'idempotency-key': 'k'.repeat(256) } },
].map((each) => ({ ...each, name: `${each.name} Idempotency-Key`, body: valid, code: 'idempotency-key-malformed' }))

describe('a body that cannot be taken is refused, and nothing is stored', () => {
  const harness = useHarness()
  /** Sends exactly these bytes. */
  const post = async (path: string, { body, headers }: Pick<Case, 'body' | 'headers'>): Promise<TestAnswer> => {
    const response = await fetch(harness.apiUrl + path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${harness.api.key}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
        ...headers,
      },
      body,
    })
    return { status: response.status, headers: response.headers, body: await response.json() }
  }
  const pathFor = ({ body }: Case) => (String(body).includes('template') ? '/v1/emails' : '/v1/orders')

  for (const each of [...malformed, ...mediaTypes, ...tooLarge, ...unstorable, ...keys]) {
    it(`refuses ${each.name}`, async () => {
      const before = await storedRows(harness.db)
      expectProblem(await post(pathFor(each), each), each)
      expect(await storedRows(harness.db)).to.deep.equal(before)
    })
  }

  it('takes a gzipped body, and one that names its charset', async () => {
    const zipped = await post('/v1/orders', { body: bytes(gzipSync(valid)), headers: gzip })
    expect(zipped.status).to.equal(202)
    const charset = { 'content-type': 'application/json; charset=utf-8' }
    expect(
      (await post('/v1/orders', { body: named('Ren\u00e9'), headers: charset })).body.order.customer.name,
    ).to.equal('Ren\u00e9')
  })

  it('lets no body reach the prototypes of this process', async () => {
    await post('/v1/orders', { body: '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}' })
    expect({}).to.not.have.property('polluted')
  })

  it('answers a body full of mistakes with less than it was sent', async () => {
    const body = JSON.stringify({ ['k'.repeat(2000)]: Array.from({ length: 10_000 }, () => '\u0000') })
    const answer = await post('/v1/emails', { body })
    expectProblem(answer, { code: 'invalid-request' })
    expect(JSON.stringify(answer.body).length).to.be.below(body.length)
  })

  it('answers a list of many wrong items with less than it was sent', async () => {
    const body = JSON.stringify({ ...orderBody(), items: Array.from({ length: 20_000 }, () => 1) })
    const answer = await post('/v1/orders', { body })
    expectProblem(answer, { code: 'invalid-request' })
    expect(JSON.stringify(answer.body).length).to.be.below(body.length)
  })

  it('takes the rest of a refused body for no request: the next one on the connection is answered', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const send = (method: string, headers: Record<string, string>, body?: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const options = { method, agent, headers: { authorization: `Bearer ${harness.api.key}`, ...headers } }
        const sent = request(`${harness.apiUrl}/v1/orders`, options, (answer) => {
          answer.resume().once('end', () => resolve(answer.statusCode))
        })
        sent.once('error', reject).end(body)
      })
    const smuggled = `${' '.repeat(20_000)}DELETE /v1/orders HTTP/1.1\r\nhost: x\r\n\r\n`
    const json = { 'content-type': 'application/json' }
    try {
      expect(await send('POST', { authorization: 'Bearer nobody', ...json }, smuggled)).to.equal(401)
      expect(await send('GET', {})).to.equal(200)
      expect(await send('POST', json, smuggled)).to.equal(400)
      expect(await send('GET', {})).to.equal(200)
      expect(await send('POST', { 'idempotency-key': 'k', 'content-type': 'text/plain' }, smuggled)).to.equal(415)
      expect(await send('GET', {})).to.equal(200)
    } finally {
      agent.destroy()
    }
  })
})
