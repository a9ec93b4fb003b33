// Asking for a job now and then: conditional requests, and when it is worth to ask again.
import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { pauseQueue } from '../../../../lib/jobs/pauses.ts'
import { Job } from '../../../../lib/models/job.ts'
import { useHarness } from '../../../support/harness.ts'
import { attempt, insertProbe, withProbe } from '../../../support/probe.ts'
import { insertJobOf } from '../../../support/shop.ts'
import { waitFor } from '../../../support/wait-for.ts'

describe('a job that is asked for', () => {
  const harness = useHarness()
  const path = ({ id }: Pick<Job, 'id'>) => `/v1/jobs/${id}`
  const ask = (job: Pick<Job, 'id'>, headers: Record<string, string> = {}) =>
    harness.api.send('GET', path(job), { headers })
  const finish = (job: Job) =>
    attempt(
      withProbe(harness.runtime, ({ commit }) => commit(async () => ({ answer: 42 }))),
      job,
    )

  it('has a strong ETag, and is not sent again to who has it', async () => {
    const job = await insertProbe(harness)
    const first = await ask(job)
    expect(first.status).to.equal(200)
    const etag = first.headers.get('etag')!
    expect(etag).to.match(/^"[^"]+"$/)
    expect((await ask(job)).headers.get('etag')).to.equal(etag)
    for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const { status, headers, body } = await ask(job, { 'if-none-match': tags })
      expect(status, tags).to.equal(304)
      expect(body).to.equal('')
      expect(headers.get('etag')).to.equal(etag)
      expect(headers.get('retry-after')).to.match(/^\d+$/)
    }
    for (const tags of ['"other"', etag.slice(1, -1), 'nonsense', ','])
      expect((await ask(job, { 'if-none-match': tags })).status, tags).to.equal(200)
  })

  it('is sent when anything of it is another, and keeps its ETag when nothing is', async () => {
    const job = await insertProbe(harness)
    const { headers } = await ask(job)
    const etag = headers.get('etag')!
    await Job.query(harness.db).patch({ dispatchNumber: 9 }).findById(job.id)
    expect((await ask(job, { 'if-none-match': etag })).status).to.equal(304)
    await finish(job)
    const finished = await ask(job, { 'if-none-match': etag })
    expect(finished.status).to.equal(200)
    expect(finished.body).to.deep.include({ state: 'succeeded', result: { answer: 42 } })
    expect(finished.headers.get('etag')).not.to.equal(etag)
    expect(finished.headers.get('retry-after')).to.equal(null)
    expect((await ask(job, { 'if-none-match': finished.headers.get('etag')! })).status).to.equal(304)
  })

  it('is another when one of its steps is', async () => {
    const flow = await insertJobOf(harness, 'maintenance.probe', {})
    const { headers } = await ask(flow)
    const step = await insertJobOf(harness, 'maintenance.probe', {})
    await Job.query(harness.db).patch({ parentId: flow.id, step: 0, stepRole: 'do' }).findById(step.id)
    const { status, body } = await ask(flow, { 'if-none-match': headers.get('etag')! })
    expect(status).to.equal(200)
    expect(body.steps).to.deep.equal([{ type: step.type, jobId: step.id, state: 'queued', undo: false }])
  })

  it('says when to ask again: when it is due, and when its queue’s pause ends', async () => {
    const later = await insertProbe(harness, { runAt: new Date(Date.now() + 30_000) })
    const seconds = async (job: Job) => Number((await ask(job)).headers.get('retry-after'))
    expect(await seconds(later)).to.be.within(10, 30)
    const now = await insertJobOf(harness, 'webhooks.process', {})
    expect(await seconds(now)).to.equal(1)
    await pauseQueue(harness.db, 'webhooks', 45_000, 'a test')
    const paused = await waitFor('the pause to be known', async () => {
      const after = await seconds(now)
      return after > 1 && after
    })
    expect(paused).to.be.within(40, 45)
  })

  it('of another account is a 404 however it is asked for (invariant 9)', async () => {
    const job = await insertProbe(harness)
    const other = await harness.otherAccount()
    const { headers } = await ask(job)
    for (const more of [
      {},
      { 'if-none-match': headers.get('etag')! },
      { 'if-none-match': '*' },
      { prefer: 'wait=5' },
    ]) {
      const answer = await other.send('GET', path(job), { headers: more as Record<string, string> })
      expect([answer.status, answer.headers.get('etag')]).to.deep.equal([404, null])
      expect(
        await other.send('GET', `/v1/jobs/${randomUUID()}`, { headers: more as Record<string, string> }),
      ).to.include({
        status: 404,
      })
    }
    expect((await other.get(`${path(job)}/events`)).status).to.equal(404)
    expect(harness.following.waiters.size).to.equal(0)
  })

  describe('and what it costs', () => {
    const queriesOf = async (asking: () => Promise<unknown>) => {
      // What was done to the job is said.
      await harness.dispatch.idle()
      const queries: string[] = []
      const count = ({ sql }: { sql: string }) => queries.push(sql)
      harness.db.on('query', count)
      await asking()
      harness.db.off('query', count)
      // Beside the look at the key, now and then, and at the queues for Retry-After.
      return queries.filter((sql) => sql.includes('parent_id'))
    }

    it('is one query for all who ask at the same moment', async () => {
      const jobs = await Promise.all(Array.from({ length: 20 }, () => insertProbe(harness)))
      const { following, accountId } = harness
      const readAll = () => Promise.all(jobs.map(({ id }) => following.read(accountId, id)))
      expect(await queriesOf(readAll)).to.have.length(1)
      expect((await readAll()).map(({ job }) => job.id)).to.deep.equal(jobs.map(({ id }) => id))
      expect(await queriesOf(() => ask(jobs[0]!))).to.have.length(1)
    })

    it('is nothing for a job that has succeeded and was read moments ago, and still is its account’s alone (invariant 9)', async () => {
      const { job } = await finish(await insertProbe(harness))
      const first = await ask(job)
      const again = () => ask(job)
      expect(await queriesOf(again)).to.have.length(0)
      expect((await again()).body).to.deep.equal(first.body)
      const other = await harness.otherAccount()
      expect((await other.get(`/v1/jobs/${job.id}`)).status).to.equal(404)
    })
  })
})
