// When a failed attempt runs again, for any attempt and any chance.
import { expect } from 'chai'
import fc from 'fast-check'
import { backoffMs } from '../../../../lib/jobs/backoff.ts'

const CAP_MS = 10 * 60_000
const attempts = fc.integer({ min: 1, max: 5_000 })
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

describe('the delay before another attempt', () => {
  it('is a whole number of milliseconds from d/2 to d, d being 2^(attempt-1) seconds and at most ten minutes', () => {
    fc.assert(
      fc.property(attempts, chance, (attempt, random) => {
        const ceiling = Math.min(1_000 * 2 ** (attempt - 1), CAP_MS)
        const delay = backoffMs(attempt, () => random)
        expect(delay).to.satisfy(Number.isSafeInteger)
        expect(delay).to.be.within(ceiling / 2, ceiling)
      }),
    )
  })

  it('never shrinks from one attempt to the next at the same chance', () => {
    fc.assert(
      fc.property(attempts, chance, (attempt, random) => {
        const delay = (of: number) => backoffMs(of, () => random)
        expect(delay(attempt + 1)).to.be.at.least(delay(attempt))
      }),
    )
  })

  it('grows with the chance, so that a crowd spreads out', () => {
    fc.assert(
      fc.property(attempts, chance, chance, (attempt, a, b) => {
        const [less, more] = a < b ? [a, b] : [b, a]
        expect(backoffMs(attempt, () => less)).to.be.at.most(backoffMs(attempt, () => more))
      }),
    )
  })

  it('doubles until it reaches its bound', () => {
    const earliest = [1, 2, 3, 10, 11, 100].map((attempt) => backoffMs(attempt, () => 0))
    expect(earliest).to.deep.equal([500, 1_000, 2_000, 256_000, 300_000, 300_000])
  })

  it('differs between two jobs that failed together', () => {
    const delays = new Set(Array.from({ length: 100 }, () => backoffMs(10)))
    expect(delays.size).to.be.greaterThan(90)
  })
})
