// Jobs of three kinds, for tests of many processes and of servers that fail: orders, mails and jobs that do nothing; and what
// must be true of them in the end.
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import { Job } from '../../lib/models/job.ts'
import type { TestClient } from './client.ts'
import { mailsAbout } from './inbox.ts'
import { brokenMoney, brokenStock, unfinishedJobs } from './invariants.ts'
import { placeOrder } from './orders.ts'
import type { Processes } from './processes.ts'
import { waitFor } from './wait-for.ts'

/** Pause between two requests, in ms: a failover takes seconds, and the shelf must last for it. */
const PACE_MS = 20
/** A machine that stands still for seconds postpones attempts, which then are done again; no more than this share of all. */
const POSTPONED = 0.03
/** What orders take one of, by turns, and how many there are of each. */
const stock = { 'MUG-BLUE': 500, 'MUG-RED': 500, 'TEA-GREEN': 1000 }
const skus = Object.keys(stock)

export interface Accepted {
  jobs: string[]
  orders: string[]
  /** Their subjects. */
  mails: string[]
}

export const nothingAccepted = (): Accepted => ({ jobs: [], orders: [], mails: [] })

/** Posts an order, a mail or a ping, by turns. @throws Error when it is not accepted */
export async function acceptOne(api: TestClient, n: number, { jobs, orders, mails }: Accepted): Promise<void> {
  if (n % 3 === 0) {
    const sku = skus[(n / 3) % skus.length] ?? ''
    const { jobId, orderId } = await placeOrder(api, { items: [{ sku, quantity: 1 }] })
    jobs.push(jobId)
    orders.push(orderId)
    return
  }
  const mail = { to: 'ada@example.com', subject: `Mail number ${n}.`, text: 'Once.' }
  const job = n % 3 === 1 ? { type: 'emails.send', input: mail } : { type: 'maintenance.ping', input: {} }
  const { status, body } = await api.post('/v1/jobs', job)
  if (status !== 202) throw new Error(`${job.type} was answered ${status}: ${JSON.stringify(body)}`)
  jobs.push(body.job.id)
  if (job.input === mail) mails.push(mail.subject)
}

export interface Load {
  accepted: Accepted
  /** The longest that an answer took, in ms. */
  readonly slowest: number
  /** Resolves when so many more were accepted. @throws what stopped it */
  more(count: number): Promise<void>
  /** @throws Error when anything was not accepted */
  stop(): Promise<void>
}

/** Accepts jobs one after the other until it is stopped. */
export function startLoad(api: TestClient): Load {
  const accepted = nothingAccepted()
  let going = true
  let slowest = 0
  let failure: unknown
  const run = async () => {
    for (let n = 0; going; n++) {
      const start = performance.now()
      await acceptOne(api, n, accepted)
      slowest = Math.max(slowest, performance.now() - start)
      await delay(PACE_MS)
    }
  }
  const running = run().catch((error) => {
    failure = error
  })
  return {
    accepted,
    get slowest() {
      return slowest
    },
    async more(count) {
      const target = accepted.jobs.length + count
      await waitFor(`${count} more jobs to be accepted`, async () => {
        if (failure) throw failure
        return accepted.jobs.length >= target
      })
    },
    async stop() {
      going = false
      await running
      if (failure) throw failure
    },
  }
}

/** Waits for the end of all jobs: each succeeded, with its first attempt but for the few; mails, money and stock are right. */
export async function expectAllDoneOnce(
  { api, db, inbox, simulator }: Pick<Processes, 'api' | 'db' | 'inbox' | 'simulator'>,
  { jobs, orders, mails }: Accepted,
): Promise<void> {
  await waitFor('all jobs to be final', async () => (await unfinishedJobs(db)).length === 0, 60_000)
  expect(await Job.query(db).findByIds(jobs)).to.have.length(jobs.length)
  const all = await Job.query(db)
  expect(all.filter(({ state }) => state !== 'succeeded').map(({ type, error }) => ({ type, error }))).to.deep.equal([])
  expect(all.filter(({ attempt }) => attempt > 1).length).to.be.at.most(all.length * POSTPONED)
  const subjects = (await mailsAbout(inbox, '')).map(({ subject }) => subject)
  for (const each of [...mails, ...orders])
    expect(subjects.filter((subject) => subject.includes(each))).to.have.length(1)
  const charges = [...simulator.books.intents.values()].filter(({ status }) => status === 'succeeded')
  expect(charges).to.have.length(orders.length)
  expect(new Set(charges.map(({ metadata }) => metadata.payment_id)).size).to.equal(orders.length)
  const shelves = await Promise.all(skus.map((sku) => api.get(`/v1/inventory/${sku}`)))
  const left = shelves.reduce((sum, { body }) => sum + body.onHand, 0)
  expect(left).to.equal(Object.values(stock).reduce((sum, count) => sum + count, 0) - orders.length)
  for (const { body } of shelves) expect(body.reserved).to.equal(0)
  expect(await brokenMoney(db, simulator)).to.deep.equal([])
  expect(await brokenStock(db)).to.deep.equal([])
}
