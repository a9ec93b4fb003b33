// Strings that PostgreSQL, mail headers and logs can hold.
import { expect } from 'chai'
import fc from 'fast-check'
import { EmailAddress, line, unstorable } from '../../../lib/text.ts'

const accepts = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown) =>
  schema.safeParse(value).success

describe('a string that is to be stored', () => {
  it('may be any well-formed text without U+0000', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(unstorable(text) === undefined).to.equal(!text.includes('\0'))
      }),
    )
  })

  it('must not hold U+0000 anywhere', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        expect(unstorable(`${before}\0${after}`)).to.contain('U+0000')
      }),
    )
  })

  it('must not hold half a surrogate pair', () => {
    const lone = fc.integer({ min: 0xd800, max: 0xdfff }).map((code) => String.fromCharCode(code))
    fc.assert(
      fc.property(fc.string(), lone, fc.string(), (before, half, after) => {
        expect(unstorable(`${before}${half}${after}`)).to.contain('surrogate')
      }),
    )
  })
})

describe('a line', () => {
  it('loses the white space around it', () => {
    expect(line(20).parse('  Ada Lovelace\n')).to.equal('Ada Lovelace')
  })

  it('must say something', () => {
    for (const text of ['', ' ', '\r\n\t']) expect(accepts(line(20), text), JSON.stringify(text)).to.be.false
  })

  it('has a bounded length', () => {
    expect(accepts(line(20), 'x'.repeat(20))).to.be.true
    expect(accepts(line(20), 'x'.repeat(21))).to.be.false
  })

  it('has no control character and no line break of any kind inside', () => {
    const codes = Array.from({ length: 0xa0 }, (_, code) => code).concat(0x2028, 0x2029)
    const characters = codes.map((code) => String.fromCharCode(code))
    const breaking = characters.filter((character) => /[\p{Cc}\p{Zl}\p{Zp}]/u.test(character))
    expect(breaking).to.have.length(67)
    const taken = breaking.filter((character) => accepts(line(20), `a${character}b`))
    expect(taken.map((character) => `U+${character.charCodeAt(0).toString(16).padStart(4, '0')}`)).to.deep.equal([])
  })

  it('takes the letters and signs of any language', () => {
    for (const text of ['Ærøskøbing', '山田 太郎', 'محمد', 'Zoë 👩‍🚀', "O'Brien & Söhne <x>"]) {
      expect(line(50).parse(text)).to.equal(text)
    }
  })
})

describe('an e-mail address', () => {
  it('is one plain address', () => {
    for (const address of ['ada@example.com', 'ada.lovelace+tag@mail.example.co.uk', "o'brien@example.com"]) {
      expect(EmailAddress.parse(address)).to.equal(address)
    }
  })

  const refused = {
    'two addresses with a comma': 'ada@example.com,bob@example.com',
    'two addresses with a semicolon': 'ada@example.com;bob@example.com',
    'two addresses with a space': 'ada@example.com bob@example.com',
    'a display name': 'Ada <ada@example.com>',
    'angle brackets': '<ada@example.com>',
    'a header after a line break': 'ada@example.com\r\nBcc: bob@example.com',
    'a line break at the end': 'ada@example.com\n',
    'no domain': 'ada',
    'no mailbox': '@example.com',
    'nothing at all': '',
    'more than 254 characters': `${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.example.com`,
    'a domain with a label that ends in a hyphen': 'ada@a-.example.com',
    'a domain with a label of more than 63 characters': `ada@${'b'.repeat(64)}.example.com`,
    'a number': 7,
  }
  for (const [what, address] of Object.entries(refused)) {
    it(`is not ${what}`, () => {
      expect(accepts(EmailAddress, address)).to.be.false
    })
  }
})
