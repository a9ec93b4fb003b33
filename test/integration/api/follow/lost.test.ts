// What may get lost between a job's end and those who wait for it: an announcement, or the connection that hears of it.
import { expect } from 'chai'
import { inTransaction } from '../../../../lib/jobs/enqueue.ts'
import { succeed } from '../../../../lib/jobs/transitions.ts'
import type { Job } from '../../../../lib/models/job.ts'
import { openEvents } from '../../../support/event-stream.ts'
import { listeners, poll, runningJob, seated } from '../../../support/followers.ts'
import { noDispatch, useHarness } from '../../../support/harness.ts'
import { waitFor } from '../../../support/wait-for.ts'

describe('who waits for a job', () => {
  const harness = useHarness()
  /** The process dies after the commit, before it says so. */
  const finishSilently = (job: Job) => inTransaction(harness.db, noDispatch, (trx) => succeed(trx, job, {}))
  const finish = (job: Job) => inTransaction(harness.db, harness.dispatch, (trx) => succeed(trx, job, {}))

  it('learns of its end though nobody said it: by the poll', async () => {
    const job = await runningJob(harness)
    const waiting = poll(harness.api, job)
    const events = await openEvents(`${harness.apiUrl}/v1/jobs/${job.id}/events`, harness.api)
    await seated(harness, 2)
    await finishSilently(job)
    const { status, body } = await waiting
    expect([status, body.state]).to.deep.equal([200, 'succeeded'])
    expect((await events.rest()).at(-1)?.data.state).to.equal('succeeded')
  })

  it('learns of its end after the connection that listens was lost, and hears of the next one', async () => {
    const [first, second] = [await runningJob(harness), await runningJob(harness)]
    const waiting = poll(harness.api, first)
    await seated(harness, 1)
    const lost = (await listeners(harness.db)).rows.map(({ pid }) => pid)
    expect(lost).to.have.length(1)
    await harness.db.raw('SELECT pg_terminate_backend(?)', lost)
    await finishSilently(first)
    expect((await waiting).body.state).to.equal('succeeded')
    const next = poll(harness.api, second)
    await seated(harness, 1)
    await waitFor('another connection to listen', async () => {
      const { rows } = await listeners(harness.db)
      return rows.length === 1 && !lost.includes(rows[0]!.pid)
    })
    await finish(second)
    expect((await next).body.state).to.equal('succeeded')
  })

  it('hears nothing of what was rolled back', async () => {
    const job = await runningJob(harness)
    const announced: string[] = []
    const dispatch = Object.assign(() => {}, noDispatch, {
      changes: {
        announce: (jobs: Iterable<{ id: string }>) => announced.push(...[...jobs].map(({ id }) => id)),
        idle: async () => {},
      },
    })
    const undone = inTransaction(harness.db, dispatch, async (trx) => {
      await succeed(trx, job, {})
      throw new Error('rolled back')
    })
    await undone.catch(({ message }) => expect(message).to.equal('rolled back'))
    expect(announced).to.deep.equal([])
    await inTransaction(harness.db, dispatch, (trx) => succeed(trx, job, {}))
    expect(announced).to.deep.equal([job.id])
  })
})
