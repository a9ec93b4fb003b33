// How often a second clients can ask for their jobs: finished ones and open ones, against a bare Koa and a SELECT of one row.
import { type Contender, names } from '../measure/contender.ts'
import { openInsert } from '../measure/contenders.ts'
import { type Errand, openErrand } from '../measure/errand.ts'
import { putLoad } from '../measure/load.ts'
import type { Program } from '../measure/program.ts'
import { compare, interleave, type Lane } from '../measure/rounds.ts'
import type { Scenario } from '../measure/shape.ts'
import type { Stack } from '../measure/stack.ts'

const CONNECTIONS = 32
const JOBS = 1_000
const RATE = `GET of a job, ${CONNECTIONS} connections`
const P99 = `p99 of it, ${CONNECTIONS} connections`

export const poll: Scenario = {
  name: 'poll',
  measures: `answers a second about ${JOBS} jobs`,
  async run(stack, { rounds, seconds, smoke }) {
    const jobs = smoke ? 50 : JOBS
    const lanes: Lane[] = []
    const insert = await openInsert(stack)
    const insertWeb = await insert.startWeb()
    lanes.push(pollLane(stack, insert, insertWeb, await submit(insert, insertWeb, jobs), names.insert, seconds))
    for (const engine of ['redis', 'postgres'] as const) {
      const errand = await openErrand(stack, engine)
      const web = await errand.startWeb()
      for (const state of ['finished', 'open'] as const) {
        const ids = await prepare(errand, jobs, state)
        lanes.push(pollLane(stack, errand, web, ids, `${names[engine]}: ${state}`, seconds))
      }
    }
    const samples = await interleave(lanes, rounds)
    const against = (contender: string, bound: number) =>
      compare(
        `${contender}, against (b)`,
        samples.of(contender, RATE),
        samples.of(names.insert, RATE),
        'at least',
        bound,
      )
    const targets = [names.redis, names.postgres].flatMap((name) => [
      ...against(`${name}: finished`, 1.5),
      ...against(`${name}: open`, 0.9),
    ])
    return { rows: samples.rows({ [RATE]: 'requests/s', [P99]: 'ms' }), targets, notes: [] }
  },
}

function pollLane(stack: Stack, to: Contender, web: Program, ids: string[], contender: string, seconds: number): Lane {
  const headers = { authorization: to.calls.headers.authorization }
  const paths = ids.map(to.calls.show)
  return {
    contender,
    measure: async () => {
      await stack.settle()
      const load = { url: web.url, seconds, connections: CONNECTIONS, method: 'GET' as const, paths, headers }
      const { perSecond, p99 } = await putLoad(stack, load)
      return { [RATE]: perSecond, [P99]: p99 }
    },
  }
}

/** @returns the ids of jobs that were submitted over HTTP */
async function submit({ calls }: Contender, web: Program, jobs: number): Promise<string[]> {
  const ids: string[] = []
  while (ids.length < jobs) {
    const answer = await fetch(web.url + calls.submit, { method: 'POST', headers: calls.headers, body: calls.body })
    if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`)
    ids.push(((await answer.json()) as { id: string }).id)
  }
  return ids
}

/** @returns ids of jobs in that state. No worker runs: what is finished is written so. */
async function prepare({ db, accountId, fillOf }: Errand, jobs: number, state: 'finished' | 'open'): Promise<string[]> {
  await fillOf(accountId, jobs)
  const rows: { id: string }[] = await db('jobs')
    .where({ state: 'queued' })
    .orderBy('id', 'desc')
    .limit(jobs)
    .select('id')
  const ids = rows.map(({ id }) => id)
  if (state === 'finished')
    await db('jobs').whereIn('id', ids).update({
      state: 'succeeded',
      dispatchedAt: null,
      attempt: 1,
      startedAt: db.fn.now(),
      finishedAt: db.fn.now(),
      result: '{}',
    })
  return ids
}
