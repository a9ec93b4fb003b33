// Whether Errand is as fast with a million finished jobs and 200 thousand that wait as it is when it is new, and what a job
// costs PostgreSQL and Redis. On the Redis engine, the one for scale.
import { names } from '../measure/contender.ts'
import { measureCosts } from '../measure/costs.ts'
import { openErrand } from '../measure/errand.ts'
import { openGrown } from '../measure/grown.ts'
import { compare, interleave } from '../measure/rounds.ts'
import type { Row, Scenario, Target } from '../measure/shape.ts'

/** As it is new, within 10 %. */
const KEPT = 0.9
const MEMORY_MB = 64

export const growth: Scenario = {
  name: 'growth',
  measures: 'how much slower a database in use is than a new one, and what a job costs',
  async run(stack, { rounds, seconds, smoke }) {
    const sizes = smoke
      ? { finished: 1_000, waiting: 200, flood: 1_000 }
      : { finished: 1_000_000, waiting: 200_000, flood: 1_000_000 }
    const fresh = await openErrand(stack, 'redis')
    const costs: Row[] = []
    for (const errand of [fresh, await openErrand(stack, 'postgres')])
      costs.push(...(await measureCosts(stack, errand, seconds)))
    const { lanes, units, grownMemory } = await openGrown(stack, fresh, sizes, seconds)
    const samples = await interleave(lanes, rounds)
    const [young, old] = lanes.map(({ contender }) => contender) as [string, string]
    const kept = Object.keys(units).flatMap((what): Target[] =>
      compare(`${what}: in use, against new`, samples.of(old, what), samples.of(young, what), 'at least', KEPT),
    )
    const memory = await grownMemory()
    const what = `Redis memory, ${sizes.flood.toLocaleString('en')} jobs waiting`
    return {
      rows: [...samples.rows(units), ...costs, { contender: names.redis, what, unit: 'MB', samples: [memory] }],
      targets: [...kept, { what, samples: [memory], bound: MEMORY_MB, should: 'at most', unit: 'MB' }],
      notes: [
        `In use: ${sizes.finished.toLocaleString('en')} finished jobs, ${sizes.waiting.toLocaleString('en')} waiting, a full window.`,
      ],
    }
  },
}
