// How long what is not known, not finished, or could not be given back waits until it is looked at again.
import { expect } from 'chai'
import fc from 'fast-check'
import { pendingMs } from '../../../../lib/payments/give-back.ts'
import { reverseAgainMs } from '../../../../lib/payments/reversal.ts'
import { lookAgainMs } from '../../../../lib/payments/sending.ts'

const waits = [
  { what: 'an outcome that is not known', wait: lookAgainMs, first: 500, last: 60_000 },
  { what: 'a refund that the provider is at', wait: pendingMs, first: 1_000, last: 600_000 },
  { what: 'money that could not be given back', wait: reverseAgainMs, first: 1_000, last: 3_600_000 },
]

for (const { what, wait, first, last } of waits) {
  describe(`the wait for ${what}`, () => {
    it(`doubles from ${first} ms and stays at ${last} ms`, () => {
      expect([1, 2, 3].map(wait)).to.deep.equal([first, 2 * first, 4 * first])
      expect([40, 41].map(wait)).to.deep.equal([last, last])
    })

    it('is within these bounds, and never shrinks, for any attempt', () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 10_000 }), (attempt) => {
          expect(wait(attempt)).to.be.within(first, last)
          expect(wait(attempt + 1)).to.be.at.least(wait(attempt))
        }),
      )
    })
  })
}
