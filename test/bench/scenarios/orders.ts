// Complete orders a second: accepted over HTTP, stock reserved, charged at a simulator that answers at once, stock committed,
// mailed to a sink. Errand beside the same shop written straight on pg-boss and on graphile-worker, in turns. It throws when an
// order was refused, lost, charged or mailed twice, or has not ended well.
import { setTimeout as delay } from 'node:timers/promises'
import { startSimulator } from '../../../lib/local/simulator/index.ts'
import { startSmtpSink } from '../../support/smtp-sink.ts'
import { installContenders } from '../contenders/install.ts'
import { turns } from '../measure/rounds.ts'
import type { Row, Scenario } from '../measure/shape.ts'
import { compareRows, type Ground } from './ground.ts'
import { type OpenShop, prepareContender, prepareErrand, type Shop } from './orders/shops.ts'

const CONNECTIONS = 16
const LOOK_EVERY_MS = 50
const GIVE_UP_MS = 120_000

const notes = [
  'One web and one worker process each, started anew for each turn; 16 connections place the orders.',
  'The shops without Errand do without its ledger, its audits and its look-ups of what is unknown.',
]

interface Books {
  shop: Shop
  placed: number
  row: Row
}

export const orders: Scenario = {
  name: 'orders',
  measures: 'complete orders a second: reserved, charged, committed, mailed',
  async run(ground, { smoke, rounds }) {
    await installContenders()
    const simulator = await startSimulator()
    ground.keep(simulator.stop)
    const sink = await startSmtpSink()
    ground.keep(sink.stop)
    const books = (await prepareShops(ground, { paymentsUrl: simulator.url, smtpUrl: sink.url })).map(openBooks)
    const [orders, warmUp] = smoke ? [10, 2] : [400, 100]
    for (let round = 0; round < rounds; round++) {
      for (const each of turns(books, round)) {
        await ground.settle()
        each.row.samples.push(await measure(each, warmUp, orders))
      }
    }
    for (const { shop, placed } of books) expect(shop.contender, await shop.countCompleted(), placed)
    const all = books.reduce((sum, { placed }) => sum + placed, 0)
    const captured = [...simulator.books.intents.values()].filter(({ status }) => status === 'succeeded')
    expect('charges', captured.length, all)
    expect('mails', sink.delivered.length, all)
    const [redis, , pgBoss, graphile] = books.map(({ row }) => row)
    const targets = [...compareRows(redis, pgBoss, 2), ...compareRows(redis, graphile, 1)]
    return { rows: books.map(({ row }) => row), targets, notes }
  },
}

const prepareShops = async (ground: Ground, outside: Parameters<typeof prepareErrand>[1]): Promise<Shop[]> => [
  await prepareErrand(ground, outside, 'redis'),
  await prepareErrand(ground, outside, 'postgres'),
  await prepareContender(ground, outside, 'pg-boss'),
  await prepareContender(ground, outside, 'graphile'),
]

const openBooks = (shop: Shop): Books => ({
  shop,
  placed: 0,
  row: { contender: shop.contender, what: 'complete orders', unit: 'orders/s', samples: [] },
})

async function measure(books: Books, warmUp: number, orders: number): Promise<number> {
  const open = await books.shop.open()
  await placeAll(books, open, warmUp)
  const perSecond = await placeAll(books, open, orders)
  await open.close()
  return perSecond
}

/** @returns orders a second, from the first request until the last order has ended. */
async function placeAll(books: Books, open: OpenShop, n: number): Promise<number> {
  const startedAt = performance.now()
  const end = books.placed + n
  const placeSome = async () => {
    while (books.placed < end) await open.place(books.placed++)
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, placeSome))
  while (await books.shop.isBusy()) {
    if (performance.now() - startedAt > GIVE_UP_MS) throw new Error(`${books.shop.contender} does not end its orders`)
    await delay(LOOK_EVERY_MS)
  }
  return n / ((performance.now() - startedAt) / 1000)
}

function expect(what: string, found: number, wanted: number): void {
  if (found !== wanted) throw new Error(`${what}: ${found} instead of ${wanted}`)
}
