// A queue that is paused: nothing of it starts before its time, other queues go on, and no attempt is burnt.
import { expect } from 'chai'
import { createDispatch } from '../../../lib/dispatch.ts'
import { QueueBlocked } from '../../../lib/errors.ts'
import { insertJob, inTransaction } from '../../../lib/jobs/enqueue.ts'
import { pauseQueue } from '../../../lib/jobs/pauses.ts'
import { Job } from '../../../lib/models/job.ts'
import { QueuePause } from '../../../lib/models/queue-pause.ts'
import { heldByEngine, openProbing, startProbing, useCrowd } from '../../support/crowd.ts'
import { quiet, useHarness } from '../../support/harness.ts'
import { attempt, insertProbe } from '../../support/probe.ts'
import { waitFor } from '../../support/wait-for.ts'

const LONG_MS = 3_600_000

describe('a paused queue', () => {
  const harness = useHarness()
  const crowd = useCrowd(harness)
  beforeEach(() => crowd.clear())

  const pauseOf = (queue: string) => QueuePause.query(harness.db).findById(queue).throwIfNotFound()
  const unpause = () => QueuePause.query(harness.db).patch({ pausedUntil: new Date() })
  const jobOf = (id: string) => Job.query(harness.db).findById(id).throwIfNotFound()
  const accept = (type = 'maintenance.probe') =>
    inTransaction(harness.db, createDispatch(harness.db, harness.engine, quiet, 100), (trx) =>
      insertJob(trx, { type, input: {}, accountId: harness.accountId, maxAttempts: 1 }),
    )

  it('is what a blocked attempt leaves, which does not count and is shown (invariant 2)', async () => {
    const runtime = openProbing(harness, {
      run: () => Promise.reject(new QueueBlocked(LONG_MS, 'the server refuses our login')),
    })
    const { outcome, job } = await attempt(runtime, await insertProbe(harness, { maxAttempts: 1 }))
    expect(outcome).to.equal('postponed')
    expect(job).to.include({ state: 'scheduled', attempt: 1, maxAttempts: 2, error: null })
    expect(job.needsAttention).to.equal('the server refuses our login')
    const { pausedUntil, reason } = await pauseOf('maintenance')
    expect(reason).to.equal('the server refuses our login')
    expect(pausedUntil.getTime()).to.equal(job.runAt.getTime())
  })

  it('is not paused where the blocked attempt had lost its claim (invariant 4)', async () => {
    const runtime = openProbing(harness, {
      run: async ({ jobId, db }) => {
        await Job.query(db).patch({ attempt: 7 }).findById(jobId)
        throw new QueueBlocked(LONG_MS, 'the server refuses our login')
      },
    })
    const { outcome } = await attempt(runtime, await insertProbe(harness))
    expect(outcome).to.equal('claim-lost')
    expect(await QueuePause.query(harness.db)).to.deep.equal([])
  })

  it('starts nothing, however it came to the engine, while others go on; then all of it, each once', async () => {
    const { db, engine } = harness
    await pauseQueue(db, 'maintenance', LONG_MS, 'a test')
    const backlog = await crowd.flood(5)
    const direct = await accept()
    const stop = await startProbing(harness, { run: crowd.record, otherTypes: ['webhooks.probe'] })
    const other = await accept('webhooks.probe')
    await waitFor('the other queue to go on', async () => (await jobOf(other.id)).state === 'succeeded')
    // The engine has delivered it, nothing was started, and it is in the backlog again.
    await waitFor('the engine to be rid of the direct one', async () => {
      const { state, dispatchedAt } = await jobOf(direct.id)
      return state === 'queued' && dispatchedAt === null
    })
    expect(await heldByEngine(engine)).to.equal(0)
    expect((await crowd.runs()).map(({ jobId }) => jobId)).to.deep.equal([other.id])
    for (const id of [...backlog, direct.id]) expect(await jobOf(id)).to.include({ state: 'queued', attempt: 0 })
    await unpause()
    await waitFor('all to be done', async () => (await crowd.runs()).length === 7)
    await stop()
    expect(new Set((await crowd.runs()).map(({ jobId }) => jobId)).size).to.equal(7)
    expect(await Job.query(db).where({ state: 'succeeded', attempt: 1 }).resultSize()).to.equal(7)
  })

  it('goes on by itself when its time is over, and shows nothing any more (invariant 2)', async () => {
    const stop = await startProbing(harness, {
      run: async (context) => {
        if (context.attempt === 1) throw new QueueBlocked(700, 'the server refuses our login')
        return crowd.record(context)
      },
    })
    const { id } = await accept()
    await waitFor('the queue to be paused', async () => (await jobOf(id)).needsAttention)
    await waitFor('the job to be done', async () => (await jobOf(id)).state === 'succeeded')
    await stop()
    const { startedAt, needsAttention, attempt: attempts } = await jobOf(id)
    expect(needsAttention).to.equal(null)
    expect(attempts).to.equal(2)
    expect((await jobOf(id)).finishedAt?.getTime()).to.be.at.least((await pauseOf('maintenance')).pausedUntil.getTime())
    expect(startedAt).to.be.an.instanceOf(Date)
  })

  it('stays paused for the longest that was asked, whoever asks last', async () => {
    const { db } = harness
    await Promise.all([500, LONG_MS, 1_000].map((ms) => pauseQueue(db, 'emails', ms, `for ${ms} ms`)))
    const { pausedUntil } = await pauseOf('emails')
    await pauseQueue(db, 'emails', 100, 'shortly')
    expect((await pauseOf('emails')).pausedUntil).to.deep.equal(pausedUntil)
    expect(pausedUntil.getTime()).to.be.greaterThan(Date.now() + LONG_MS / 2)
    expect(await QueuePause.query(db)).to.have.length(1)
  })
})
