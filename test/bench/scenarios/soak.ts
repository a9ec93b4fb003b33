// Whether web and worker need more and more memory: what they hold under a steady load, every ten seconds.
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { openErrand } from '../measure/errand.ts'
import { putLoad } from '../measure/load.ts'
import type { Scenario } from '../measure/shape.ts'
import { growth } from '../measure/statistics.ts'

const RATE = 100
const CONNECTIONS = 16
const EVERY_MS = 10_000
const SMOKE_EVERY_MS = 1_000
/** Until the heap has found its size. */
const WARM_UP = 0.1
const MOST = 0.1

export const soak: Scenario = {
  name: 'soak',
  measures: `memory of web and worker while ${RATE} jobs a second are accepted and done`,
  onRequest: true,
  async run(stack, { minutes, smoke }) {
    const errand = await openErrand(stack, 'redis')
    const [web, worker] = await Promise.all([errand.startWeb(), errand.startWorker()])
    const { submit, headers, body } = errand.calls
    const seconds = minutes * 60
    const load = {
      url: web.url,
      seconds,
      connections: CONNECTIONS,
      method: 'POST' as const,
      paths: [submit],
      headers,
      body,
    }
    let under = true
    const loaded = putLoad(stack, { ...load, rate: RATE }).finally(() => {
      under = false
    })
    const programs = { web, worker }
    const points = { web: [] as Point[], worker: [] as Point[] }
    const startedAt = performance.now()
    const look = async () => {
      while (under) {
        const at = performance.now() - startedAt
        for (const name of ['web', 'worker'] as const) points[name].push({ at, value: await rssMb(programs[name].pid) })
        await delay(smoke ? SMOKE_EVERY_MS : EVERY_MS)
      }
    }
    const [{ perSecond }] = await Promise.all([loaded, look()])
    const all = Object.entries(points)
    return {
      rows: all.map(([name, seen]) => ({
        contender: name,
        what: 'memory',
        unit: 'MB',
        samples: seen.map(({ value }) => value),
      })),
      targets: all.map(([name, seen]) => ({
        what: `${name}: growth over the run`,
        samples: [100 * growth(seen.filter(({ at }) => at >= WARM_UP * seconds * 1000))],
        bound: 100 * MOST,
        should: 'at most' as const,
        unit: '%',
      })),
      notes: [
        `${minutes} minutes, ${perSecond.toFixed(0)} jobs/s; a line through all but the first tenth of the time.`,
      ],
    }
  },
}

interface Point {
  at: number
  value: number
}

async function rssMb(pid: number): Promise<number> {
  const [, kb = '0'] = /VmRSS:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kb) / 1024
}
