// Long-polling: a request that waits for a job is answered once it is final, and in no case later than it asked for.
import { type IncomingMessage, request } from 'node:http'
import { expect } from 'chai'
import { createDispatch } from '../../../../lib/dispatch.ts'
import { inTransaction } from '../../../../lib/jobs/enqueue.ts'
import { fail, showProgress, startAttempt, succeed } from '../../../../lib/jobs/transitions.ts'
import type { Job } from '../../../../lib/models/job.ts'
import { problem } from '../../../../lib/problems.ts'
import { poll, runningJob, seated, useElsewhere } from '../../../support/followers.ts'
import { quiet, useHarness } from '../../../support/harness.ts'
import { attempt, insertProbe, withProbe } from '../../../support/probe.ts'

describe('a request that waits for a job', () => {
  const harness = useHarness()
  const elsewhere = useElsewhere(harness)
  const dispatch = () => createDispatch(elsewhere.db, harness.engine, quiet, 100)
  const start = async (job: Job) => {
    const running = await startAttempt(elsewhere.db, job.id, job.dispatchNumber, 60_000)
    dispatch().changes.announce([running!])
    return running!
  }
  const finish = (job: Job) => inTransaction(elsewhere.db, dispatch(), (trx) => succeed(trx, job, { answer: 42 }))

  it('is answered as soon as the job is final', async () => {
    const job = await runningJob(harness)
    const waiting = poll(harness.api, job)
    await seated(harness, 1)
    await finish(job)
    const { status, headers, body } = await waiting
    expect(status).to.equal(200)
    expect(body).to.include({ state: 'succeeded' })
    expect(headers.get('preference-applied')).to.equal('wait=20')
    expect(headers.get('retry-after')).to.equal(null)
    expect(headers.get('etag')).to.equal((await harness.api.get(`/v1/jobs/${job.id}`)).headers.get('etag'))
    await seated(harness, 0)
  })

  it('is answered at once when the job is final already, failed ones as well', async () => {
    const job = await runningJob(harness)
    await inTransaction(harness.db, harness.dispatch, (trx) => fail(trx, job, problem('internal', 'No.')))
    const { status, body } = await poll(harness.api, job, 25)
    expect([status, body.state]).to.deep.equal([200, 'failed'])
  })

  it('goes through all attempts of the job', async () => {
    const job = await insertProbe(harness)
    const waiting = poll(harness.api, job)
    await seated(harness, 1)
    const runtime = withProbe(harness.runtime, ({ attempt, commit }) => {
      if (attempt === 1) throw new Error('not yet')
      return commit(async () => ({}))
    })
    expect((await attempt(runtime, job)).outcome).to.equal('retried')
    expect((await attempt(runtime, job)).outcome).to.equal('succeeded')
    const { status, body } = await waiting
    expect([status, body.state, body.attempt]).to.deep.equal([200, 'succeeded', 2])
  })

  it('is answered with 202 and the job as it is when its time is up', async () => {
    const job = await runningJob(harness)
    const waiting = poll(harness.api, job, 1)
    await seated(harness, 1)
    const shown = await showProgress(elsewhere.db, job, { done: 1, total: 2, message: 'half' })
    dispatch().changes.announce([shown])
    const { status, headers, body } = await waiting
    expect(status).to.equal(202)
    expect(body).to.deep.include({ state: 'running', progress: { done: 1, total: 2, message: 'half' } })
    expect(headers.get('location')).to.equal(`/v1/jobs/${job.id}`)
    expect(headers.get('retry-after')).to.equal('1')
    expect(headers.get('preference-applied')).to.equal('wait=1')
    await seated(harness, 0)
  })

  it('waits for a minute’s quarter at most, and says so', async () => {
    const job = await runningJob(harness)
    const waiting = harness.api.send('GET', `/v1/jobs/${job.id}`, { headers: { prefer: 'respond-async, wait=3600' } })
    await seated(harness, 1)
    await finish(job)
    expect((await waiting).headers.get('preference-applied')).to.equal('wait=25')
  })

  it('may say so in several headers, or so that it is not understood, and asks as well with HEAD', async () => {
    const job = await runningJob(harness)
    const ask = (prefer: string[], method = 'GET') =>
      new Promise<IncomingMessage>((resolve, reject) => {
        const headers = { authorization: `Bearer ${harness.api.key}`, prefer }
        request(`${harness.apiUrl}/v1/jobs/${job.id}`, { method, headers }, (response) => resolve(response.resume()))
          .once('error', reject)
          .end()
      })
    for (const prefer of [['wait=0'], ['wait=abc'], ['wait=-5'], ['respond-async', 'handling=lenient'], []]) {
      const { statusCode, headers } = await ask(prefer)
      expect([statusCode, headers['preference-applied']], prefer.join()).to.deep.equal([200, undefined])
    }
    const waiting = [ask(['respond-async', 'wait=26']), ask(['wait=5', 'wait=9']), ask(['wait=7'], 'HEAD')]
    await seated(harness, 3)
    await finish(job)
    const answers = await Promise.all(waiting)
    expect(answers.map(({ statusCode }) => statusCode)).to.deep.equal([200, 200, 200])
    expect(answers.map(({ headers }) => headers['preference-applied'])).to.deep.equal(['wait=25', 'wait=5', 'wait=7'])
    expect(new Set(answers.map(({ headers }) => headers.etag)).size).to.equal(1)
    await seated(harness, 0)
  })

  it('waits for another state than the one it has, if it says which', async () => {
    const job = await insertProbe(harness)
    const { headers } = await harness.api.get(`/v1/jobs/${job.id}`)
    const known = { 'if-none-match': headers.get('etag')! }
    const waiting = poll(harness.api, job, 20, known)
    await seated(harness, 1)
    const running = await start(job)
    const { status, body, headers: then } = await waiting
    expect([status, body.state]).to.deep.equal([200, 'running'])
    const stale = await poll(harness.api, job, 20, known)
    expect([stale.status, stale.body.state]).to.deep.equal([200, 'running'])
    const last = poll(harness.api, job, 20, { 'if-none-match': then.get('etag')! })
    await seated(harness, 1)
    await finish(running)
    expect((await last).body.state).to.equal('succeeded')
  })

  it('is answered with 304 when it has the job as it is, at the end of its time or of the job', async () => {
    const job = await runningJob(harness)
    const etag = async () => (await harness.api.get(`/v1/jobs/${job.id}`)).headers.get('etag')!
    const open = await poll(harness.api, job, 1, { 'if-none-match': await etag() })
    expect([open.status, open.headers.get('preference-applied')]).to.deep.equal([304, 'wait=1'])
    await finish(job)
    const final = await poll(harness.api, job, 20, { 'if-none-match': await etag() })
    expect([final.status, final.headers.get('retry-after')]).to.deep.equal([304, null])
  })

  it('is one of many: they cost one read of the job (one wake-up), and each is answered', async () => {
    const job = await runningJob(harness)
    const waiting = Array.from({ length: 60 }, () => poll(harness.api, job))
    await seated(harness, 60)
    await poll(harness.api, job, 1)
    const reads: string[] = []
    const count = ({ sql }: { sql: string }) => {
      if (sql.includes('row_stamp')) reads.push(sql)
    }
    harness.db.on('query', count)
    await finish(job)
    const answers = await Promise.all(waiting)
    harness.db.off('query', count)
    expect(answers.map(({ status, body }) => `${status} ${body.state}`)).to.deep.equal(Array(60).fill('200 succeeded'))
    // The poll may have seen it a moment before the announcement.
    expect(reads.length).to.be.within(1, 2)
  })

  it('is one of many for jobs of their own: what ends together is read together', async () => {
    const jobs = await Promise.all(Array.from({ length: 40 }, () => runningJob(harness)))
    const waiting = jobs.map((job) => poll(harness.api, job))
    await seated(harness, 40)
    await poll(harness.api, jobs[0]!, 1)
    const reads: string[] = []
    const count = ({ sql }: { sql: string }) => {
      if (sql.includes('row_stamp')) reads.push(sql)
    }
    harness.db.on('query', count)
    await inTransaction(elsewhere.db, dispatch(), async (trx) => {
      for (const job of jobs) await succeed(trx, job, {})
    })
    const answers = await Promise.all(waiting)
    harness.db.off('query', count)
    expect(answers.map(({ body }) => body.state)).to.deep.equal(Array(40).fill('succeeded'))
    expect(answers.map(({ body }) => body.id)).to.deep.equal(jobs.map(({ id }) => id))
    expect(reads.length).to.be.within(1, 3)
  })
})
