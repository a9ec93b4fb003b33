// Moments that clients may name.
import { expect } from 'chai'
import { Moment } from '../../../lib/time.ts'

describe('a moment', () => {
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
  const takes = (text: unknown) => Moment.safeParse(text).success

  it('is RFC 3339 with an offset, past or at most a year ahead', () => {
    for (const text of ['2020-01-01T12:00:00+02:00', '2020-01-01T12:00:00Z', inDays(365)])
      expect(takes(text), text).to.equal(true)
  })

  it('is not a date alone, a time without an offset, a number, or far away', () => {
    const others = [
      '2020-01-01',
      '2020-01-01T12:00:00',
      'tomorrow',
      1_700_000_000,
      inDays(400),
      '9999-12-31T23:59:59-23:59',
    ]
    for (const other of others) expect(takes(other), String(other)).to.equal(false)
  })
})
