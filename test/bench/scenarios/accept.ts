// How many jobs a second are accepted over HTTP, and how long a client waits for it. No worker runs.
import { type Contender, names } from '../measure/contender.ts'
import { openContenders } from '../measure/contenders.ts'
import { putLoad } from '../measure/load.ts'
import type { Program } from '../measure/program.ts'
import { compare, type Figures, interleave, type Lane } from '../measure/rounds.ts'
import type { Scenario, Settings, Target } from '../measure/shape.ts'
import type { Stack } from '../measure/stack.ts'
import { untilStill } from '../measure/still.ts'

const CONNECTIONS = [32, 256]
const WARM_UP_S = 1

export const accept: Scenario = {
  name: 'accept',
  measures: 'accepted jobs a second over HTTP, and how long their clients wait',
  async run(stack, settings) {
    const lanes: Lane[] = []
    for (const contender of await openContenders(stack)) lanes.push(await laneOf(stack, contender, settings))
    const samples = await interleave(lanes, settings.rounds)
    const targets = [names.redis, names.postgres].flatMap((errand) =>
      CONNECTIONS.flatMap((connections): Target[] => {
        const rate = (of: string) => samples.of(of, rateAt(connections))
        const p99 = (of: string) => samples.of(of, p99At(connections))
        const at = `${errand}, ${connections} connections`
        return [
          ...compare(`${at}: requests/s against (a)`, rate(errand), rate(names.bare), 'at least', 1),
          ...compare(`${at}: requests/s against (b)`, rate(errand), rate(names.insert), 'at least', 2),
          ...compare(`${at}: p99 against (b)`, p99(errand), p99(names.insert), 'at most', 1),
        ]
      }),
    )
    return {
      rows: samples.rows(units),
      targets,
      notes: ['Accepted jobs are counted afterwards, in PostgreSQL or Redis.'],
    }
  },
}

const rateAt = (connections: number) => `accepted, ${connections} connections`
const p50At = (connections: number) => `p50, ${connections} connections`
const p99At = (connections: number) => `p99, ${connections} connections`

const units = Object.fromEntries(
  CONNECTIONS.flatMap((connections) => [
    [rateAt(connections), 'requests/s'],
    [p50At(connections), 'ms'],
    [p99At(connections), 'ms'],
  ]),
)

async function laneOf(stack: Stack, contender: Contender, settings: Settings): Promise<Lane> {
  const web = await contender.startWeb()
  const measure = async () => {
    const figures: Figures = {}
    for (const connections of CONNECTIONS) {
      const { perSecond, p50, p99 } = await acceptFor(stack, contender, web, connections, settings.seconds)
      Object.assign(figures, { [rateAt(connections)]: perSecond, [p50At(connections)]: p50, [p99At(connections)]: p99 })
    }
    return figures
  }
  const warmUp = () => acceptFor(stack, contender, web, Math.max(...CONNECTIONS), Math.min(WARM_UP_S, settings.seconds))
  return { contender: contender.name, measure, warmUp }
}

/**
 * Submits jobs for so many seconds, to a contender that is empty, and empties it again.
 * @throws Error when fewer jobs are there than were accepted, or more than were submitted
 */
async function acceptFor(stack: Stack, contender: Contender, web: Program, connections: number, seconds: number) {
  await stack.settle()
  const before = await contender.count()
  const { submit, headers, body } = contender.calls
  const load = { url: web.url, seconds, connections, method: 'POST' as const, paths: [submit], headers, body }
  const figures = await putLoad(stack, load)
  const there = (await untilStill(contender.count)) - before
  if (there < figures.ok || there > figures.sent)
    throw new Error(`${contender.name} accepted ${figures.ok} of ${figures.sent} jobs, and holds ${there}`)
  await stack.settle()
  await contender.clear()
  return figures
}
