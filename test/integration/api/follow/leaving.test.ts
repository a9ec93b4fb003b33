// Who goes, goes completely: a client that hangs up, a process that is stopped, and those for whom there is no place.
import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { openFollowing } from '../../../../api/follow/index.ts'
import { inTransaction } from '../../../../lib/jobs/enqueue.ts'
import { showProgress, succeed } from '../../../../lib/jobs/transitions.ts'
import { createClient } from '../../../support/client.ts'
import { openEvents } from '../../../support/event-stream.ts'
import { listeners, poll, runningJob, seated, stalledEvents } from '../../../support/followers.ts'
import { quiet, useHarness } from '../../../support/harness.ts'
import { serveApp } from '../../../support/serve-app.ts'
import { waitFor } from '../../../support/wait-for.ts'
import { expectProblem } from '../refused.ts'

describe('those who follow jobs', () => {
  const harness = useHarness()
  /** An API of its own, with so many places, that shuts its ears at once when nobody waits. */
  const serve = async (inAll: number, perAccount = inAll) => {
    const following = openFollowing(harness.db, quiet, { inAll, perAccount }, 0)
    const { url, close, server } = await serveApp(harness, { following })
    const stop = async () => {
      await following.close()
      await close()
    }
    return { ...harness, following, apiUrl: url, api: createClient(url, harness.api.key), server, stop }
  }
  const deaf = (what: string) => waitFor(what, async () => (await listeners(harness.db)).rows.length === 0)

  it('leave nothing behind when they hang up: no place, no poll, no connection', async () => {
    const served = await serve(100)
    const jobs = await Promise.all([runningJob(harness), runningJob(harness)])
    const hungUp = new AbortController()
    const headers = { authorization: `Bearer ${served.api.key}` }
    const calls = jobs.flatMap(({ id }) => [
      fetch(`${served.apiUrl}/v1/jobs/${id}`, { headers: { ...headers, prefer: 'wait=25' }, signal: hungUp.signal }),
      fetch(`${served.apiUrl}/v1/jobs/${id}/events`, { headers, signal: hungUp.signal }).then((each) => each.text()),
    ])
    const ended = Promise.allSettled(calls)
    await seated(served, 4)
    hungUp.abort()
    expect((await ended).map(({ status }) => status)).to.deep.equal(Array(4).fill('rejected'))
    await seated(served, 0)
    await deaf('the connection to be closed')
    const queries: string[] = []
    const count = ({ sql }: { sql: string }) => queries.push(sql)
    harness.db.on('query', count)
    // The next one who waits finds everything in place again.
    const { status } = await poll(served.api, jobs[0], 2)
    harness.db.off('query', count)
    expect(status).to.equal(202)
    expect(queries.some((sql) => sql.includes('stamps'))).to.equal(true)
    await served.stop()
  })

  it('do not wait at all for what HEAD asks for', async () => {
    const served = await serve(5)
    const job = await runningJob(harness)
    const { status } = await served.api.send('HEAD', `/v1/jobs/${job.id}/events`)
    expect(status).to.equal(200)
    await seated(served, 0)
    await served.stop()
  })

  it('are refused past the account’s share and past the bound of all, with Retry-After; nothing else is', async () => {
    const served = await serve(3, 2)
    const other = createClient(served.apiUrl, (await harness.otherAccount()).key)
    const job = await runningJob(harness)
    const theirs = await other.post('/v1/jobs', {
      type: 'emails.send',
      input: { to: 'ada@example.com', subject: 'Later', text: 'Later.' },
      runAt: new Date(Date.now() + 3_600_000).toISOString(),
    })
    const hungUp = new AbortController()
    const open = (id: string, key: string) =>
      fetch(`${served.apiUrl}/v1/jobs/${id}/events`, {
        headers: { authorization: `Bearer ${key}` },
        signal: hungUp.signal,
      })
    await Promise.all([open(job.id, served.api.key), open(job.id, served.api.key)])
    for (const refused of [await poll(served.api, job), await served.api.get(`/v1/jobs/${job.id}/events`)]) {
      expectProblem(refused, { code: 'too-many-followers' })
      expect(refused.headers.get('retry-after')).to.match(/^\d+$/)
    }
    // What needs no waiting is answered.
    expect((await served.api.get(`/v1/jobs/${job.id}`)).status).to.equal(200)
    await open(theirs.body.job.id, other.key)
    const full = await poll(other, theirs.body.job)
    expectProblem(full, { code: 'overloaded' })
    expect(full.headers.get('retry-after')).to.match(/^\d+$/)
    // Work is accepted; that it be waited for was only a wish.
    const accepted = await served.api.post(
      '/v1/inventory/adjustments',
      { sku: 'KETTLE', delta: 1, reason: 'found' },
      { prefer: 'wait=20', 'idempotency-key': randomUUID() },
    )
    expect([accepted.status, accepted.headers.get('preference-applied')]).to.deep.equal([202, null])
    hungUp.abort()
    await seated(served, 0)
    expect((await poll(served.api, job, 1)).status).to.equal(202)
    await served.stop()
  })

  it('are answered at once when the process stops: with the job as it is, or the end of their events', async () => {
    const served = await serve(10)
    const job = await runningJob(harness)
    const waiting = poll(served.api, job, 25)
    const events = await openEvents(`${served.apiUrl}/v1/jobs/${job.id}/events`, served.api)
    const first = await events.next()
    expect(first?.data.state).to.equal('running')
    await seated(served, 2)
    const startedAt = performance.now()
    await served.following.close()
    const { status, body, headers } = await waiting
    expect([status, body.state, headers.get('retry-after')]).to.deep.equal([202, 'running', '1'])
    expect(await events.next()).to.equal(undefined)
    // At another process they go on where they were: what they have seen is not sent again.
    const resumed = await openEvents(`${harness.apiUrl}/v1/jobs/${job.id}/events`, harness.api, first?.id)
    await seated(harness, 1)
    // Whoever comes now gets the job as it is.
    expect((await poll(served.api, job, 25)).status).to.equal(202)
    const late = await openEvents(`${served.apiUrl}/v1/jobs/${job.id}/events`, served.api)
    expect((await late.rest()).map(({ data }) => data.state)).to.deep.equal(['running'])
    expect(performance.now() - startedAt).to.be.below(20_000)
    expect(served.following.waiters.size).to.equal(0)
    await inTransaction(harness.db, harness.dispatch, (trx) => succeed(trx, job, {}))
    expect((await resumed.rest()).map(({ data }) => data.state)).to.deep.equal(['succeeded'])
    await served.stop()
  })

  it('leave nothing behind at whatever moment they hang up, and there is one listener for all of them', async () => {
    const served = await serve(1_000)
    const job = await runningJob(harness)
    const authorization = `Bearer ${served.api.key}`
    const leave = async (path: string, afterMs: number, headers: Record<string, string> = {}) => {
      const signal = AbortSignal.timeout(afterMs)
      const text = fetch(served.apiUrl + path, { headers: { authorization, ...headers }, signal }).then((each) =>
        each.text(),
      )
      expect((await Promise.allSettled([text]))[0]?.status).to.equal('rejected')
    }
    const leaving = Array.from({ length: 60 }, (_, n) => [
      leave(`/v1/jobs/${job.id}/events`, 1 + n * 3),
      leave(`/v1/jobs/${job.id}`, 1 + n * 3, { prefer: 'wait=25' }),
    ])
    await Promise.all(leaving.flat())
    await seated(served, 0)
    await deaf('the connection to be closed')
    const again = poll(served.api, job, 1)
    await seated(served, 1)
    expect((await listeners(harness.db)).rows).to.have.length(1)
    expect((await again).status).to.equal(202)
    await served.stop()
  })

  it('do not keep a process from stopping, though they do not read what they are sent', async () => {
    const served = await serve(10)
    const job = await runningJob(harness)
    const stalled = await stalledEvents(`${served.apiUrl}/v1/jobs/${job.id}/events`, served.api)
    await seated(served, 1)
    // More than what the sockets in between hold.
    const watcher = await openEvents(`${served.apiUrl}/v1/jobs/${job.id}/events`, served.api)
    await watcher.next()
    for (let done = 1; done <= 30; done++) {
      const shown = await showProgress(harness.db, job, { done, total: 30, message: 'x'.repeat(400_000) })
      harness.dispatch.changes.announce([shown])
      expect((await watcher.next())?.data.progress.done).to.equal(done)
    }
    await served.following.close()
    const connections = () => new Promise<number>((resolve) => served.server.getConnections((_, n) => resolve(n)))
    served.server.close()
    await waitFor('all connections to be closed', async () => {
      served.server.closeIdleConnections()
      return (await connections()) === 0
    })
    stalled.destroy()
    await harness.dispatch.idle()
  })
})
