// The system's own recurring jobs: one a tick, however many processes want it, and none while the one before is open.
import { expect } from 'chai'
import { createApiKey, findAccountByKey } from '../../../lib/api-keys.ts'
import { SYSTEM_ACCOUNT } from '../../../lib/ids.ts'
import { enqueueRecurring } from '../../../lib/jobs/recurring.ts'
import { Job } from '../../../lib/models/job.ts'
import { openProbing, startProbing, useCrowd } from '../../support/crowd.ts'
import { useHarness } from '../../support/harness.ts'
import { waitFor } from '../../support/wait-for.ts'

/** A tick that lasts from 1970 to 2286. */
const ONE_TICK = 1e13

describe('a recurring job', () => {
  const harness = useHarness()
  const crowd = useCrowd(harness)
  beforeEach(() => crowd.clear())

  const jobs = () => Job.query(harness.db).orderBy('createdAt')
  const enqueue = (everyMs: number) => {
    const { db, dispatch, catalogue } = openProbing(harness, { run: crowd.record, recurring: { everyMs } })
    return enqueueRecurring(db, dispatch, catalogue).then(() => dispatch.idle())
  }
  const finish = () => Job.query(harness.db).patch({ state: 'succeeded', finishedAt: new Date(), dispatchedAt: null })

  it('is enqueued once a tick by ten that want it, and is the system’s (invariant 9)', async () => {
    await Promise.all(Array.from({ length: 10 }, () => enqueue(ONE_TICK)))
    const [job, ...more] = await jobs()
    expect(more).to.deep.equal([])
    expect(job).to.deep.include({
      type: 'maintenance.probe',
      state: 'queued',
      accountId: SYSTEM_ACCOUNT,
      input: {},
      maxAttempts: 3,
    })
  })

  it('is not enqueued again in its tick, once it has ended', async () => {
    await enqueue(ONE_TICK)
    await finish()
    await Promise.all(Array.from({ length: 10 }, () => enqueue(ONE_TICK)))
    expect(await jobs()).to.have.length(1)
  })

  it('is not enqueued while the one before is open, and again once it has ended', async () => {
    // Each millisecond is a tick.
    await enqueue(1)
    await enqueue(1)
    await enqueue(1)
    expect(await jobs()).to.have.length(1)
    await finish()
    await enqueue(1)
    expect(await jobs()).to.have.length(2)
  })

  it('runs tick after tick without anybody’s doing, never two at a time', async () => {
    let running = 0
    let most = 0
    const run: Parameters<typeof startProbing>[1]['run'] = async (context) => {
      most = Math.max(most, ++running)
      return crowd.record(context).finally(() => running--)
    }
    const settings = { run, recurring: { everyMs: 100 } }
    const stops = [await startProbing(harness, settings), await startProbing(harness, settings)]
    await waitFor('three ticks', async () => (await crowd.runs()).length >= 3)
    await Promise.all(stops.map((stop) => stop()))
    expect(most).to.equal(1)
    const runs = await crowd.runs()
    expect(new Set(runs.map(({ jobId }) => jobId)).size).to.equal(runs.length)
    expect(new Set(runs.map(({ accountId }) => accountId))).to.deep.equal(new Set([SYSTEM_ACCOUNT]))
  })

  for (const [type, table] of [
    ['maintenance.audit', 'stock_audits'],
    ['inventory.expire', 'holds'],
  ] as const) {
    it(`is marked for the operators when it fails: ${type} (invariant 2)`, async () => {
      await harness.db.raw('ALTER TABLE ?? RENAME TO gone', [table])
      const { job } = await harness
        .perform(type, {}, { maxAttempts: 1 })
        .finally(() => harness.db.raw('ALTER TABLE gone RENAME TO ??', [table]))
      expect(job.state).to.equal('failed')
      expect(job.needsAttention).to.match(/^(nothing was checked|held stock may be overdue) \(internal\)$/)
    })
  }

  it('is out of reach: no key opens the system’s account, not even one that was stored for it (invariant 9)', async () => {
    const { db, accountId } = harness
    expect(await findAccountByKey(db, harness.api.key)).to.equal(accountId)
    const key = await db.transaction((trx) => createApiKey(trx, SYSTEM_ACCOUNT, 'by mistake'))
    expect(await findAccountByKey(db, key)).to.equal(undefined)
  })
})
