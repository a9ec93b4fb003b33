// The benchmark's arithmetic, and its verdicts: a wrong median would make every figure in docs/performance.md wrong.
import { expect } from 'chai'
import { plot } from '../../bench/measure/plot.ts'
import { asMarkdown, isMet } from '../../bench/measure/report.ts'
import { interleave } from '../../bench/measure/rounds.ts'
import type { Target } from '../../bench/measure/shape.ts'
import { growth, median, quantile, rateBetween, ratios } from '../../bench/measure/statistics.ts'

const target = (samples: number[], should: Target['should']): Target => ({
  what: 'one <against> another',
  samples,
  bound: 1,
  should,
  unit: '×',
})

describe('the statistics of the benchmark', () => {
  it('take the middle, whatever the order, and the mean of two', () => {
    expect(median([9, 1, 100])).to.equal(9)
    expect(median([4, 1, 3, 100])).to.equal(3.5)
    expect(median([])).to.be.NaN
  })

  it('take quantiles by the nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
    expect([0, 0.5, 0.99, 1].map((share) => quantile(hundred, share))).to.deep.equal([1, 50, 99, 100])
  })

  it('compare within a round, and know no ratio to what was not measured', () => {
    expect(ratios([10, 30], [5, 10])).to.deep.equal([2, 3])
    expect(ratios([10, 30], [5])[1]).to.be.NaN
  })

  it('count the middle eight tenths of what was done', () => {
    expect(rateBetween(1_000, 2_000, 4_000)).to.equal(400)
  })

  it('see a line that rises by a fifth of its start, and one that does not', () => {
    const line = (rise: number) => [0, 1, 2, 3, 4].map((at) => ({ at, value: 100 + (rise * at) / 4 }))
    expect(growth(line(20))).to.be.closeTo(0.2, 1e-9)
    expect(growth(line(0))).to.equal(0)
  })
})

describe('the rounds of the benchmark', () => {
  it('run every contender once, in turns, after a warm-up that is not counted', async () => {
    const seen: string[] = []
    const lane = (contender: string) => ({
      contender,
      measure: async () => ({ figure: seen.push(contender) }),
    })
    const samples = await interleave(['a', 'b', 'c'].map(lane), 2)
    expect(seen.join('')).to.equal('abcabcbca')
    expect(samples.of('a', 'figure')).to.deep.equal([4, 9])
    expect(samples.of('nobody', 'figure')).to.deep.equal([])
    expect(samples.rows({ figure: 'ms' }).map(({ contender }) => contender)).to.deep.equal(['a', 'b', 'c'])
  })
})

describe('a verdict of the benchmark', () => {
  it('goes by the median, on the right side of the bound', () => {
    expect([isMet(target([0.5, 1, 9], 'at least')), isMet(target([0.9, 0.99, 9], 'at least'))]).to.deep.equal([
      true,
      false,
    ])
    expect([isMet(target([0.5, 1, 9], 'at most')), isMet(target([1.1, 1.2, 0], 'at most'))]).to.deep.equal([
      true,
      false,
    ])
    expect(isMet(target([], 'at most')), 'of nothing').to.equal(false)
  })

  it('stands in the table and in the plot', () => {
    const results = [
      { name: 'accept', rows: [], notes: [], targets: [target([2, 2.5], 'at least'), target([3], 'at most')] },
    ]
    const page = asMarkdown({ at: '2026-11-21T20:00:00.000Z', on: {}, settings: { rounds: 2 }, results })
    expect(page).to.contain('| accept | one <against> another | ≥ 1 × | 2.25 (2–2.5) × | met |')
    expect(page).to.contain('| 3 × | SHORT |')
    const picture = plot(results)
    expect(picture.match(/class="(met|short)"/g)).to.deep.equal(['class="met"', 'class="short"'])
    expect(picture).to.contain('one &#60;against&#62; another')
  })
})
