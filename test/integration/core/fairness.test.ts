// Whose turn it is: a flood of one account does not hold up another's jobs, in the backlog and in the engine alike.
import { expect } from 'chai'
import { topUp } from '../../../lib/backlog.ts'
import { createDispatch, type Dispatch } from '../../../lib/dispatch.ts'
import type { AccountId, JobId } from '../../../lib/ids.ts'
import { insertJob, inTransaction } from '../../../lib/jobs/enqueue.ts'
import { keepDoing } from '../../../lib/loop.ts'
import { Job } from '../../../lib/models/job.ts'
import { startConsumer } from '../../../workers/consumer.ts'
import { heldByEngine, openProbing, useCrowd } from '../../support/crowd.ts'
import { quiet, useHarness } from '../../support/harness.ts'
import { waitFor } from '../../support/wait-for.ts'

describe('the turn of a job', () => {
  const harness = useHarness()
  const crowd = useCrowd(harness)
  const accounts = {} as Record<'a' | 'b' | 'c', AccountId>
  before(async () => {
    for (const name of ['a', 'b', 'c'] as const) accounts[name] = await crowd.account(name)
  })
  beforeEach(() => crowd.clear())

  const open = (window: number) => createDispatch(harness.db, harness.engine, quiet, window)
  const fill = async (dispatch: Dispatch) => {
    while (await topUp(harness.db, dispatch));
  }
  /** Runs at least so many, one after the other. @returns the jobs in the order of their starts. */
  const run = async (jobs: number, window: number) => {
    const runtime = openProbing(harness, { run: crowd.record, window })
    const consumer = startConsumer(runtime, harness.engine, 'maintenance', 1)
    const stopFilling = keepDoing('top-up', 50, quiet, () => topUp(harness.db, runtime.dispatch))
    await waitFor('so many to be done', async () => (await crowd.runs()).length >= jobs)
    await Promise.all([stopFilling(), consumer.stop()])
    return (await crowd.runs()).map(({ jobId }) => jobId)
  }
  const dispatchedOf = (accountId: AccountId) =>
    Job.query(harness.db).where({ accountId }).whereNotNull('dispatchedAt').resultSize()
  const ownerOf = (order: JobId[], ids: Record<string, JobId[]>) =>
    order.map((id) => Object.keys(ids).find((name) => ids[name]?.includes(id))).join('')

  it("comes before another account's flood: five jobs are in the next fill, and run in its midst", async () => {
    const { a, b } = accounts
    const dispatch = open(20)
    const early = await crowd.flood(10, { accountId: a })
    await fill(dispatch)
    const late = await crowd.flood(290, { accountId: a })
    const few = await crowd.flood(5, { accountId: b })
    await topUp(harness.db, dispatch)
    expect(await dispatchedOf(b)).to.equal(5)
    const order = await run(15, 20)
    const owners = ownerOf(order, { a: [...early, ...late], b: few })
    expect(owners.lastIndexOf('b'), owners).to.be.within(4, 12)
    expect(order.filter((id) => few.includes(id))).to.deep.equal(few)
  })

  it('comes at once for a job that is accepted while a flood waits in the engine', async () => {
    const { a, b } = accounts
    const { db } = harness
    const dispatch = open(50)
    const flood = await crowd.flood(30, { accountId: a })
    await fill(dispatch)
    const accept = (trx: Parameters<typeof insertJob>[0]) =>
      insertJob(trx, { type: 'maintenance.probe', input: {}, accountId: b, maxAttempts: 3 })
    const { id, dispatchNumber } = await inTransaction(db, dispatch, accept)
    await dispatch.idle()
    expect(dispatchNumber).to.equal(1)
    expect(await heldByEngine(harness.engine)).to.equal(31)
    const order = await run(31, 50)
    // The flood's first is of the same turn, and older.
    expect(order.slice(0, 3)).to.deep.equal([flood[0], id, flood[1]])
  })

  it('is shared equally by three accounts that flood', async () => {
    const { a, b, c } = accounts
    const dispatch = open(30)
    const ids = {
      a: await crowd.flood(60, { accountId: a }),
      b: await crowd.flood(60, { accountId: b }),
      c: await crowd.flood(60, { accountId: c }),
    }
    await fill(dispatch)
    expect(await Promise.all(Object.values(accounts).map(dispatchedOf))).to.deep.equal([10, 10, 10])
    const owners = ownerOf(await run(90, 30), ids)
    // Turns are equal; what is filled in later than its turn may lag by an account's share of the window, 10.
    for (let done = 3; done <= 90; done += 3) {
      const counts = Object.keys(ids).map((name) => owners.slice(0, done).split(name).length - 1)
      expect(Math.max(...counts) - Math.min(...counts), owners.slice(0, done)).to.be.at.most(10)
    }
  })

  it('goes by priority, then age, within an account', async () => {
    const { a, b } = accounts
    const low = await crowd.flood(10, { accountId: a, priority: 9 })
    const usual = await crowd.flood(10, { accountId: a })
    const urgent = await crowd.flood(10, { accountId: a, priority: 0 })
    await fill(open(100))
    expect(await run(30, 100)).to.deep.equal([...urgent, ...usual, ...low])
    expect(await dispatchedOf(b)).to.equal(0)
  })

  it('goes by age within an account whose flood is larger than the window, however it is topped up', async () => {
    const { db, engine } = harness
    const flood = await crowd.flood(300)
    let runs = 0
    const runtime = openProbing(harness, {
      window: 20,
      run: async (context) => {
        if (++runs % 10 === 0) await topUp(db, runtime.dispatch)
        return crowd.record(context)
      },
    })
    await fill(runtime.dispatch)
    const consumer = startConsumer(runtime, engine, 'maintenance', 1)
    await waitFor('all to be done', async () => (await crowd.runs()).length === flood.length)
    await consumer.stop()
    const order = (await crowd.runs()).map(({ jobId }) => jobId)
    const late = flood.map((id, place) => order.indexOf(id) - place)
    expect(Math.max(...late)).to.be.at.most(40)
  })
})
