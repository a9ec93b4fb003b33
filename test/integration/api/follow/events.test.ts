// A job's events, live: the whole story in order, resumed after a lost connection, and over when the job is.
import { expect } from 'chai'
import { inTransaction } from '../../../../lib/jobs/enqueue.ts'
import { showProgress, succeed } from '../../../../lib/jobs/transitions.ts'
import { openEvents } from '../../../support/event-stream.ts'
import { runningJob, seated, stalledEvents } from '../../../support/followers.ts'
import { useHarness } from '../../../support/harness.ts'
import { placeOrder } from '../../../support/orders.ts'

describe('the events of a job', () => {
  const harness = useHarness()
  const follow = (id: string, lastEventId?: string) =>
    openEvents(`${harness.apiUrl}/v1/jobs/${id}/events`, harness.api, lastEventId)
  const finish = (job: Parameters<typeof succeed>[1]) =>
    inTransaction(harness.db, harness.dispatch, (trx) => succeed(trx, job, { answer: 42 }))

  it('are the job as it is, at once, and as it changes; they end with it', async () => {
    const job = await runningJob(harness)
    const events = await follow(job.id)
    expect(events.status).to.equal(200)
    expect(events.headers.get('content-type')).to.equal('text/event-stream')
    expect(events.headers.get('cache-control')).to.equal('no-store')
    expect(events.headers.get('content-encoding')).to.equal(null)
    const first = await events.next()
    const asked = await harness.api.get(`/v1/jobs/${job.id}`)
    expect(first).to.deep.equal({ event: 'job', id: asked.headers.get('etag'), data: asked.body })
    expect(events.other).to.have.length(1)
    expect(events.other[0]).to.match(/^retry: \d+$/)
    await seated(harness, 1)
    harness.dispatch.changes.announce([await showProgress(harness.db, job, { done: 1, total: 2, message: 'half' })])
    expect((await events.next())?.data.progress).to.deep.equal({ done: 1, total: 2, message: 'half' })
    await finish(job)
    expect((await events.next())?.data).to.deep.include({ state: 'succeeded', result: { answer: 42 } })
    expect(await events.next()).to.equal(undefined)
    await seated(harness, 0)
  })

  it('go on where they were lost: nothing is sent twice, and nothing is missed', async () => {
    const job = await runningJob(harness)
    const before = await follow(job.id)
    const { id = '' } = (await before.next()) ?? {}
    await seated(harness, 1)
    before.hangUp()
    await seated(harness, 0)
    const resumed = await follow(job.id, id)
    await seated(harness, 1)
    await finish(job)
    const [only, ...more] = await resumed.rest()
    expect([only?.data.state, more]).to.deep.equal(['succeeded', []])
    // Whoever was away meanwhile, and whoever comes with an id of something else, gets the job as it is.
    for (const stale of [id, 'unheard-of', '"', ''])
      expect((await (await follow(job.id, stale)).rest()).map((event) => event.data.state)).to.deep.equal(['succeeded'])
    // Whoever has seen the end is told not to come again, which is how EventSource stops.
    const over = await follow(job.id, only?.id)
    expect([over.status, await over.rest()]).to.deep.equal([204, []])
  })

  it('tell the story of an order, in order, to each who follows it', async () => {
    const { jobId } = await placeOrder(harness.api)
    const streams = await Promise.all([follow(jobId), follow(jobId), follow(jobId)])
    await seated(harness, 3)
    const stop = await harness.startWorkers()
    for (const events of await Promise.all(streams.map((stream) => stream.rest()))) {
      const last = events.at(-1)?.data
      expect(last.state).to.equal('succeeded')
      expect(last.steps.map(({ state }: { state: string }) => state)).to.deep.equal(Array(4).fill('succeeded'))
      const order = ['queued', 'running', 'succeeded']
      const states = events.map(({ data }) => order.indexOf(data.state))
      expect(states).to.deep.equal(states.toSorted((a, b) => a - b))
      const done = events.map(({ data }) => data.progress?.done ?? 0)
      expect(done).to.deep.equal(done.toSorted((a, b) => a - b))
      for (const [at, { id }] of events.entries()) expect(id, String(at)).not.to.equal(events[at - 1]?.id)
      expect(events.length).to.be.above(2)
    }
    await stop()
  })

  it('of a client that does not read are not kept for it: it gets the newest when it does', async () => {
    const job = await runningJob(harness)
    const stalled = await stalledEvents(`${harness.apiUrl}/v1/jobs/${job.id}/events`, harness.api)
    await seated(harness, 1)
    // More in all than what the sockets in between hold.
    const ROUNDS = 30
    const message = 'x'.repeat(400_000)
    const watcher = await follow(job.id)
    await watcher.next()
    for (let done = 1; done <= ROUNDS; done++) {
      const shown = await showProgress(harness.db, job, { done, total: ROUNDS, message })
      harness.dispatch.changes.announce([shown])
      expect((await watcher.next())?.data.progress.done).to.equal(done)
    }
    await finish(job)
    await watcher.rest()
    let text = ''
    for await (const chunk of stalled) text += chunk
    const seen = [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JSON.parse(data))
    expect(seen.at(-1).state).to.equal('succeeded')
    expect(seen.length).to.be.below(ROUNDS)
    await seated(harness, 0)
  })
})
