// The chaos suite's plan of faults: the same from the same seed, many enough, and never two causes for one process at a time.
import { expect } from 'chai'
import { type Fault, planFaults } from '../../chaos/faults/schedule.ts'
import { seededRandom } from '../../chaos/random.ts'

const MINUTES = 60_000
const plan = (seed: string, engine: 'postgres' | 'redis', durationMs = 10 * MINUTES) =>
  planFaults(seededRandom(seed), {
    engine,
    durationMs,
    gap: [2_000, 5_000],
    webs: ['web-1', 'web-2'],
    workers: ['worker-1', 'worker-2', 'worker-3'],
  })

/** Whether both are about one process, or one of them about all. */
const touch = (a: Fault, b: Fault) => a.target === b.target && (a.target !== 'all' || a.link === b.link)

describe('the plan of faults', () => {
  for (const engine of ['postgres', 'redis'] as const) {
    describe(`on ${engine}`, () => {
      it('is the same for the same seed, and another for another', () => {
        expect(plan('a', engine)).to.deep.equal(plan('a', engine))
        expect(plan('a', engine)).to.not.deep.equal(plan('b', engine))
      })

      it('has more than 100 faults of processes, network and servers in ten minutes, whatever the seed', () => {
        for (const seed of ['a', 'b', 'c', 'd', 'e']) {
          const counted = plan(seed, engine).filter(({ group }) => ['process', 'network', 'server'].includes(group))
          expect(counted.length, seed).to.be.above(100)
        }
      })

      it('goes by time, with the shortest gap between any two', () => {
        const times = plan('a', engine).map(({ at }) => at)
        for (const [index, at] of times.entries())
          if (index > 0) expect(at - (times[index - 1] ?? 0)).to.be.least(2_000)
        expect(Math.max(...times)).to.be.below(10 * MINUTES)
      })

      it('never has two causes for one process at the same time', () => {
        for (const seed of ['a', 'b', 'c']) {
          // Others that want another password or key are no fault of a process.
          const faults = plan(seed, engine).filter(({ kind }) => kind !== 'SMTP 535' && kind !== 'provider 401')
          for (const [index, fault] of faults.entries()) {
            const during = faults.slice(index + 1).filter(({ at }) => at < fault.at + fault.forMs)
            expect(during.filter((other) => touch(fault, other))).to.deep.equal([])
          }
        }
      })

      it('kills, freezes, cuts and restarts, and wipes the engine', () => {
        const kinds = new Set(plan('a', engine, 120 * MINUTES).map(({ kind }) => kind))
        const wipe = engine === 'redis' ? ['FLUSHALL', 'restart Redis', 'half-open redis (one)'] : ['TRUNCATE engine']
        expect([...kinds]).to.include.members([
          ...wipe,
          'kill -9 worker',
          'kill -9 web',
          'freeze worker',
          'SIGTERM worker',
          'cut database (all)',
          'half-open database (one)',
          'half-open database (all)',
          'silent provider (all)',
          'SMTP 535',
          'provider 401',
          'restart PostgreSQL (fast)',
          'restart PostgreSQL (immediate)',
          'kill -9 PostgreSQL',
        ])
      })
    })
  }
})

describe('seeded chance', () => {
  it('gives each part a stream of its own, which what others draw does not shift', () => {
    const random = seededRandom('seed')
    const before = random.fork('load').next()
    random.next()
    random.fork('faults').next()
    expect(random.fork('load').next()).to.equal(before)
    expect(random.fork('faults').next()).to.not.equal(before)
  })

  it('picks by weight, within the bounds, and makes UUIDs', () => {
    const random = seededRandom('seed')
    const picks = Array.from({ length: 1_000 }, () =>
      random.weighted([
        [9, 'often'],
        [1, 'seldom'],
        [0, 'never'],
      ] as const),
    )
    expect(picks.filter((pick) => pick === 'often').length).to.be.within(850, 950)
    expect(picks).to.not.include('never')
    const numbers = Array.from({ length: 1_000 }, () => random.between(3, 5))
    expect(new Set(numbers)).to.deep.equal(new Set([3, 4, 5]))
    expect(random.uuid()).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(() => random.pick([])).to.throw(RangeError)
  })
})
