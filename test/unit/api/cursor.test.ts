// Cursors come back as the place that they were made of, in the list that they were made for, and in no other way.
import { expect } from 'chai'
import fc from 'fast-check'
import { decodeCursor, encodeCursor } from '../../../api/cursor.ts'
import { AppError } from '../../../lib/errors.ts'

const any = () => true
const place = fc.string({ unit: 'grapheme', maxLength: 64 }).filter((text) => !text.includes('\u0000'))
const list = fc.array(fc.jsonValue(), { maxLength: 4 })

const refuses = (cursor: string, of: readonly unknown[], isPlace: (text: string) => boolean = any) => {
  try {
    decodeCursor(cursor, of, isPlace)
    return false
  } catch (error) {
    return error instanceof AppError && error.code === 'invalid-cursor'
  }
}

describe('a cursor', () => {
  it('is read as the place it was made of, and has no character that a URL must escape', () => {
    fc.assert(
      fc.property(place, list, (text, of) => {
        const cursor = encodeCursor(text, of)
        expect(cursor).to.match(/^[\w-]+$/)
        expect(decodeCursor(cursor, of, any)).to.equal(text)
      }),
    )
  })

  it('is refused for any other list', () => {
    fc.assert(
      fc.property(place, list, list, (text, one, other) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(other))
        expect(refuses(encodeCursor(text, one), other)).to.equal(true)
      }),
    )
  })

  it('is refused with a character changed, left out or added, wherever that is', () => {
    fc.assert(
      fc.property(place, list, fc.nat(), fc.string({ maxLength: 3 }), fc.boolean(), (text, of, at, put, drop) => {
        const cursor = encodeCursor(text, of)
        const index = at % cursor.length
        const changed = cursor.slice(0, index) + put + cursor.slice(drop ? index + 1 : index)
        fc.pre(changed !== cursor)
        expect(refuses(changed, of)).to.equal(true)
      }),
      { numRuns: 500 },
    )
  })

  it('is refused whatever is sent in its place', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), list, (text, of) => refuses(text, of)))
    for (const text of ['', 'null', '__proto__', 'a'.repeat(100_000)]) expect(refuses(text, [])).to.equal(true)
  })

  it('is refused where what it names is no place in the list, or cannot be stored, though its digest is right', () => {
    expect(refuses(encodeCursor('nowhere', []), [], () => false)).to.equal(true)
    expect(refuses(encodeCursor('a\u0000b', []), [])).to.equal(true)
  })
})
