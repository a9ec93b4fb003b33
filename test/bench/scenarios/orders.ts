// Complete orders a second: accepted over HTTP, stock reserved, charged at a simulator that answers at once, stock committed,
// mailed to a sink. Errand beside the same shop written straight on pg-boss and on graphile-worker, in turns. It throws when an
// order was refused, lost, charged or mailed twice, or has not ended well.
import { setTimeout as delay } from 'node:timers/promises'
import { startSimulator } from '../../../lib/local/simulator/index.ts'
import { startSmtpSink } from '../../support/smtp-sink.ts'
import { installContenders } from '../contenders/install.ts'
import { type Ground, onGround, type Scenario } from './ground.ts'
import { type Outside, openContender, openErrand, type Shop } from './orders/shops.ts'

const CONNECTIONS = 16
const LOOK_EVERY_MS = 50
const GIVE_UP_MS = 120_000

const sizes = { full: { orders: 400, warmUp: 200, rounds: 5 }, smoke: { orders: 10, warmUp: 2, rounds: 1 } }

export const orders: Scenario = {
  name: 'orders',
  run: async ({ smoke }) => {
    await installContenders()
    return onGround((ground) => measure(ground, smoke ? sizes.smoke : sizes.full))
  },
}

async function measure(ground: Ground, { orders, warmUp, rounds }: typeof sizes.full) {
  const simulator = await startSimulator()
  ground.keep(simulator.stop)
  const sink = await startSmtpSink()
  ground.keep(sink.stop)
  const outside: Outside = { paymentsUrl: simulator.url, smtpUrl: sink.url }
  const shops = [
    await openErrand(ground, outside, 'redis'),
    await openErrand(ground, outside, 'postgres'),
    await openContender(ground, outside, 'pg-boss'),
    await openContender(ground, outside, 'graphile'),
  ]
  const rows = shops.map((shop) => ({ shop, placed: 0, samples: [] as number[] }))
  const fill = async (row: (typeof rows)[number], n: number) => {
    const perSecond = await placeAll(row.shop, row.placed, n)
    row.placed += n
    return perSecond
  }
  for (const row of rows) await fill(row, warmUp)
  for (let round = 0; round < rounds; round++) {
    const first = round % rows.length
    for (const row of [...rows.slice(first), ...rows.slice(0, first)]) row.samples.push(await fill(row, orders))
  }
  for (const { shop, placed } of rows)
    expect(`completed orders of ${shop.contender}`, await shop.countCompleted(), placed)
  const all = rows.reduce((sum, { placed }) => sum + placed, 0)
  const captured = [...simulator.books.intents.values()].filter(({ status }) => status === 'succeeded')
  expect('charges', captured.length, all)
  expect('mails', sink.delivered.length, all)
  return rows.map(({ shop, samples }) => ({ contender: shop.contender, unit: 'orders/s', samples }))
}

/** @returns orders a second, from the first request until the last order has ended. */
async function placeAll(shop: Shop, from: number, n: number): Promise<number> {
  const startedAt = performance.now()
  let next = from
  const placeSome = async () => {
    while (next < from + n) await shop.place(next++)
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, placeSome))
  while (await shop.isBusy()) {
    if (performance.now() - startedAt > GIVE_UP_MS) throw new Error(`${shop.contender} does not end its orders`)
    await delay(LOOK_EVERY_MS)
  }
  return n / ((performance.now() - startedAt) / 1000)
}

function expect(what: string, found: number, wanted: number): void {
  if (found !== wanted) throw new Error(`${what}: ${found} instead of ${wanted}`)
}
