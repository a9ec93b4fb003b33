// What may get lost between a job's end and those who wait for it: an announcement, or the connection that hears of it.
import { expect } from 'chai'
import { openFollowing } from '../../../../api/follow/index.ts'
import { openDatabase } from '../../../../lib/db.ts'
import { inTransaction } from '../../../../lib/jobs/enqueue.ts'
import { succeed } from '../../../../lib/jobs/transitions.ts'
import type { Job } from '../../../../lib/models/job.ts'
import { createClient } from '../../../support/client.ts'
import { openEvents } from '../../../support/event-stream.ts'
import { listeners, poll, runningJob, seated } from '../../../support/followers.ts'
import { noDispatch, quiet, useHarness } from '../../../support/harness.ts'
import { serveApp } from '../../../support/serve-app.ts'
import { startTcpProxy } from '../../../support/tcp-proxy.ts'
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

  it('is not left alone when others leave who had hardly come', async () => {
    const { db, accountId } = harness
    const { waiters, close } = openFollowing(db, quiet, { inAll: 10, perAccount: 10 }, 300)
    const job = await runningJob(harness)
    const gone = AbortSignal.abort()
    const open = () => new AbortController().signal
    waiters.join(accountId, job.id, open()).leave()
    waiters.join(accountId, job.id, gone)
    const seat = waiters.join(accountId, job.id, open())
    // Until what was to be shut by those who left would have been shut.
    const first = await seat.next('', 5_000)
    expect(await seat.next(first?.etag ?? '', 600)).to.equal(undefined)
    const next = seat.next(first?.etag ?? '', 10_000)
    await finish(job)
    expect((await next)?.job.state).to.equal('succeeded')
    seat.leave()
    await close()
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

  it('learns of its end at whatever moment it comes: before it is looked at, before it is waited for, or after', async () => {
    const jobs = await Promise.all(Array.from({ length: 60 }, () => runningJob(harness)))
    const answers = await Promise.all(
      jobs.map(async (job, n) => {
        const waiting =
          n % 2 ? poll(harness.api, job) : openEvents(`${harness.apiUrl}/v1/jobs/${job.id}/events`, harness.api)
        // Neither an announcement nor an order among them: only the looks of those who wait.
        await finishSilently(job)
        const answer = await waiting
        return 'body' in answer ? answer.body : (await answer.rest()).at(-1)?.data
      }),
    )
    expect(answers.map(({ id, state }) => `${id} ${state}`)).to.deep.equal(jobs.map(({ id }) => `${id} succeeded`))
    await seated(harness, 0)
  })

  it('waits through a database that is away, and gets what it has of the job if that takes too long', async () => {
    const { hostname, port } = new URL(harness.databaseUrl)
    const proxy = await startTcpProxy(() => ({ host: hostname, port: Number(port) }))
    const url = new URL(harness.databaseUrl)
    url.host = `127.0.0.1:${proxy.port}`
    const db = openDatabase(url.href, 3, 'errand-test-cut-off')
    const following = openFollowing(db, quiet, { inAll: 500, perAccount: 500 }, 0)
    const served = await serveApp(harness, { following })
    const api = createClient(served.url, harness.api.key)
    const jobs = await Promise.all(Array.from({ length: 50 }, () => runningJob(harness)))
    const stays = await runningJob(harness)
    const waiting = jobs.map((job) => poll(api, job))
    const events = await Promise.all(jobs.map(({ id }) => openEvents(`${served.url}/v1/jobs/${id}/events`, api)))
    const short = poll(api, stays, 2)
    await seated({ following, db: harness.db }, 101)
    proxy.refuse()
    proxy.cut()
    await Promise.all(jobs.map(finish))
    const { status, body } = await short
    expect([status, body.state]).to.deep.equal([202, 'running'])
    expect(following.waiters.size).to.equal(100)
    proxy.heal()
    for (const { body } of await Promise.all(waiting)) expect(body.state).to.equal('succeeded')
    for (const stream of events) expect((await stream.rest()).at(-1)?.data.state).to.equal('succeeded')
    await seated({ following, db: harness.db }, 0)
    await following.close()
    await served.close()
    await db.destroy()
    await proxy.stop()
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
