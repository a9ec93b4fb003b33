// Jobs with a `uniqueKey`: of an account's open jobs of a type there is one with it, whoever else submits it, and however.
import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import type { Trx } from '../../../lib/db.ts'
import { inTransaction } from '../../../lib/jobs/enqueue.ts'
import { retryJob } from '../../../lib/jobs/retry.ts'
import { acceptUnique } from '../../../lib/jobs/unique.ts'
import { Job } from '../../../lib/models/job.ts'
import { problem } from '../../../lib/problems.ts'
import { registry } from '../../../workers/registry.ts'
import { noDispatch, useHarness } from '../../support/harness.ts'
import { orderBody } from '../../support/orders.ts'
import { errorOf } from '../../support/shop.ts'
import { waitFor } from '../../support/wait-for.ts'
import { expectProblem, storedRows } from './refused.ts'

const mail = { to: 'ada@example.com', subject: 'Once', text: 'Hello Ada' }

describe('a unique key', function () {
  this.timeout(60_000)
  const harness = useHarness()
  /** Without an Idempotency-Key, so that nothing else keeps a job from being there twice. */
  const submit = (uniqueKey: string, api = harness.api) =>
    api.send('POST', '/v1/jobs', {
      body: JSON.stringify({ type: 'emails.send', input: mail, uniqueKey }),
      headers: { 'content-type': 'application/json' },
    })
  const end = (id: string, state: 'succeeded' | 'failed') =>
    Job.query(harness.db)
      .patch({ state, finishedAt: new Date(), dispatchedAt: null, error: problem('internal', 'Broken by the test.') })
      .findById(id)

  it('makes a second submission find the job that is open, and store nothing', async () => {
    const key = randomUUID()
    const first = await submit(key)
    expect([first.status, first.body.created]).to.deep.equal([202, true])
    const before = await storedRows(harness.db)
    const second = await submit(key)
    expect([second.status, second.body.created]).to.deep.equal([200, false])
    expect(second.body.job).to.deep.equal(first.body.job)
    expect(second.headers.get('location')).to.equal(first.headers.get('location'))
    expect(await storedRows(harness.db)).to.deep.equal(before)
  })

  it('makes one job of 20 submissions at once', async () => {
    const key = randomUUID()
    const { jobs = 0, emails = 0, ...others } = await storedRows(harness.db)
    const answers = await Promise.all(Array.from({ length: 20 }, () => submit(key)))
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([...Array(19).fill(200), 202])
    expect(new Set(answers.map(({ body }) => body.job.id)).size).to.equal(1)
    expect(await storedRows(harness.db)).to.deep.equal({ ...others, jobs: jobs + 1, emails: emails + 1 })
  })

  it('makes the second of two wait for the first, and be the one if the first is rolled back', async () => {
    const { db, accountId } = harness
    const blocked = 'SELECT FROM pg_stat_activity WHERE datname = current_database() AND pg_blocking_pids(pid) <> :none'
    for (const kept of [true, false]) {
      const wish = { definition: registry['emails.send'], request: mail, uniqueKey: randomUUID() }
      const accept = (trx: Trx) => acceptUnique(trx, registry, accountId, wish)
      const trx = await db.transaction()
      const first = await accept(trx)
      const second = db.transaction(accept)
      await waitFor('the second to wait for the first', async () => (await db.raw(blocked, { none: '{}' })).rows.length)
      await (kept ? trx.commit() : trx.rollback())
      const { job, created } = await second
      expect(created).to.equal(!kept)
      expect(job.id === first.job.id).to.equal(kept)
    }
  })

  it('of many, in two batches at once and in opposite orders, is met in one order', async () => {
    const keys = Array.from({ length: 120 }, () => randomUUID())
    const send = (order: string[]) =>
      harness.api.send('POST', '/v1/jobs/batch', {
        body: JSON.stringify({ items: order.map((uniqueKey) => ({ type: 'emails.send', input: mail, uniqueKey })) }),
        headers: { 'content-type': 'application/json' },
      })
    const answers = await Promise.all([send(keys), send(keys.toReversed()), send(keys), send(keys.toReversed())])
    expect(answers.map(({ status }) => status)).to.deep.equal([202, 202, 202, 202])
    const open = await Job.query(harness.db).whereIn('uniqueKey', keys)
    expect(open).to.have.length(keys.length)
    expect(answers.map(({ body }) => body.batch.accepted).sort((a, b) => a - b)).to.deep.equal([0, 0, 0, 120])
  })

  it('is free again once its job has ended', async () => {
    const key = randomUUID()
    const first = await submit(key)
    await end(first.body.job.id, 'succeeded')
    const second = await submit(key)
    expect([second.status, second.body.created]).to.deep.equal([202, true])
    expect(second.body.job.id).to.not.equal(first.body.job.id)
  })

  it('is free again once its job cannot begin any more, which ends then (invariant 2)', async () => {
    const at = (ms: number) => new Date(Date.now() + ms).toISOString()
    for (const inBatch of [false, true]) {
      for (const [type, input, ended] of [
        ['emails.send', mail, 'cancelled'],
        // Its customer is still to be told.
        ['orders.place', orderBody(), 'running'],
      ] as const) {
        const item = { type, input, uniqueKey: randomUUID(), startBefore: at(60_000) }
        const late = await harness.api.post('/v1/jobs', { ...item, startBefore: at(-1_000) })
        const { body } = inBatch
          ? await harness.api.post('/v1/jobs/batch', { items: [item] })
          : await harness.api.post('/v1/jobs', item)
        const { id } = inBatch ? body.items[0].job : body.job
        expect(id).to.not.equal(late.body.job.id)
        const row = await Job.query(harness.db).findById(late.body.job.id).throwIfNotFound()
        expect([row.state, row.error?.type]).to.deep.equal([ended, '/problems/expired'])
        const again = await harness.api.post('/v1/jobs', item)
        expect([again.status, again.body.created, again.body.job.id]).to.deep.equal([200, false, id])
      }
    }
  })

  it('of a job that is late but has begun still finds it', async () => {
    const key = randomUUID()
    const first = await submit(key)
    const id = first.body.job.id
    const late = new Date(Date.now() - 1_000)
    await Job.query(harness.db)
      .patch({ state: 'running', attempt: 1, startBefore: late, dispatchedAt: null })
      .findById(id)
    const second = await submit(key)
    expect([second.status, second.body.job.id, second.body.job.state]).to.deep.equal([200, id, 'running'])
  })

  it('is of its account and its type alone (invariant 9)', async () => {
    const key = randomUUID()
    const first = await submit(key)
    const others = await submit(key, await harness.otherAccount())
    expect([others.status, others.body.created]).to.deep.equal([202, true])
    expect(others.body.job.id).to.not.equal(first.body.job.id)
    const order = await harness.api.post('/v1/jobs', { type: 'orders.place', input: orderBody(), uniqueKey: key })
    expect([order.status, order.body.created]).to.deep.equal([202, true])
  })

  it('keeps to the first answer where there is an Idempotency-Key, too', async () => {
    const body = { type: 'emails.send', input: mail, uniqueKey: randomUUID() }
    const first = await harness.api.post('/v1/jobs', body)
    const headers = { 'idempotency-key': randomUUID() }
    const found = await harness.api.post('/v1/jobs', body, headers)
    await end(first.body.job.id, 'succeeded')
    const again = await harness.api.post('/v1/jobs', body, headers)
    expect([found.status, again.status]).to.deep.equal([200, 200])
    expect(again.body).to.deep.equal(found.body)
    expect(again.headers.get('idempotency-replayed')).to.equal('true')
  })

  it('is refused where it is empty or too long', async () => {
    for (const uniqueKey of ['', 'x'.repeat(201), 7])
      expectProblem(await harness.api.post('/v1/jobs', { type: 'emails.send', input: mail, uniqueKey }), {
        code: 'invalid-request',
        pointer: '#/uniqueKey',
      })
  })

  it('that another job has by now keeps a failed one from being retried', async () => {
    const { db, accountId } = harness
    const key = randomUUID()
    const { id } = (await submit(key)).body.job
    await end(id, 'failed')
    await db.raw(
      `UPDATE emails SET state = 'failed' WHERE id = (SELECT (input ->> 'emailId')::uuid FROM jobs WHERE id = ?)`,
      [id],
    )
    const other = (await submit(key)).body.job
    const retry = () =>
      inTransaction(db, noDispatch, (trx) => retryJob(trx, registry, { id, accountId }, { reason: null, keyId: null }))
    expect(await errorOf(retry())).to.include({ code: 'conflict' })
    await end(other.id, 'succeeded')
    expect((await retry()).state).to.equal('queued')
  })
})
