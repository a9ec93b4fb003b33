// The Idempotency-Key header: bare or quoted, bounded, visible ASCII.
import { expect } from 'chai'
import fc from 'fast-check'
import { readIdempotencyKey } from '../../../../api/request/idempotency-key.ts'
import { AppError } from '../../../../lib/errors.ts'
import { errorOf } from '../../error-of.ts'

const codeOf = async (header: string | undefined) =>
  (await errorOf(AppError, () => readIdempotencyKey(header, 'required'))).code
const visible = Array.from({ length: 0x7e - 0x20 }, (_, index) => String.fromCharCode(0x21 + index))
const allowed = visible.filter((character) => character !== '"' && character !== '\\')
const keys = fc.string({ unit: fc.constantFrom(...allowed), minLength: 1, maxLength: 255 })

describe('an Idempotency-Key', () => {
  it('is the same key bare and quoted', () => {
    fc.assert(
      fc.property(keys, (key) => {
        expect(readIdempotencyKey(key, 'required')).to.equal(key)
        expect(readIdempotencyKey(`"${key}"`, 'required')).to.equal(key)
      }),
    )
  })

  it('may be missing only where it is optional', async () => {
    expect(readIdempotencyKey(undefined, 'optional')).to.equal(undefined)
    expect(await codeOf(undefined)).to.equal('idempotency-key-missing')
  })

  it('must not be malformed, even where it is optional', async () => {
    const error = await errorOf(AppError, () => readIdempotencyKey('two words', 'optional'))
    expect(error.code).to.equal('idempotency-key-malformed')
  })

  it('has at most 255 characters', async () => {
    for (const [open, close] of [
      ['', ''],
      ['"', '"'],
    ] as const) {
      const quoted = (length: number) => open + 'k'.repeat(length) + close
      expect(readIdempotencyKey(quoted(255), 'required')).to.have.length(255)
      expect(await codeOf(quoted(256))).to.equal('idempotency-key-malformed')
    }
  })

  const malformed = {
    empty: '',
    'quoted but empty': '""',
    'one quote': '"',
    'a quote that is not closed': '"abc',
    'a quote that is not opened': 'abc"',
    'a quote inside': '"a"b"',
    'a backslash': 'a\\b',
    'a space': 'a b',
    'two headers that Node has joined': 'abc, def',
    'a parameter after it': '"abc";v=1',
    'a letter outside ASCII': 'schlüssel',
  }
  for (const [what, header] of Object.entries(malformed)) {
    it(`is malformed with: ${what}`, async () => {
      expect(await codeOf(header)).to.equal('idempotency-key-malformed')
    })
  }

  it('has no control character', async () => {
    const controls = [...Array.from({ length: 0x20 }, (_, code) => code), 0x7f, 0x85, 0x9b]
    for (const code of controls) {
      for (const header of [`a${String.fromCharCode(code)}b`, `ab${String.fromCharCode(code)}`]) {
        expect(await codeOf(header), `U+${code.toString(16)}`).to.equal('idempotency-key-malformed')
      }
    }
  })

  it('invariant 10: is not repeated in the refusal', async () => {
    const error = await errorOf(AppError, () => readIdempotencyKey('sk_live_hunter2 ', 'required'))
    expect(error.message).to.not.contain('hunter2')
  })
})
