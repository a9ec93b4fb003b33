// How long a client waits from submitting a job until it sees that it is done: one client alone, and under load.
import { names } from '../measure/contender.ts'
import { openInsert } from '../measure/contenders.ts'
import { openErrand } from '../measure/errand.ts'
import { openRawRoute, openRoute, type Route, startClients } from '../measure/journeys.ts'
import { compare, type Figures, interleave, type Lane } from '../measure/rounds.ts'
import type { Scenario } from '../measure/shape.ts'
import { quantile } from '../measure/statistics.ts'

const ALONE = { samples: 200, clients: 1 }
const FEW = { samples: 20, clients: 1 }
/** What brings them to their limit, and how much of the slower one's limit is the load. */
const CLIENTS = 64
const SHARE = 0.7
const P50 = 'accept to done, one at a time: p50'
const P99 = 'accept to done, one at a time: p99'
const LOADED = `accept to done, at ${SHARE * 100} % of the slower one: p99`

export const latency: Scenario = {
  name: 'latency',
  measures: 'from submitting a job to seeing that it is done, in ms',
  async run(stack, { rounds, seconds, smoke }) {
    const clients = await startClients(stack)
    const insert = await openRoute(clients, await openInsert(stack))
    const redis = await openRoute(clients, await openErrand(stack, 'redis'))
    const postgres = await openRoute(clients, await openErrand(stack, 'postgres'))
    const raw = await openRawRoute(stack)
    const alone = async ({ go }: Route) => {
      const times = await go(smoke ? FEW : ALONE)
      return { [P50]: quantile(times, 0.5), [P99]: quantile(times, 0.99) }
    }
    const lone = lanes([raw, insert, redis, postgres], alone, ({ go }) => go(FEW))
    const quiet = await interleave(lone, rounds)

    const limits: number[] = []
    for (const { go } of [insert, redis]) limits.push((await go({ clients: CLIENTS, seconds })).length / seconds)
    const rate = SHARE * Math.min(...limits)
    const underLoad = async ({ go }: Route) => ({ [LOADED]: quantile(await go({ rate, seconds }), 0.99) })
    const loaded = await interleave(lanes([insert, redis], underLoad), rounds)

    const against = ({ name }: Route) =>
      compare(`${name}: p50, against raw BullMQ on Redis`, quiet.of(name, P50), quiet.of(raw.name, P50), 'at most', 2)
    const [theirs, ours] = [loaded.of(insert.name, LOADED), loaded.of(redis.name, LOADED)]
    return {
      rows: [...quiet.rows({ [P50]: 'ms', [P99]: 'ms' }), ...loaded.rows({ [LOADED]: 'ms' })],
      targets: [
        ...against(redis),
        ...against(postgres),
        ...compare(`${names.redis}: p99 under load, against (b)`, ours, theirs, 'at most', 1),
      ],
      notes: [
        `The load is ${rate.toFixed(0)} jobs/s; with ${CLIENTS} clients they do ${limits.map(Math.round).join(' and ')}.`,
      ],
    }
  },
}

const lanes = (
  routes: Route[],
  measure: (route: Route) => Promise<Figures>,
  warmUp: (route: Route) => Promise<unknown> = measure,
): Lane[] =>
  routes.map((route) => ({ contender: route.name, measure: () => measure(route), warmUp: () => warmUp(route) }))
