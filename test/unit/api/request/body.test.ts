// The body of a request: what is read, and what is refused before any of it reaches PostgreSQL.
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import fc from 'fast-check'
import { readBody } from '../../../../api/request/body.ts'
import { AppError, InvalidRequest } from '../../../../lib/errors.ts'
import { pointerStep } from '../../../../lib/validate.ts'
import { errorOf } from '../../error-of.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

function request(body: string | Buffer, headers: Record<string, string> = JSON_TYPE): IncomingMessage {
  const stream = Readable.from(body.length ? [Buffer.from(body)] : [])
  return Object.assign(stream, { headers }) as unknown as IncomingMessage
}

const refusal = (body: string | Buffer, headers?: Record<string, string>) =>
  errorOf(AppError, () => readBody(request(body, headers)))
const fieldErrors = async (body: string) => (await errorOf(InvalidRequest, () => readBody(request(body)))).errors

describe('a body', () => {
  it('is read as it was sent, however it arrives', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue({ maxDepth: 5 })), async (sent) => {
        const text = JSON.stringify(sent)
        fc.pre(!/\\u0000|\\ud[89a-f]|"(_|\\u005f)/i.test(text))
        const bytes = Buffer.from(text)
        const chunks = [...bytes].map((byte) => Buffer.from([byte]))
        const stream = Object.assign(Readable.from(chunks), { headers: JSON_TYPE }) as unknown as IncomingMessage
        expect(await readBody(stream)).to.deep.equal(JSON.parse(text))
      }),
    )
  })

  it('may be compressed', async () => {
    const headers = { ...JSON_TYPE, 'content-encoding': 'gzip' }
    expect(await readBody(request(gzipSync('{"a":1}'), headers))).to.deep.equal({ a: 1 })
  })

  for (const type of [
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json ;x=y',
  ]) {
    it(`is read as ${type}`, async () => {
      expect(await readBody(request('{"a":1}', { 'content-type': type }))).to.deep.equal({ a: 1 })
    })
  }

  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', 'text/json', '']) {
    it(`is refused as ${type || 'nothing'}`, async () => {
      expect((await refusal('{"a":1}', { 'content-type': type })).code).to.equal('unsupported-media-type')
    })
  }

  it('is refused without a content type', async () => {
    expect((await refusal('{"a":1}', {})).code).to.equal('unsupported-media-type')
  })

  it('is refused in an encoding nobody can undo', async () => {
    const error = await refusal('{"a":1}', { ...JSON_TYPE, 'content-encoding': 'rot13' })
    expect(error.code).to.equal('unsupported-media-type')
  })

  it('is malformed when it is not compressed as it says', async () => {
    const error = await refusal('{"a":1}', { ...JSON_TYPE, 'content-encoding': 'gzip' })
    expect(error.code).to.equal('malformed-body')
  })

  for (const text of [
    '{',
    '{"a":}',
    "{'a':1}",
    '{"a":1}}',
    '{"a":1,}',
    'null',
    '1',
    '"text"',
    'true',
    '{"a":NaN}',
    '<a/>',
  ]) {
    it(`is malformed as ${text}`, async () => {
      expect((await refusal(text)).code).to.equal('malformed-body')
    })
  }

  it('cannot poison a prototype', async () => {
    for (const text of ['{"__proto__":{"admin":true}}', '{"a":{"\\u005f_proto__":{"admin":true}}}']) {
      expect((await refusal(text)).code).to.equal('malformed-body')
    }
    expect({}).to.not.have.property('admin')
  })

  it('invariant 10: is not repeated in the refusal', async () => {
    const error = await refusal('{"password":"hunter2"')
    expect(error.message).to.not.contain('hunter2')
  })

  it('has at most 512 KiB', async () => {
    const ofSize = (bytes: number) => `["${'x'.repeat(bytes - 4)}"]`
    expect(await readBody(request(ofSize(512 * 1024)))).to.be.an('array')
    expect((await refusal(ofSize(512 * 1024 + 1))).code).to.equal('body-too-large')
  })

  it('has at most 512 KiB once it is decompressed, too', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000, ' '))
    const error = await refusal(bomb, { ...JSON_TYPE, 'content-encoding': 'gzip' })
    expect(error.code).to.equal('body-too-large')
  })

  it('is refused by its announced length, before it is read', async () => {
    const error = await refusal('{}', { ...JSON_TYPE, 'content-length': '600000' })
    expect(error.code).to.equal('body-too-large')
  })
})

describe('what a body holds', () => {
  it('names where U+0000 stands in a value', async () => {
    const errors = await fieldErrors('{"items":[{"sku":"MUG"},{"sku":"a\\u0000b"}]}')
    expect(errors).to.deep.equal([{ pointer: '#/items/1/sku', detail: 'must not contain the character U+0000' }])
  })

  it('names which object has a key with U+0000', async () => {
    const errors = await fieldErrors('{"data":{"a\\u0000":1}}')
    expect(errors).to.deep.equal([
      { pointer: '#/data', detail: 'has a key that must not contain the character U+0000' },
    ])
  })

  it('names lone surrogates in values and keys', async () => {
    const errors = await fieldErrors('{"a":"\\ud800","\\udc00":1}')
    expect(errors?.map(({ pointer }) => pointer)).to.have.members(['#/a', '#'])
    for (const { detail } of errors ?? []) expect(detail).to.contain('lone surrogate')
  })

  it('may be a whole surrogate pair', async () => {
    expect(await readBody(request('{"a":"\\ud83d\\ude00"}'))).to.deep.equal({ a: '😀' })
  })

  it('names everything that cannot be stored at once', async () => {
    const errors = await fieldErrors('["\\u0000","fine",["\\ud800"]]')
    expect(errors?.map(({ pointer }) => pointer)).to.have.members(['#/0', '#/2/0'])
  })

  it('is pointed to by escaped keys (RFC 6901 §3)', async () => {
    const errors = await fieldErrors('{"a/b":{"m~n":"\\u0000"}}')
    expect(errors?.[0]?.pointer).to.equal('#/a~1b/m~0n')
  })

  it('is nested at most 32 deep', async () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(await readBody(request(nested(32)))).to.be.an('array')
    expect((await fieldErrors(nested(33)))?.[0]?.detail).to.contain('nested')
  })

  for (const [open, close, times] of [
    ['[', ']', 100_000],
    ['{"a":', '}', 80_000],
    ['[{"a":', '}]', 60_000],
  ] as const) {
    it(`does not crash the process with ${times} times ${open}`, async () => {
      const body = `${open.repeat(times)}1${close.repeat(times)}`
      expect(await fieldErrors(body)).to.have.length(1)
    })
  }

  it('does not crash the process with 100,000 brackets that never close', async () => {
    expect((await refusal('['.repeat(100_000))).code).to.equal('malformed-body')
  })
})

describe('a key in a pointer', () => {
  it('comes back when it is unescaped as RFC 6901 §4 says', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('~', '/', '0', '1', 'a'), maxLength: 100 }), (key) => {
        const escaped = pointerStep(key).slice(1)
        expect(escaped).to.not.contain('/')
        expect(escaped.replaceAll('~1', '/').replaceAll('~0', '~')).to.equal(key)
      }),
    )
  })
})
