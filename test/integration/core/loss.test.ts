// An engine that loses everything it held: nothing that was accepted is lost, nothing is done twice (invariants 2, 3 and 7).
import { expect } from 'chai'
import { topUp } from '../../../lib/backlog.ts'
import { createDispatch } from '../../../lib/dispatch.ts'
import { Job } from '../../../lib/models/job.ts'
import { sweep } from '../../../lib/sweep.ts'
import { heldByEngine, startProbing, useCrowd, wipeEngine } from '../../support/crowd.ts'
import { quiet, useHarness } from '../../support/harness.ts'
import { waitFor } from '../../support/wait-for.ts'

const JOBS = 3_000

describe('an engine that was wiped', function () {
  this.timeout(180_000)
  const harness = useHarness()
  const crowd = useCrowd(harness)
  beforeEach(() => crowd.clear())

  const done = () => Job.query(harness.db).where({ state: 'succeeded' }).resultSize()
  const doneOf = (jobs: number) =>
    waitFor(`${jobs} jobs to be done`, async () => (await done()) >= jobs, 170_000).then(() => performance.now())
  const expectEachOnce = async (ids: string[]) => {
    const ran = (await crowd.runs()).map(({ jobId }) => jobId)
    expect(ran).to.have.length(ids.length)
    expect(new Set(ran)).to.deep.equal(new Set(ids))
  }
  const say = (what: string, ms: number) => process.stdout.write(`      ${what}: ${(ms / 1000).toFixed(1)} s\n`)

  it('while nobody worked costs no job and repeats no effect (invariants 2, 3 and 7)', async () => {
    const { db, engine } = harness
    const ids = await crowd.flood(JOBS)
    await topUp(db, createDispatch(db, engine, quiet, 1_000))
    expect(await heldByEngine(engine)).to.equal(1_000)
    await wipeEngine(db)
    expect(await heldByEngine(engine)).to.equal(0)
    const stop = await startProbing(harness, { run: crowd.record })
    const from = performance.now()
    say(`${JOBS} jobs done after the wipe`, (await doneOf(JOBS)) - from)
    await stop()
    await expectEachOnce(ids)
  })

  it('twice while jobs ran costs no job and repeats no effect (invariants 2, 3 and 7)', async () => {
    const { db } = harness
    const jobs = 600
    const ids = await crowd.flood(jobs)
    const stop = await startProbing(harness, { run: crowd.record, window: 200 })
    await doneOf(100)
    await wipeEngine(db)
    const from = performance.now()
    await doneOf(350)
    await wipeEngine(db)
    say(`${jobs} jobs done after the first of two wipes`, (await doneOf(jobs)) - from)
    await stop()
    await expectEachOnce(ids)
  })

  it('is found out about more jobs than one look takes, and gets all of them back (invariant 7)', async () => {
    const { db, engine } = harness
    const jobs = 1_200
    await crowd.flood(jobs)
    const dispatch = createDispatch(db, engine, quiet, jobs)
    await topUp(db, dispatch)
    expect(await heldByEngine(engine)).to.equal(jobs)
    await wipeEngine(db)
    const handedOver = (times: number) => Job.query(db).where({ dispatchNumber: times }).resultSize()
    await waitFor('all to be handed over again', async () => {
      await sweep(db, engine, dispatch, 200)
      return (await handedOver(2)) === jobs
    })
    expect(await heldByEngine(engine)).to.equal(jobs)
  })
})
