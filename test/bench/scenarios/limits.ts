// What nobody on this machine can beat: Koa that answers a constant, PostgreSQL that inserts a row. BullMQ
// with nothing around it stands beside the others, in the scenarios of its kind.
import { startAlone } from '../measure/contenders.ts'
import { openInserts } from '../measure/inserts.ts'
import { putLoad } from '../measure/load.ts'
import { interleave, type Lane } from '../measure/rounds.ts'
import type { Scenario } from '../measure/shape.ts'

const CONNECTIONS = 32
const CLIENTS = 16
const HELLO = `GET of a constant, ${CONNECTIONS} connections`
const INSERTS = `INSERT of a row, ${CLIENTS} connections`

export const limits: Scenario = {
  name: 'limits',
  measures: 'what nobody on this machine can beat',
  async run(stack, { seconds, rounds }) {
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
    const samples = await interleave(lanes, rounds)
    const notes = [
      `Rows are inserted by ${inserts.by}.`,
      'BullMQ alone is measured beside the others, in `process` and `latency`.',
    ]
    return { rows: samples.rows({ [HELLO]: 'requests/s', [INSERTS]: 'rows/s' }), targets: [], notes }
  },
}
