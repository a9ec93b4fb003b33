// What one account's flood does to another account: how long its jobs wait until they start, with the flood and without.
import { setTimeout as delay } from 'node:timers/promises'
import { type Errand, openErrand } from '../measure/errand.ts'
import { compare, type Figures, interleave } from '../measure/rounds.ts'
import type { Scenario } from '../measure/shape.ts'
import { quantile } from '../measure/statistics.ts'
import { until } from '../measure/still.ts'

const FLOOD = 100_000
const JOBS = 50
const EVERY_MS = 40
const QUIET = 'accept to start, alone: p50'
const FLOODED = `accept to start, another account's flood before it: p50`
const WITHIN_S = 60

export const fairness: Scenario = {
  name: 'fairness',
  measures: `how long an account's jobs wait behind the ${FLOOD.toLocaleString('en')} of another`,
  async run(stack, { smoke }) {
    const flood = smoke ? 10_000 : FLOOD
    const jobs = smoke ? 5 : JOBS
    const lanes = []
    for (const engine of ['redis', 'postgres'] as const) {
      const errand = await openErrand(stack, engine)
      const { accountId: flooding } = await errand.openAccount('flooding')
      const { accountId, key } = await errand.openAccount('quiet')
      const headers = { ...errand.calls.headers, authorization: `Bearer ${key}` }
      const web = await errand.startWeb()
      const measure = async (): Promise<Figures> => {
        const worker = await errand.startWorker()
        const waits = async () => {
          await submitAll(web.url, headers, errand.calls.body, jobs)
          return medianWait(errand, accountId)
        }
        // The first ones are the worker's warm-up.
        await waits()
        const quiet = await waits()
        await errand.fillOf(flooding, flood)
        const flooded = await waits()
        if (!(await isFlooded(errand, flooding))) throw new Error('the flood was over too soon')
        await worker.stop()
        await errand.clear()
        return { [QUIET]: quiet, [FLOODED]: flooded }
      }
      lanes.push({ contender: errand.name, measure, warmUp: async () => {} })
    }
    // A flood is long: once.
    const samples = await interleave(lanes, 1)
    const targets = lanes.flatMap(({ contender }) =>
      compare(
        `${contender}: wait in a flood, against alone`,
        samples.of(contender, FLOODED),
        samples.of(contender, QUIET),
        'at most',
        2,
      ),
    )
    return {
      rows: samples.rows({ [QUIET]: 'ms', [FLOODED]: 'ms' }),
      targets,
      notes: [`Medians of ${jobs} jobs, submitted 25 a second; the flood is made once, not in every round.`],
    }
  },
}

async function submitAll(url: string, headers: Record<string, string>, body: string, jobs: number): Promise<void> {
  for (let left = jobs; left > 0; left--) {
    const fresh = { ...headers, 'idempotency-key': crypto.randomUUID() }
    const answer = await fetch(`${url}/v1/jobs`, { method: 'POST', headers: fresh, body })
    if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`)
    await answer.arrayBuffer()
    await delay(EVERY_MS)
  }
}

/** Of all jobs of the account, which are forgotten then. @returns ms */
async function medianWait({ db }: Errand, accountId: string): Promise<number> {
  const rows = () => db('jobs').where({ accountId })
  const areDone = async () => !(await rows().whereNull('finishedAt').first())
  await until('the quiet account to be served', areDone, WITHIN_S)
  const waits: { ms: string }[] = await rows().select(
    db.raw('extract(epoch FROM started_at - created_at) * 1000 AS ms'),
  )
  await rows().delete()
  return quantile(
    waits.map(({ ms }) => Number(ms)),
    0.5,
  )
}

const isFlooded = async ({ db }: Errand, accountId: string) =>
  (await db('jobs').where({ accountId, state: 'queued' }).first()) !== undefined
