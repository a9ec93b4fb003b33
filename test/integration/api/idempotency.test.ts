// The Idempotency-Key: a request that is repeated, however often and however late, is done once and answered the same.
import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { IdempotencyKey } from '../../../lib/models/idempotency-key.ts'
import type { TestAnswer, TestClient } from '../../support/client.ts'
import { useHarness } from '../../support/harness.ts'
import { brokenMoney, brokenStock } from '../../support/invariants.ts'
import { orderBody, placeOrder } from '../../support/orders.ts'
import { expectProblem, storedRows } from './refused.ts'

const json = { 'content-type': 'application/json' }
const withKey = (key: string) => ({ 'idempotency-key': key })
const replayed = ({ headers }: TestAnswer) => headers.get('idempotency-replayed')

describe('the Idempotency-Key', () => {
  const harness = useHarness()
  const order = (key: string, body: object = orderBody(), api: TestClient = harness.api) =>
    api.post('/v1/orders', body, withKey(key))
  /** How many rows `work` adds, by table; tables it adds none to are left out. */
  const addedBy = async (work: () => Promise<unknown>) => {
    const before = await storedRows(harness.db)
    await work()
    const after = Object.entries(await storedRows(harness.db))
    return Object.fromEntries(
      after.flatMap(([table, count]) => (count === before[table] ? [] : [[table, count - (before[table] ?? 0)]])),
    )
  }

  it('answers a repeated request as the first time and says so, and stores nothing more', async () => {
    const key = randomUUID()
    const first = await order(key)
    expect(first.status).to.equal(202)
    expect(replayed(first)).to.equal(null)
    const added = await addedBy(async () => {
      const second = await order(key)
      expect(second.status).to.equal(202)
      expect(replayed(second)).to.equal('true')
      expect(second.body).to.deep.equal(first.body)
      expect(second.headers.get('location')).to.equal(`/v1/jobs/${first.body.job.id}`)
    })
    expect(added).to.deep.equal({})
  })

  it('takes a body with the same content in another order and spacing for the same request', async () => {
    const key = randomUUID()
    const first = await order(key)
    const { customer, items, payment } = orderBody()
    const body = JSON.stringify(
      {
        payment,
        items: items.map(({ sku, quantity }) => ({ quantity, sku })),
        customer: { name: customer.name, email: customer.email },
      },
      null,
      4,
    )
    const second = await harness.api.send('POST', '/v1/orders', { body, headers: { ...json, ...withKey(key) } })
    expect(replayed(second)).to.equal('true')
    expect(second.body).to.deep.equal(first.body)
  })

  it('takes the quoted and the bare form for the same key', async () => {
    const key = randomUUID()
    const bare = await order(key)
    const quoted = await order(`"${key}"`)
    expect(replayed(quoted)).to.equal('true')
    expect(quoted.body.job.id).to.equal(bare.body.job.id)
  })

  it('refuses the key with another body', async () => {
    const key = randomUUID()
    await order(key)
    const bodies = [
      orderBody({ items: [{ sku: 'MUG-BLUE', quantity: 3 }] }),
      orderBody({ email: 'grace@example.com' }),
      { ...orderBody(), currency: 'EUR' },
    ]
    const added = await addedBy(async () => {
      for (const body of bodies) expectProblem(await order(key, body), { code: 'idempotency-key-reused' })
    })
    expect(added).to.deep.equal({})
  })

  it('refuses the key on another path', async () => {
    const key = randomUUID()
    const note = { to: 'ada@example.com', subject: 'Hello', text: 'Hello Ada' }
    expect((await harness.api.post('/v1/emails', note, withKey(key))).status).to.equal(202)
    const added = await addedBy(async () => {
      const again = await harness.api.post('/v1/jobs', { type: 'emails.send', input: note }, withKey(key))
      expectProblem(again, { code: 'idempotency-key-reused' })
      expectProblem(await order(key), { code: 'idempotency-key-reused' })
    })
    expect(added).to.deep.equal({})
  })

  it('makes one order of 20 requests at the same time, with 20 identical answers (invariant 3)', async () => {
    const key = randomUUID()
    const answers: TestAnswer[] = []
    const added = await addedBy(async () => {
      answers.push(...(await Promise.all(Array.from({ length: 20 }, () => order(key)))))
    })
    expect(added).to.deep.equal({ jobs: 1, orders: 1, order_items: 1, payments: 1, idempotency_keys: 1 })
    expect(answers.map(({ status }) => status)).to.deep.equal(Array.from({ length: 20 }, () => 202))
    for (const { body } of answers) expect(body).to.deep.equal(answers[0]?.body)
    expect(answers.filter((answer) => replayed(answer) === 'true')).to.have.length(19)
  })

  it('says so while the first request with the key is still in flight, and answers once it is done', async () => {
    const key = randomUUID()
    const { db, accountId } = harness
    await db.transaction(async (trx) => {
      await IdempotencyKey.query(trx).insert({ accountId, key, fingerprint: Buffer.alloc(32) })
      expectProblem(await order(key), { code: 'idempotency-key-in-flight' })
      await IdempotencyKey.query(trx).deleteById([accountId, key])
    })
    expect((await order(key)).status).to.equal(202)
  })

  it('accepts one of two different requests at the same time with one key', async () => {
    const key = randomUUID()
    const bodies = [2, 3].map((quantity) => orderBody({ items: [{ sku: 'TEA-GREEN', quantity }] }))
    const answers = await Promise.all(bodies.map((body) => order(key, body)))
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([202, 422])
  })

  it('is required wherever money or stock moves', async () => {
    const paths = {
      '/v1/orders': orderBody(),
      '/v1/inventory/adjustments': { sku: 'KETTLE', delta: 1, reason: 'found' },
      [`/v1/payments/${randomUUID()}/refunds`]: {},
    }
    const added = await addedBy(async () => {
      for (const [path, body] of Object.entries(paths)) {
        const answer = await harness.api.send('POST', path, { body: JSON.stringify(body), headers: json })
        expectProblem(answer, { code: 'idempotency-key-missing' })
      }
    })
    expect(added).to.deep.equal({})
  })

  it('is required for the same job types through POST /v1/jobs', async () => {
    const inputs = {
      'orders.place': orderBody(),
      'inventory.adjust': { sku: 'KETTLE', delta: 1, reason: 'found' },
      'payments.refund': { paymentId: randomUUID() },
    }
    const added = await addedBy(async () => {
      for (const [type, input] of Object.entries(inputs)) {
        const body = JSON.stringify({ type, input })
        const answer = await harness.api.send('POST', '/v1/jobs', { body, headers: json })
        expectProblem(answer, { code: 'idempotency-key-missing' })
      }
    })
    expect(added).to.deep.equal({})
  })

  it('is optional for mails: without one, two requests are two mails', async () => {
    const body = JSON.stringify({ to: 'ada@example.com', subject: 'Hello', text: 'Hello Ada' })
    const added = await addedBy(async () => {
      for (const _ of [1, 2]) {
        expect((await harness.api.send('POST', '/v1/emails', { body, headers: json })).status).to.equal(202)
      }
    })
    expect(added).to.deep.equal({ jobs: 2, emails: 2 })
  })

  it('belongs to the account: another account uses the same key for its own order (invariant 9)', async () => {
    const key = randomUUID()
    const other = await harness.otherAccount()
    const ours = await order(key)
    const theirs = await order(key, orderBody(), other)
    expect([ours.status, theirs.status]).to.deep.equal([202, 202])
    expect(replayed(theirs)).to.equal(null)
    expect(theirs.body.job.id).to.not.equal(ours.body.job.id)
    expect((await order(key)).body).to.deep.equal(ours.body)
    expect((await order(key, orderBody(), other)).body).to.deep.equal(theirs.body)
  })

  it('is not used up by a request that was refused', async () => {
    const key = randomUUID()
    const refused = [
      { ...orderBody(), currency: 'XYZ' },
      orderBody({ items: [{ sku: 'NOPE', quantity: 1 }] }),
      { ...orderBody(), currency: 'USD' },
    ]
    for (const body of refused) expectProblem(await order(key, body), { code: 'invalid-request' })
    expect(await IdempotencyKey.query(harness.db).where({ key })).to.deep.equal([])
    const good = await order(key)
    expect(good.status).to.equal(202)
    expect(replayed(good)).to.equal(null)
  })

  describe('with workers', () => {
    before(() => harness.startWorkers())
    after('invariants 5 and 6 hold', async () => {
      expect(await brokenStock(harness.db)).to.deep.equal([])
      expect(await brokenMoney(harness.db, harness.simulator)).to.deep.equal([])
    })

    it('still gives the first answer after the job is done', async () => {
      const key = randomUUID()
      const first = await order(key)
      expect((await harness.api.finished(first.body.job.id)).state).to.equal('succeeded')
      const added = await addedBy(async () => {
        const again = await order(key)
        expect(again.status).to.equal(202)
        expect(replayed(again)).to.equal('true')
        expect(again.body).to.deep.equal(first.body)
      })
      expect(added).to.deep.equal({})
    })

    it('still gives the first answer when the same request would now be refused', async () => {
      const { jobId, orderId } = await placeOrder(harness.api)
      await harness.api.finished(jobId)
      const paymentId = (await harness.api.get(`/v1/orders/${orderId}`)).body.payment.id
      const key = randomUUID()
      const refund = () => harness.api.post(`/v1/payments/${paymentId}/refunds`, {}, withKey(key))
      const first = await refund()
      expect((await harness.api.finished(first.body.job.id)).state).to.equal('succeeded')
      const again = await refund()
      expect(again.status).to.equal(202)
      expect(again.body).to.deep.equal(first.body)
      const otherKey = await harness.api.post(`/v1/payments/${paymentId}/refunds`, {})
      expectProblem(otherKey, { code: 'not-refundable' })
    })

    it('moves stock once for 10 adjustments at the same time with one key (invariants 3 and 5)', async () => {
      const onHand = async () => (await harness.api.get('/v1/inventory/POSTER')).body.onHand
      const before = await onHand()
      const key = randomUUID()
      const body = { sku: 'POSTER', delta: 5, reason: 'delivery' }
      const send = () => harness.api.post('/v1/inventory/adjustments', body, withKey(key))
      const answers = await Promise.all(Array.from({ length: 10 }, send))
      const ids = new Set(answers.map((answer) => answer.body.job.id))
      expect(ids.size).to.equal(1)
      for (const id of ids) await harness.api.finished(id)
      expect(await onHand()).to.equal(before + 5)
    })
  })
})
