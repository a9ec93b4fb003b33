// Errand new and Errand in use, beside each other: the same accepts, polls and work on both.
import { setTimeout as delay } from 'node:timers/promises'
import { SYSTEM_ACCOUNT } from '../../../lib/ids.ts'
import { type Errand, openErrand } from './errand.ts'
import { fillBacklog, fillWindow, insertHistory } from './history.ts'
import { type Load, putLoad } from './load.ts'
import { DONE, finishedRate } from './process.ts'
import type { Figures, Lane } from './rounds.ts'
import type { Stack } from './stack.ts'
import { until } from './still.ts'

interface Sizes {
  finished: number
  waiting: number
  /** Waiting when Redis' memory is looked at. */
  flood: number
}

const CONNECTIONS = 32
const POLLED = 1_000
const ACCEPTED = `accepted, ${CONNECTIONS} connections`
const POLLS = {
  succeeded: `GET of a finished job, ${CONNECTIONS} connections`,
  queued: `GET of an open job, ${CONNECTIONS} connections`,
}
const WITHIN_S = 60
/** More than a worker does in a second. */
const FILLED_A_SECOND = 5_000

/** @param fresh the one that is new */
export async function openGrown(stack: Stack, fresh: Errand, sizes: Sizes, seconds: number) {
  const grown = await openErrand(stack, 'redis', 'errand_grown')
  const client = await stack.connect(grown.databaseUrl)
  await insertHistory(client, grown.accountId, 'succeeded', sizes.finished)
  await fillBacklog(client, grown.accountId, sizes.waiting)
  await fillWindow(grown)
  const inUse = await laneOf(stack, grown, 'in use', seconds, () => fillBacklog(client, grown.accountId, sizes.waiting))
  const young = await laneOf(stack, fresh, 'new', seconds, async () => {
    await fresh.clear()
    await insertHistory(await stack.connect(fresh.databaseUrl), fresh.accountId, 'succeeded', POLLED)
    await fresh.fill(Math.min(sizes.waiting, FILLED_A_SECOND * (seconds + 1)))
  })
  const units = {
    [ACCEPTED]: 'requests/s',
    [POLLS.succeeded]: 'requests/s',
    [POLLS.queued]: 'requests/s',
    [DONE]: 'jobs/s',
  }
  const lanes: [Lane, Lane] = [young, inUse]
  const grownMemory = async () => {
    const redis = stack.redisClient(stack.redis('errand_grown'))
    await fillBacklog(client, grown.accountId, sizes.flood)
    // Everybody's: what is left is the window's.
    await redis.flushall()
    await grown.db('jobs').whereNotNull('dispatchedAt').update({ dispatchedAt: null })
    await fillWindow(grown)
    const [, bytes] = /used_memory:(\d+)/.exec(await redis.info('memory')) ?? []
    return Number(bytes) / 2 ** 20
  }
  return { lanes, units, grownMemory }
}

/** @param prepare has the jobs there that are to be asked for and done */
async function laneOf(
  stack: Stack,
  errand: Errand,
  contender: string,
  seconds: number,
  prepare: () => Promise<void>,
): Promise<Lane> {
  const web = await errand.startWeb()
  const { submit, headers, body } = errand.calls
  const load = { url: web.url, seconds, connections: CONNECTIONS }
  const rate = async (what: Omit<Load, keyof typeof load>) => (await putLoad(stack, { ...load, ...what })).perSecond
  const get = async (state: 'succeeded' | 'queued') => {
    const paths = await pathsOf(errand, state)
    return rate({ method: 'GET', paths, headers: { authorization: headers.authorization } })
  }
  const measure = async (): Promise<Figures> => {
    await prepare()
    await stack.settle()
    const figures = { [POLLS.succeeded]: await get('succeeded'), [POLLS.queued]: await get('queued') }
    figures[DONE] = await workFor(errand, seconds)
    await stack.settle()
    return {
      ...figures,
      [ACCEPTED]: await rate({
        method: 'POST',
        paths: [submit],
        body,
        headers,
      }),
    }
  }
  return { contender, measure }
}

async function pathsOf({ db, accountId, calls }: Errand, state: string): Promise<string[]> {
  const rows: { id: string }[] = await db('jobs').where({ accountId, state }).limit(POLLED).select('id')
  return rows.map(({ id }) => calls.show(id))
}

/** A worker works for a while. @returns how many jobs a second it finished */
async function workFor(errand: Errand, seconds: number): Promise<number> {
  const { db } = errand
  const since = new Date()
  const worker = await errand.startWorker()
  try {
    // What the system does of itself, the first time on a day, looks at everything there is.
    const open = () => db('jobs').where({ accountId: SYSTEM_ACCOUNT }).whereNull('finishedAt').first()
    await until('the recurring jobs', async () => !(await open()), WITHIN_S)
    const done = () => db('jobs').where({ accountId: errand.accountId }).where('finishedAt', '>', since).first()
    await until('the first job to be done', async () => (await done()) !== undefined, WITHIN_S)
    await delay(seconds * 1000)
    return await finishedRate(errand, since)
  } finally {
    await worker.stop()
  }
}
