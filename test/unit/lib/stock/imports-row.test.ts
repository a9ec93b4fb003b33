// What a row of an import says: a change, or why it is refused by itself.
import { expect } from 'chai'
import { AppError } from '../../../../lib/errors.ts'
import { rowReader } from '../../../../lib/stock/imports-row.ts'

const read = (header: string, row: string) =>
  rowReader(header.split(','))({ number: 1, line: 2, fields: row.split(',') })

describe('a row of an import', () => {
  const place = { number: 1, line: 2 }
  const waiting = { ...place, state: 'waiting', refusal: null, detail: null }

  const taken: [header: string, row: string, change: object][] = [
    ['sku,delta,reason', 'A,12,delivery', { sku: 'A', delta: 12, setTo: null, reason: 'delivery' }],
    ['sku,delta,reason', ' A , -3 , broken ', { sku: 'A', delta: -3, setTo: null, reason: 'broken' }],
    ['sku,delta,reason', 'A,+3,x', { sku: 'A', delta: 3, setTo: null, reason: 'x' }],
    ['sku,set,reason', 'A,0,counted', { sku: 'A', delta: null, setTo: 0, reason: 'counted' }],
    ['Reason, SET ,Sku', 'counted,1000000,A', { sku: 'A', delta: null, setTo: 1_000_000, reason: 'counted' }],
  ]
  for (const [header, row, change] of taken) {
    it(`is a change: ${row} under ${header}`, () => {
      expect(read(header, row)).to.deep.equal({ ...waiting, ...change })
    })
  }

  const refused: [header: string, row: string, detail: RegExp, sku?: string | null][] = [
    ['sku,delta,reason', 'A,0,x', /^delta: must not be 0$/],
    ['sku,delta,reason', 'A,1.5,x', /^delta: must be a whole number$/],
    ['sku,delta,reason', 'A,,x', /^delta: must be a whole number$/],
    ['sku,delta,reason', 'A,1e3,x', /^delta: must be a whole number$/],
    ['sku,delta,reason', 'A,１,x', /^delta: must be a whole number$/],
    ['sku,delta,reason', 'A,1000001,x', /^delta: /],
    ['sku,delta,reason', 'A,9999999999999999999,x', /^delta: must be a whole number$/],
    ['sku,set,reason', 'A,-1,x', /^set: /],
    ['sku,set,reason', 'A,1,', /^reason: /],
    ['sku,set,reason', ',1,x', /^sku: /, null],
    ['sku,set,reason', `${'A'.repeat(65)},1,x`, /^sku: /, null],
    ['sku,set,reason', 'A\u0000,1,x', /^sku: must be one line without control characters$/, null],
    ['sku,set,reason', 'A,x,\u0007', /^set: .+; reason: /],
  ]
  for (const [header, row, detail, sku = 'A'] of refused) {
    it(`is refused by itself: ${JSON.stringify(row)} under ${header}`, () => {
      const { detail: said, ...rest } = read(header, row)
      expect(rest).to.deep.equal({
        ...place,
        sku,
        delta: null,
        setTo: null,
        reason: null,
        state: 'refused',
        refusal: 'invalid-request',
      })
      expect(said).to.match(detail)
    })
  }

  for (const header of ['sku,delta', 'sku,delta,set,reason', 'sku,sku,reason', 'a,b,c', 'sku;delta;reason', '']) {
    it(`is not read under the header "${header}"`, () => {
      expect(() => rowReader(header.split(',')))
        .to.throw(AppError, 'sku,delta,reason or sku,set,reason')
        .with.property('code', 'malformed-csv')
    })
  }
})
