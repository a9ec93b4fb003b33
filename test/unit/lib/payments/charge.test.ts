// How long a charge whose outcome is not known waits before it is looked up again.
import { expect } from 'chai'
import fc from 'fast-check'
import { lookAgainMs } from '../../../../lib/payments/charge.ts'

describe('the wait before an outcome is looked up again', () => {
  it('doubles from half a second and stays at a minute', () => {
    expect([1, 2, 3, 7, 8, 9].map(lookAgainMs)).to.deep.equal([500, 1_000, 2_000, 32_000, 60_000, 60_000])
  })

  it('is between half a second and a minute for any attempt', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (attempt) => {
        expect(lookAgainMs(attempt)).to.be.within(500, 60_000)
      }),
    )
  })
})
