// Seeded chance: the same again from the seed, and fair enough to choose with.
import { expect } from 'chai'
import fc from 'fast-check'
import { createRandom, shuffle } from '../../../../lib/local/random.ts'

const numbers = (seed: number, count: number) => {
  const random = createRandom(seed)
  return Array.from({ length: count }, random)
}

describe('seeded chance', () => {
  it('gives the same numbers for the same seed, and others for another', () => {
    expect(numbers(7, 100)).to.deep.equal(numbers(7, 100))
    expect(numbers(7, 100)).to.not.deep.equal(numbers(8, 100))
  })

  it('is mulberry32', () => {
    // Computed by the reference implementation of https://github.com/bryc/code for the seed 1.
    const expected = [0.6270739405881613, 0.002735721180215478, 0.5274470399599522]
    expect(numbers(1, 3)).to.deep.equal(expected)
  })

  it('stays within 0 and 1, spread evenly', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const tenths = new Array<number>(10).fill(0)
        for (const number of numbers(seed, 10_000)) tenths[Math.floor(number * 10)]!++
        for (const count of tenths) expect(count).to.be.within(800, 1_200)
      }),
      { numRuns: 20 },
    )
  })

  it('shuffles: the same entries, never in the order they came', () => {
    fc.assert(
      fc.property(fc.integer(), fc.uniqueArray(fc.integer(), { minLength: 2 }), (seed, list) => {
        const shuffled = shuffle(createRandom(seed), list)
        expect(shuffled).to.have.members(list)
        expect(shuffled).to.not.deep.equal(list)
      }),
    )
    expect(shuffle(createRandom(1), [])).to.deep.equal([])
    expect(shuffle(createRandom(1), ['one'])).to.deep.equal(['one'])
  })
})
