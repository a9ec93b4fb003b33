// The figures for monitoring: true to the rows, for operators only, and nothing in them that is anybody's.
import { expect } from 'chai'
import { fileDiscrepancy } from '../../../lib/discrepancies.ts'
import { newId, SYSTEM_ACCOUNT } from '../../../lib/ids.ts'
import { Job } from '../../../lib/models/job.ts'
import { operator, useHarness } from '../../support/harness.ts'
import { placeOrder } from '../../support/orders.ts'

describe('GET /metrics', () => {
  const harness = useHarness()
  const login = `Basic ${Buffer.from(`${operator.email}:${operator.password}`).toString('base64')}`
  const scrape = async () => (await fetch(`${harness.apiUrl}/metrics`, { headers: { authorization: login } })).text()
  const figure = (text: string, sample: string) =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${sample} `))
        ?.slice(sample.length + 1),
    )

  it('is for operators: an account’s key does not open it, whatever the case of the path', async () => {
    const { api } = harness
    for (const path of ['/metrics', '/METRICS', '/metrics/']) {
      const answer = await api.get(path)
      expect(answer.status).to.equal(401)
      expect(answer.headers.get('www-authenticate')).to.match(/^Basic /)
      expect(answer.body).to.not.include('errand_')
    }
  })

  it('is in the text format that Prometheus reads', async () => {
    const response = await fetch(`${harness.apiUrl}/metrics`, { headers: { authorization: login } })
    expect(response.status).to.equal(200)
    expect(response.headers.get('content-type')).to.equal('text/plain; version=0.0.4; charset=utf-8')
    for (const line of (await response.text()).split('\n').filter(Boolean)) {
      expect(line).to.match(
        /^(# (HELP|TYPE) errand_\w+ .+|errand_\w+(\{\w+="[\w.-]+"(,\w+="[\w.-]+")*\})? ([\d.]+|\+Inf))$/,
      )
    }
  })

  it('counts what is not finished, and says how long it has waited', async () => {
    const { jobId } = await placeOrder(harness.api, { email: 'private@example.com' })
    await placeOrder(harness.api)
    await Job.query(harness.db)
      .patch({ runAt: new Date(Date.now() - 60_000), needsAttention: 'a test' })
      .findById(jobId)
    const text = await scrape()
    expect(figure(text, 'errand_jobs{queue="orders",state="queued"}')).to.equal(2)
    expect(figure(text, 'errand_jobs{queue="orders",state="running"}')).to.equal(0)
    expect(figure(text, 'errand_jobs{queue="emails",state="queued"}')).to.equal(0)
    expect(figure(text, 'errand_backlog_age_seconds{queue="orders"}')).to.be.within(60, 90)
    expect(figure(text, 'errand_backlog_age_seconds{queue="payments"}')).to.equal(0)
    expect(figure(text, 'errand_jobs_needs_attention{queue="orders",jobs="open"}')).to.equal(1)
    expect(figure(text, 'errand_jobs_needs_attention{queue="orders",jobs="finished"}')).to.equal(0)
    expect(text).to.not.match(/private|a test/)
    expect(text).to.not.include(jobId)
    expect(text).to.not.include(harness.accountId)
  })

  it('counts what does not agree by its kind, without naming it, and the queues that are paused', async () => {
    const { db } = harness
    const detail = { onHand: 1 }
    for (const subject of ['one', 'two']) await fileDiscrepancy(db, { kind: 'stock-differs', subject, detail })
    await db('queue_pauses').insert([
      { queue: 'emails', pausedUntil: new Date(Date.now() + 60_000), reason: 'a test' },
      { queue: 'payments', pausedUntil: new Date(Date.now() - 60_000), reason: 'a test' },
    ])
    const text = await scrape()
    expect(figure(text, 'errand_discrepancies_open{kind="stock-differs"}')).to.equal(2)
    expect(figure(text, 'errand_queue_paused{queue="emails"}')).to.equal(1)
    expect(figure(text, 'errand_queue_paused{queue="payments"}')).to.equal(0)
  })

  it('says how long ago each recurring type last succeeded, and that it never did', async () => {
    const { db } = harness
    const sample = (type: string) => `errand_recurring_last_success_age_seconds{type="${type}"}`
    const row = {
      type: 'maintenance.audit',
      queue: 'maintenance',
      accountId: SYSTEM_ACCOUNT,
      input: {},
      runAt: new Date(),
    }
    const ended = (state: string, secondsAgo: number) =>
      db('jobs').insert({
        ...row,
        id: newId(),
        state,
        maxAttempts: 1,
        finishedAt: new Date(Date.now() - secondsAgo * 1000),
        error: state === 'failed' ? {} : null,
      })
    await ended('succeeded', 700)
    await ended('succeeded', 600)
    await ended('failed', 10)
    const text = await scrape()
    expect(figure(text, sample('maintenance.audit'))).to.be.within(600, 630)
    expect(text).to.include(`${sample('inventory.expire')} +Inf`)
    expect(text).to.not.include(sample('orders.place'))
  })
})
