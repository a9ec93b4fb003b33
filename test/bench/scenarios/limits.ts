// What nobody on this machine can beat: Koa that answers a constant, PostgreSQL that inserts a row, BullMQ that does nothing.
import { names } from '../measure/contender.ts'
import { openWorkers, startAlone } from '../measure/contenders.ts'
import { openInserts } from '../measure/inserts.ts'
import { putLoad } from '../measure/load.ts'
import { countedRate, DONE, processLane } from '../measure/process.ts'
import { interleave, type Lane } from '../measure/rounds.ts'
import type { Scenario } from '../measure/shape.ts'

const CONNECTIONS = 32
const CLIENTS = 16
const HELLO = `GET of a constant, ${CONNECTIONS} connections`
const INSERTS = `INSERT of a row, ${CLIENTS} connections`

export const limits: Scenario = {
  name: 'limits',
  measures: 'what nobody on this machine can beat',
  async run(stack, settings) {
    const { seconds, rounds } = settings
    const hello = await startAlone(stack, 'hello-web', {})
    const inserts = await openInserts(await stack.database('inserts'), stack.log('inserts'), CLIENTS, seconds)
    const load = {
      url: hello.url,
      seconds,
      connections: CONNECTIONS,
      method: 'GET' as const,
      paths: ['/'],
      headers: {},
    }
    const lanes: Lane[] = [
      { contender: 'Koa', measure: async () => ({ [HELLO]: (await putLoad(stack, load)).perSecond }) },
      { contender: 'PostgreSQL', measure: async () => ({ [INSERTS]: await inserts.measure() }) },
    ]
    for (const contender of await openWorkers(stack, [names.rawRedis, names.rawPostgres]))
      lanes.push(processLane(stack, contender, settings, countedRate(contender, await contender.startWeb())))
    const samples = await interleave(lanes, rounds)
    const units = { [HELLO]: 'requests/s', [INSERTS]: 'rows/s', [DONE]: 'jobs/s' }
    return { rows: samples.rows(units), targets: [], notes: [`Rows are inserted by ${inserts.by}.`] }
  },
}
