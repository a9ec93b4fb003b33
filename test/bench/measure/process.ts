// How many no-op jobs a second one worker process does: the queue is filled while no worker runs, then one is started, and
// what counts is the time between the first tenth and the last, so that neither its start nor its end is in it.
import type { Contender } from './contender.ts'
import type { Errand } from './errand.ts'
import type { Program } from './program.ts'
import type { Lane } from './rounds.ts'
import type { Settings } from './shape.ts'
import type { Stack } from './stack.ts'
import { rateBetween } from './statistics.ts'
import { until, within } from './still.ts'

/** What is measured, as it stands in the tables. */
export const DONE = 'no-op jobs done'
const WITHIN_S = 120
const LEAST = 1_000
/** First, from what a few jobs say; a library that takes hundreds at a time seems faster than it is. Then, from those. */
const MOST = [8_000, 60_000]
/** Some are done before the worker hears how many are expected. */
const EXPECTED = 0.95

/** Does jobs and says how many a second; how many, is chosen by the warm-up, so that they last as long as wanted. */
export function processLane(stack: Stack, contender: Contender, settings: Settings, rate: Rate): Lane {
  let jobs = settings.smoke ? 300 : LEAST
  const measure = async () => {
    await stack.settle()
    await contender.clear()
    const perSecond = await rate(jobs)
    await contender.clear()
    return { [DONE]: perSecond }
  }
  const warmUp = async () => {
    for (const most of MOST) {
      const { [DONE]: perSecond } = await measure()
      if (settings.smoke) return
      const wanted = Math.round(perSecond * (settings.seconds + 1))
      jobs = Math.min(most, Math.max(LEAST, wanted))
      if (wanted < most) return
    }
  }
  return { contender: contender.name, warmUp, measure }
}

type Rate = (jobs: number) => Promise<number>

/** Of a contender that counts by itself. @param web puts the jobs in */
export const countedRate =
  (contender: Contender, web: Program): Rate =>
  async (jobs) => {
    await contender.fill(jobs, web)
    const worker = await contender.startWorker()
    try {
      const expect = Math.floor(jobs * EXPECTED)
      const answer = worker.ask<{ times: [number, number, number, number] }>({ expect })
      const { times } = await within(`${contender.name} to do ${jobs} jobs`, answer, WITHIN_S)
      return rateBetween(expect, times[0], times[2])
    } finally {
      await worker.stop()
    }
  }

/** Of Errand, by what its rows say. @param start its workers: one, unless it says otherwise */
export const errandRate =
  (errand: Errand, start: () => Promise<Program[]> = async () => [await errand.startWorker()]): Rate =>
  async (jobs) => {
    await errand.fill(jobs)
    const workers = await start()
    try {
      await until(`${errand.name} to do ${jobs} jobs`, async () => !(await isBusy(errand)), WITHIN_S)
      return await finishedRate(errand, new Date(0))
    } finally {
      await Promise.all(workers.map((worker) => worker.stop()))
    }
  }

/** Whether jobs wait or run; each question is answered by an index. */
async function isBusy({ db }: Errand): Promise<boolean> {
  const { rows } = await db.raw(`SELECT
    EXISTS (SELECT FROM jobs WHERE dispatched_at IS NOT NULL) OR EXISTS (SELECT FROM jobs WHERE lease_expires_at IS NOT NULL)
    OR EXISTS (SELECT FROM jobs WHERE state IN ('scheduled', 'queued') AND dispatched_at IS NULL) AS busy`)
  return rows[0].busy
}

/** @returns how many a second were finished since then, without the first and the last tenth */
export async function finishedRate({ db, accountId }: Errand, since: Date): Promise<number> {
  const { rows } = await db.raw(
    `SELECT count(*)::integer AS jobs, percentile_disc(array[0.1, 0.9]) WITHIN GROUP (ORDER BY extract(epoch FROM finished_at) * 1000) AS times
     FROM jobs WHERE account_id = ? AND finished_at > ?`,
    [accountId, since],
  )
  const { jobs, times } = rows[0] as { jobs: number; times: [string, string] | null }
  if (!times) throw new Error('no job was finished')
  return rateBetween(jobs, Number(times[0]), Number(times[1]))
}
