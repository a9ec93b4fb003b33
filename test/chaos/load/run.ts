// The load: clients of two accounts that do one thing after another until the time is up, each with a stream of chance of its
// own. They pause while the backlog is long, so that what is measured is recovery and not a queue.
import { setTimeout as delay } from 'node:timers/promises'
import type { Random } from '../random.ts'
import type { World } from '../world.ts'
import type { Journal } from './journal.ts'
import { placeOrder, planOrder } from './orders.ts'
import { adjustStock, planAdjustment, planMail, sendBatch, sendMail } from './others.ts'
import type { Client } from './submit.ts'

export interface Load {
  readonly orders: number
  /** Ends the load; resolves when every request was answered, or given up. */
  stop(): Promise<void>
  /** Ends the load, whatever has no answer yet. */
  abandon(): void
}

interface Options {
  /** Orders in all, spread over the run; as many as are taken where absent. */
  orders: number | undefined
  durationMs: number
}

const CLIENTS = 10
/** How long requests without an answer are repeated after the end of the load: all is well again by then. */
const GRACE_MS = 30_000
const LONG_BACKLOG = 300
const BACKLOG_EVERY_MS = 500
const THINK_MS = [50, 400] as const

export function startLoad(world: World, journal: Journal, random: Random, { orders, durationMs }: Options): Load {
  const startedAt = Date.now()
  let patience = Number.POSITIVE_INFINITY
  let stopped = false
  let placed = 0
  let backlog = 0

  /** Whether it is time for another order. */
  const isDue = () =>
    orders === undefined || (placed < orders && placed <= (orders * (Date.now() - startedAt)) / durationMs)
  const act = (client: Client) => {
    const { random } = client
    const kind = random.weighted([
      [60, 'order'],
      [20, 'mail'],
      [2, 'batch'],
      [15, 'adjustment'],
    ] as const)
    if (kind === 'mail') return sendMail(client, planMail(random))
    if (kind === 'batch')
      return sendBatch(
        client,
        Array.from({ length: random.between(2, 12) }, () => planMail(random)),
      )
    if (kind === 'adjustment') return adjustStock(client, planAdjustment(random))
    if (!isDue()) return Promise.resolve()
    placed++
    return placeOrder(client, planOrder(random))
  }
  const runClient = async (number: number) => {
    const account = world.accounts[number % world.accounts.length]
    if (!account) throw new Error('there is no account')
    const own = random.fork(`client-${number}`)
    const client: Client = { world, journal, account, random: own, luck: own.fork('luck'), patience: () => patience }
    while (!stopped) {
      if (backlog < LONG_BACKLOG) await act(client)
      await delay(client.luck.between(...THINK_MS))
    }
  }
  const watchBacklog = async () => {
    while (!stopped) {
      backlog = (await unfinished(world)) ?? backlog
      await delay(BACKLOG_EVERY_MS)
    }
  }
  const running = Promise.all([watchBacklog(), ...Array.from({ length: CLIENTS }, (_, number) => runClient(number))])
  return {
    get orders() {
      return placed
    },
    async stop() {
      stopped = true
      patience = Date.now() + GRACE_MS
      await running
    },
    abandon() {
      stopped = true
      patience = 0
    },
  }
}

/** @returns undefined while PostgreSQL cannot be asked. */
async function unfinished({ db }: World): Promise<number | undefined> {
  try {
    const row = await db('jobs').whereNull('finishedAt').whereNull('needsAttention').count({ jobs: '*' }).first()
    return Number(row?.jobs)
  } catch {
    return undefined
  }
}
