// The engine's window: the engine holds a bounded number of ids, the backlog is in PostgreSQL (invariant 7).
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import { topUp } from '../../../lib/backlog.ts'
import type { Trx } from '../../../lib/db.ts'
import { createDispatch } from '../../../lib/dispatch.ts'
import { insertJob, inTransaction } from '../../../lib/jobs/enqueue.ts'
import { Job } from '../../../lib/models/job.ts'
import { sweep } from '../../../lib/sweep.ts'
import { heldByEngine, openProbing, startProbing, useCrowd } from '../../support/crowd.ts'
import { quiet, useHarness } from '../../support/harness.ts'
import { planOf } from '../../support/plans.ts'
import { waitFor } from '../../support/wait-for.ts'

const WINDOW = 20
const ACCEPTED_AT_ONCE = 10

describe('the window', () => {
  const harness = useHarness()
  const crowd = useCrowd(harness)
  beforeEach(() => crowd.clear())

  const backlog = () => Job.query(harness.db).where({ state: 'queued', dispatchedAt: null }).resultSize()
  const dispatched = () => Job.query(harness.db).whereNotNull('dispatchedAt').resultSize()
  const accept = (trx: Trx) =>
    insertJob(trx, { type: 'maintenance.probe', input: {}, accountId: harness.accountId, maxAttempts: 3 })
  const open = (window: number) => createDispatch(harness.db, harness.engine, quiet, window)

  it('bounds what the engine holds of a flood, while many accept and many sweep; all is done once (invariant 7)', async () => {
    const { db, engine } = harness
    const jobs = 500
    const dispatch = open(WINDOW)
    for (let accepted = 0; accepted < jobs; accepted += ACCEPTED_AT_ONCE) {
      await Promise.all(Array.from({ length: ACCEPTED_AT_ONCE }, () => inTransaction(db, dispatch, accept)))
    }
    await dispatch.idle()
    // What is being accepted when it counts, the window does not see.
    const overshoot = ACCEPTED_AT_ONCE
    expect(await heldByEngine(engine)).to.be.within(WINDOW, WINDOW + overshoot)
    expect(await backlog()).to.be.at.least(jobs - WINDOW - overshoot)

    let most = 0
    const over = new AbortController()
    const watching = (async () => {
      while (!over.signal.aborted) {
        most = Math.max(most, await heldByEngine(engine))
        await delay(5)
      }
    })()
    const sweeps = Array.from({ length: 4 }, async () => {
      const own = open(WINDOW)
      while (!over.signal.aborted) {
        await sweep(db, engine, own, 60_000)
        await delay(10)
      }
    })
    const stop = await startProbing(harness, { run: crowd.record, window: WINDOW })
    await waitFor('the flood to be done', async () => (await crowd.runs()).length >= jobs)
    over.abort()
    await Promise.all([watching, ...sweeps])
    await stop()
    expect(most).to.be.within(1, WINDOW + overshoot)
    expect(new Set((await crowd.runs()).map(({ jobId }) => jobId)).size).to.equal(jobs)
    expect(await crowd.runs()).to.have.length(jobs)
    expect(await Job.query(db).where({ state: 'succeeded', attempt: 1 }).resultSize()).to.equal(jobs)
  })

  it('is filled in one go by an account that is alone', async () => {
    const { db } = harness
    await crowd.flood(50)
    await topUp(db, open(WINDOW))
    expect(await dispatched()).to.equal(WINDOW)
  })

  it('is filled by nobody twice when five fill it at once (invariant 7)', async () => {
    const { db, engine } = harness
    await crowd.flood(500)
    await Promise.all(Array.from({ length: 5 }, () => topUp(db, open(100))))
    await waitFor('nobody to be filling', async () => (await heldByEngine(engine)) === (await dispatched()))
    expect(await dispatched()).to.equal(100)
    expect(await Job.query(db).max('dispatchNumber as most').first()).to.deep.include({ most: 1 })
    for (let round = 0; round < 5; round++) await Promise.all(Array.from({ length: 5 }, () => topUp(db, open(100))))
    expect(await heldByEngine(engine)).to.equal(100)
  })

  it('takes what is accepted into the backlog where it is full, and direct where it has room', async () => {
    const { db, engine } = harness
    const dispatch = open(WINDOW)
    const first = await inTransaction(db, dispatch, accept)
    expect(first).to.include({ state: 'queued', dispatchNumber: 1 })
    await crowd.flood(WINDOW)
    await topUp(db, dispatch)
    await waitFor('the window to know that it is full', async () => {
      return (await inTransaction(db, dispatch, accept)).dispatchNumber === 0
    })
    await dispatch.idle()
    expect(await heldByEngine(engine)).to.be.within(WINDOW, WINDOW * 2)
  })

  it('gets back the places of a transaction that was rolled back', async () => {
    const { db, dispatch } = openProbing(harness, { run: crowd.record, window: WINDOW })
    const refused = inTransaction(db, dispatch, async (trx) => {
      for (let n = 0; n < WINDOW; n++) await accept(trx)
      throw new Error('refused')
    })
    expect(await refused.catch((error: Error) => error.message)).to.equal('refused')
    await waitFor('a place', async () => (await inTransaction(db, dispatch, accept)).dispatchNumber === 1)
    await dispatch.idle()
    expect(await heldByEngine(harness.engine)).to.equal(1)
  })

  it('is filled from a long backlog without reading all of it', async () => {
    const { db, accountId } = harness
    await db.raw(
      `INSERT INTO jobs (id, account_id, type, queue, state, input, max_attempts, run_at)
       SELECT gen_random_uuid(), :accountId, 'maintenance.probe', 'maintenance', 'queued', '{}', 1, now()
       FROM generate_series(1, 20000)`,
      { accountId },
    )
    await db.raw('ANALYZE jobs')
    const plan = await planOf(db, 'WITH RECURSIVE held', () => topUp(db, open(WINDOW)))
    expect(plan).to.not.include('Seq Scan on jobs')
  })
})
