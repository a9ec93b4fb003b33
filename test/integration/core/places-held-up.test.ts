// Places are not held by what cannot start: jobs of a paused queue, jobs that are too late, jobs that the engine lost.
import { expect } from 'chai'
import { raw } from 'objection'
import { engineId } from '../../../lib/dispatch.ts'
import type { JobId } from '../../../lib/ids.ts'
import { pauseQueue } from '../../../lib/jobs/pauses.ts'
import { createTypeLimits } from '../../../lib/limits/job-limits.ts'
import { createPlaces } from '../../../lib/limits/places.ts'
import { Job } from '../../../lib/models/job.ts'
import { QueuePause } from '../../../lib/models/queue-pause.ts'
import { execute } from '../../../workers/execute.ts'
import { openProbing, startProbing, useCrowd } from '../../support/crowd.ts'
import { noDispatch, quiet, useHarness } from '../../support/harness.ts'
import { waitFor } from '../../support/wait-for.ts'

const TYPE = 'maintenance.probe'
const MAIL = 'emails.probe'

describe('the places of a limit', function () {
  this.timeout(60_000)
  const harness = useHarness()
  const crowd = useCrowd(harness)
  beforeEach(async () => {
    await crowd.clear()
    await harness.db.raw('TRUNCATE job_starts')
  })
  const jobsWhere = (where: Partial<Job>) => Job.query(harness.db).where(where).resultSize()
  const done = (n: number, type = TYPE) =>
    waitFor(`${n} ${type} to be done`, async () => (await jobsWhere({ type, state: 'succeeded' })) === n, 10_000)
  /** As jobs are that were called, and are on their way to a worker. */
  const called = { place: 'kept', dispatchedAt: raw('now()'), dispatchNumber: 1 } as const
  const change = (ids: JobId[], to: object) => Job.query(harness.db).patch(to).findByIds(ids)
  const endPause = () => QueuePause.query(harness.db).delete()
  const settings = { run: crowd.record, otherTypes: [MAIL] }

  it('of an account are not given to jobs of a paused queue, which are called when the pause is over', async () => {
    const mails = await crowd.flood(3, { type: MAIL })
    await change(mails, { place: 'awaited' })
    await pauseQueue(harness.db, 'emails', 60_000, 'the test')
    await crowd.flood(5)
    await startProbing(harness, { ...settings, inAccount: 2 })
    await done(5)
    expect(await jobsWhere({ type: MAIL, state: 'queued', place: 'awaited', dispatchNumber: 0 })).to.equal(3)
    await endPause()
    await done(3, MAIL)
  })

  it('are given back by who was called when its queue was paused, and not exceeded when the pause is over', async () => {
    const { db } = harness
    const mails = await crowd.flood(2, { type: MAIL })
    await change(mails, called)
    await pauseQueue(db, 'emails', 60_000, 'the test')
    const runtime = openProbing(harness, { ...settings, inAccount: 2 })
    for (const mail of await Job.query(db).findByIds(mails))
      expect(await execute(runtime, engineId(mail), MAIL)).to.equal('nothing-to-do')
    expect(await jobsWhere({ type: MAIL, state: 'queued', place: null, dispatchedAt: null })).to.equal(2)
    let most = 0
    const run: typeof crowd.record = async (context) => {
      most = Math.max(most, await Job.query(db).where('leaseExpiresAt', '>', raw('now()')).resultSize())
      return crowd.record(context)
    }
    await crowd.flood(5)
    await startProbing(harness, { ...settings, run, inAccount: 2 })
    await done(5)
    await crowd.flood(5)
    await endPause()
    await Promise.all([done(2, MAIL), done(10)])
    expect(most).to.be.at.most(2)
  })

  it('are free again when the engine has lost who was called', async () => {
    const lost = await crowd.flood(1, { type: MAIL })
    await change(lost, { ...called, dispatchedAt: raw("now() - interval '1 hour'") })
    await pauseQueue(harness.db, 'emails', 60_000, 'the test')
    await crowd.flood(2)
    await startProbing(harness, { ...settings, inAccount: 1 })
    await done(2)
  })

  it('are not held by who is too late to begin, called or not, while its row is locked', async () => {
    const { db } = harness
    const places = createPlaces(
      createTypeLimits(openProbing(harness, settings).catalogue, { [TYPE]: { concurrency: 1 } }),
    )
    const late = (await crowd.flood(2)) as [JobId, JobId]
    await change(late, { startBefore: raw("now() - interval '1 s'"), place: 'awaited' })
    await change([late[0]], called)
    const [other] = (await crowd.flood(1)) as [JobId]
    await change([other], { place: 'awaited' })
    const locked = await db.transaction()
    const stop = places.attend(db, noDispatch, 20, quiet)
    try {
      await Job.query(locked).findByIds(late).forUpdate()
      await waitFor('the other to be called', async () => (await jobsWhere({ id: other, place: 'kept' })) === 1, 5_000)
    } finally {
      await locked.rollback()
      await stop()
    }
  })

  it('are not waited for by who is too late to begin', async () => {
    const runtime = openProbing(harness, { ...settings, limits: { concurrency: 1 } })
    const [atWork, late] = (await crowd.flood(2)) as [JobId, JobId]
    await change([atWork], called)
    await change([late], { startBefore: raw("now() - interval '1 s'"), dispatchedAt: raw('now()'), dispatchNumber: 1 })
    expect(await execute(runtime, engineId({ id: late, dispatchNumber: 1 }), TYPE)).to.equal('nothing-to-do')
    expect(await jobsWhere({ id: late, state: 'queued', place: null })).to.equal(1)
  })

  for (const inAccount of [0, 100])
    it(`cost no memory of starts that are long over, ${inAccount || 'no'} attempts of an account at a time`, async () => {
      const { db } = harness
      const starts = async (where = 'true') => Number((await db('jobStarts').whereRaw(where).count())[0]?.count)
      await startProbing(harness, { ...settings, limits: { rate: { jobs: 100, perMs: 100 } }, inAccount })
      await crowd.flood(20)
      await done(20)
      const recent = "started_at > now() - interval '100 ms'"
      await waitFor('the period to be over', async () => (await starts(recent)) === 0)
      await crowd.flood(1)
      await done(21)
      await waitFor('the old starts to be forgotten', async () => (await starts()) <= 1, 5_000)
    })
})
