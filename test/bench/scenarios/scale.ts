// What more worker processes bring on this machine: no-op jobs a second with 1, 2, 4 and 8 of them. That they do every job once
// is a test of its own (test/e2e/many-processes.test.ts).
import { openErrand } from '../measure/errand.ts'
import { DONE, errandRate, processLane } from '../measure/process.ts'
import { interleave, type Lane } from '../measure/rounds.ts'
import type { Scenario } from '../measure/shape.ts'

const WORKERS = [1, 2, 4, 8]

export const scale: Scenario = {
  name: 'scale',
  measures: 'no-op jobs a second of several worker processes',
  async run(stack, settings) {
    const errand = await openErrand(stack, 'redis')
    const lanes = WORKERS.map((workers): Lane => {
      const rate = errandRate(errand, () => errand.startWorkers(workers))
      const lane = processLane(stack, errand, settings, rate)
      return { ...lane, contender: `${errand.name}: ${workers} ${workers === 1 ? 'worker' : 'workers'}` }
    })
    // How the machine is shared, and no ratio that a round more would make better.
    const samples = await interleave(lanes, 1)
    const notes = ['Once, and no target: all of them share the cores of this machine with PostgreSQL and Redis.']
    return { rows: samples.rows({ [DONE]: 'jobs/s' }), targets: [], notes }
  },
}
