// How many jobs that do nothing a worker process does a second, with all that each of them keeps durable state for.
import { names } from '../measure/contender.ts'
import { openWorkers } from '../measure/contenders.ts'
import { openErrand } from '../measure/errand.ts'
import { countedRate, DONE, errandRate, processLane } from '../measure/process.ts'
import { compare, interleave, type Lane } from '../measure/rounds.ts'
import type { Scenario } from '../measure/shape.ts'
import { CONCURRENCY } from '../measure/stack.ts'

export const work: Scenario = {
  name: 'process',
  measures: `no-op jobs a second, one worker process with concurrency ${CONCURRENCY}`,
  async run(stack, settings) {
    const lanes: Lane[] = []
    for (const contender of await openWorkers(stack))
      lanes.push(processLane(stack, contender, settings, countedRate(contender, await contender.startWeb())))
    for (const engine of ['redis', 'postgres'] as const) {
      const errand = await openErrand(stack, engine)
      lanes.push(processLane(stack, errand, settings, errandRate(errand)))
    }
    const samples = await interleave(lanes, settings.rounds)
    const against = (mine: string, other: string, bound: number) =>
      compare(`${mine}, against ${other}`, samples.of(mine, DONE), samples.of(other, DONE), 'at least', bound)
    const targets = [
      ...against(names.redis, names.rawRedis, 0.8),
      ...against(names.postgres, names.rawPostgres, 0.8),
      ...against(names.redis, names.pgBoss, 2),
    ]
    const notes = [`${names.graphile} completes in batches: the mark to chase, and no target.`]
    return { rows: samples.rows({ [DONE]: 'jobs/s' }), targets, notes }
  },
}
