// Many jobs in one request: each item is judged by itself, all that is accepted is one transaction, and the batch says how far
// its jobs are.
import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { newId } from '../../../../lib/ids.ts'
import { Batch } from '../../../../lib/models/batch.ts'
import { IdempotencyKey } from '../../../../lib/models/idempotency-key.ts'
import { Job } from '../../../../lib/models/job.ts'
import type { TestAnswer } from '../../../support/client.ts'
import { useHarness } from '../../../support/harness.ts'
import { orderBody } from '../../../support/orders.ts'
import { idsOf, readAll } from '../../../support/pages.ts'
import { expectProblem, storedRows } from '../refused.ts'

// biome-ignore lint/suspicious/noExplicitAny: a test states what it expects of an item by asserting it.
type Item = any

const mail = (subject: string, more: object = {}) => ({
  type: 'emails.send',
  input: { to: 'ada@example.com', subject, text: 'Hello Ada' },
  ...more,
})
const mails = (count: number) => Array.from({ length: count }, (_, index) => mail(`number ${index}`))
const statusesOf = ({ body }: TestAnswer) => body.items.map(({ status }: Item) => status)
const withKey = (key: string) => ({ 'idempotency-key': key })

describe('a batch', () => {
  const harness = useHarness()
  const submit = (items: unknown, headers = {}) => harness.api.post('/v1/jobs/batch', { items }, headers)
  /** Without an Idempotency-Key. */
  const send = (items: unknown) =>
    harness.api.send('POST', '/v1/jobs/batch', {
      body: JSON.stringify({ items }),
      headers: { 'content-type': 'application/json' },
    })
  const addedBy = async (work: () => Promise<unknown>) => {
    const rows = async () => ({
      ...(await storedRows(harness.db)),
      batches: await Batch.query(harness.db).resultSize(),
    })
    const before: Record<string, number> = await rows()
    await work()
    const added = Object.entries(await rows()).map(([table, count]) => [table, Number(count) - Number(before[table])])
    return Object.fromEntries(added.filter(([, count]) => count !== 0))
  }

  it('is accepted with a place of its own and each item’s job, in their order', async () => {
    const { status, headers, body } = await submit(mails(3))
    expect(status).to.equal(202)
    const { batch, items } = body
    expect(headers.get('location')).to.equal(`/v1/batches/${batch.id}`)
    expect(headers.get('retry-after')).to.equal('1')
    expect(batch).to.deep.include({ total: 3, accepted: 3, existing: 0, refused: 0, finishedAt: null })
    expect(batch.jobs).to.deep.include({ queued: 3, succeeded: 0 })
    expect(batch.links).to.deep.equal({ self: `/v1/batches/${batch.id}`, jobs: `/v1/jobs?batch=${batch.id}` })
    for (const [index, item] of items.entries()) {
      const { body: job } = await harness.api.get(item.job.links.self)
      expect(item).to.deep.equal({
        index,
        status: 202,
        job: { id: job.id, state: 'queued', links: { self: `/v1/jobs/${job.id}` } },
      })
    }
    expect((await harness.api.get(batch.links.self)).body).to.deep.equal(batch)
    const ofBatch = await readAll(harness.api, `${batch.links.jobs}&order=asc&limit=2`)
    expect(idsOf(ofBatch)).to.deep.equal(items.map(({ job }: Item) => job.id))
  })

  it('takes what an item says about when and how it is to be done', async () => {
    const runAt = new Date(Date.now() + 3_600_000).toISOString()
    const { body } = await submit([mail('later', { runAt, priority: 1 })])
    expect(body.items[0].job.state).to.equal('scheduled')
    expect((await harness.api.get(body.items[0].job.links.self)).body).to.include({ runAt, priority: 1 })
  })

  it('accepts what is right beside what is not, and says of each what is wrong with it', async () => {
    const items = [
      mail('first'),
      mail('no address', { input: { to: 'ada', subject: 'a', text: 'a' } }),
      { type: 'orders.place', input: orderBody() },
      { type: 'orders.place', input: orderBody({ items: [{ sku: 'NOPE', quantity: 1 }] }) },
      { type: 'payments.charge', input: {} },
      { type: 'payments.refund', input: { paymentId: newId() } },
      null,
      mail('priority', { priority: 10 }),
      mail('last'),
    ]
    let answer = {} as TestAnswer
    const added = await addedBy(async () => {
      answer = await submit(items)
    })
    expect(added).to.deep.equal({
      jobs: 3,
      emails: 2,
      orders: 1,
      order_items: 1,
      payments: 1,
      batches: 1,
      idempotency_keys: 1,
    })
    expect(answer.status).to.equal(202)
    expect(statusesOf(answer)).to.deep.equal([202, 422, 202, 422, 422, 404, 422, 422, 202])
    expect(answer.body.batch).to.deep.include({ total: 9, accepted: 3, existing: 0, refused: 6 })
    const pointers = answer.body.items.map(({ error }: Item) => error?.errors?.[0].pointer)
    expect(pointers).to.deep.equal([
      undefined,
      '#/items/1/input/to',
      undefined,
      '#/items/3/input/items/0/sku',
      '#/items/4/type',
      undefined,
      '#/items/6',
      '#/items/7/priority',
      undefined,
    ])
    expect(answer.body.items[5].error.type).to.equal('/problems/not-found')
    expect(answer.body.items.filter(({ job }: Item) => job)).to.have.length(3)
  })

  it('is not stored when no item is accepted, and does not use its key up', async () => {
    const key = randomUUID()
    const refused = [mail('a', { input: {} }), { type: 'payments.refund', input: { paymentId: newId() } }]
    const added = await addedBy(async () => {
      const answer = await submit(refused, withKey(key))
      expectProblem(answer, { code: 'invalid-request', pointer: '#/items/0/input/to' })
      expectProblem(answer, { code: 'invalid-request', pointer: '#/items/1', reason: /no such payment/ })
    })
    expect(added).to.deep.equal({})
    expect((await submit(mails(1), withKey(key))).status).to.equal(202)
  })

  it('refuses no items, too many of them, and what is no list', async () => {
    const added = await addedBy(async () => {
      for (const items of [[], mails(1001), {}, 'all', null, undefined])
        expectProblem(await submit(items), { code: 'invalid-request', pointer: '#/items' })
      const html = 'x'.repeat(190_000)
      const large = Array.from({ length: 23 }, () => mail('large', { input: { ...mail('').input, html } }))
      expectProblem(await submit(large), { code: 'body-too-large' })
    })
    expect(added).to.deep.equal({})
  })

  it('may be as large as 4 MiB', async () => {
    const html = 'x'.repeat(190_000)
    const large = Array.from({ length: 20 }, (_, n) => mail(`large ${n}`, { input: { ...mail('large').input, html } }))
    expect((await submit(large)).status).to.equal(202)
  })

  it('needs an Idempotency-Key where money or stock moves in one of the items', async () => {
    const order = { type: 'orders.place', input: orderBody() }
    const added = await addedBy(async () => {
      expectProblem(await send([mail('a'), order]), { code: 'idempotency-key-missing' })
    })
    expect(added).to.deep.equal({})
    expect((await send(mails(2))).status).to.equal(202)
  })

  it('sent again with its key gets its first answer, and is done once (invariant 3)', async () => {
    const key = randomUUID()
    const items = [mail('once'), { type: 'orders.place', input: orderBody() }, mail('refused', { input: {} })]
    const first = await submit(items, withKey(key))
    expect(first.headers.get('idempotency-replayed')).to.equal(null)
    const added = await addedBy(async () => {
      const answers = await Promise.all([1, 2, 3].map(() => submit(items, withKey(key))))
      for (const { status, headers, body } of answers) {
        expect(status).to.equal(202)
        expect(headers.get('idempotency-replayed')).to.equal('true')
        expect(headers.get('location')).to.equal(first.headers.get('location'))
        expect(body).to.deep.equal(first.body)
      }
      expectProblem(await submit(items.slice(1), withKey(key)), { code: 'idempotency-key-reused' })
      expectProblem(await harness.api.post('/v1/jobs', items[0], withKey(key)), { code: 'idempotency-key-reused' })
    })
    expect(added).to.deep.equal({})
  })

  it('is done once by ten requests at the same time with one key (invariant 3)', async () => {
    const key = randomUUID()
    const added = await addedBy(async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, () => submit(mails(60), withKey(key))))
      for (const { status } of answers) expect(status).to.be.oneOf([202, 409])
      const ids = answers.flatMap(({ status, body }) => (status === 202 ? [body.batch.id] : []))
      expect(new Set(ids).size).to.equal(1)
    })
    expect(added).to.deep.equal({ jobs: 60, emails: 60, batches: 1, idempotency_keys: 1 })
  })

  it('says so while the first request with its key is still in flight', async () => {
    const key = randomUUID()
    const { db, accountId } = harness
    await db.transaction(async (trx) => {
      await IdempotencyKey.query(trx).insert({ accountId, key, fingerprint: Buffer.alloc(32) })
      expectProblem(await submit(mails(1), withKey(key)), { code: 'idempotency-key-in-flight' })
      await IdempotencyKey.query(trx).deleteById([accountId, key])
    })
  })

  it('takes one of several items with the same unique key, and the job that is there already', async () => {
    const uniqueKey = randomUUID()
    const there = await harness.api.post('/v1/jobs', mail('there', { uniqueKey: `${uniqueKey}-1` }))
    const items = [1, 2, 2].map((n) => mail(`unique ${n}`, { uniqueKey: `${uniqueKey}-${n}` }))
    let answer = {} as TestAnswer
    const added = await addedBy(async () => {
      answer = await submit(items)
    })
    expect(added).to.deep.equal({ jobs: 1, emails: 1, batches: 1, idempotency_keys: 1 })
    expect(statusesOf(answer)).to.deep.equal([200, 202, 200])
    expect(answer.body.items[0].job.id).to.equal(there.body.job.id)
    expect(answer.body.items[2].job.id).to.equal(answer.body.items[1].job.id)
    expect(answer.body.batch).to.deep.include({ total: 3, accepted: 1, existing: 2, refused: 0 })
    const again = await submit(items)
    expect(again.body.batch).to.deep.include({ accepted: 0, existing: 3 })
    expect(again.body.batch.finishedAt).to.equal(again.body.batch.createdAt)
  })

  it('undoes of a refused item what its type had written, among a thousand others', async () => {
    const items: unknown[] = mails(1000)
    // These are refused by the database's rows only, after the ones before them wrote theirs.
    for (const at of [0, 49, 50, 500, 999]) items[at] = { type: 'payments.refund', input: { paymentId: newId() } }
    let answer = {} as TestAnswer
    const added = await addedBy(async () => {
      answer = await submit(items)
    })
    expect(added).to.deep.equal({ jobs: 995, emails: 995, batches: 1, idempotency_keys: 1 })
    expect(answer.body.batch).to.deep.include({ total: 1000, accepted: 995, refused: 5 })
    const ids = answer.body.items.flatMap(({ job }: Item) => job?.id ?? [])
    expect(new Set(ids).size).to.equal(995)
    const rows = await Job.query(harness.db).where({ batchId: answer.body.batch.id }).orderBy('id')
    expect(rows.map(({ id }) => id)).to.deep.equal(ids)
  })

  it('is the account’s alone (invariant 9)', async () => {
    const { batch } = (await submit(mails(1))).body
    const other = await harness.otherAccount()
    expectProblem(await other.get(batch.links.self), { code: 'not-found' })
    expect(await readAll(other, batch.links.jobs)).to.deep.equal([])
    for (const id of [newId(), '1', '%00'])
      expectProblem(await harness.api.get(`/v1/batches/${id}`), { code: 'not-found' })
  })
})
