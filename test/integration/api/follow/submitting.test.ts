// Submitting work and waiting for it in the same request.
import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { IdempotencyKey } from '../../../../lib/models/idempotency-key.ts'
import { seated } from '../../../support/followers.ts'
import { useHarness } from '../../../support/harness.ts'
import { orderBody } from '../../../support/orders.ts'

describe('work that is submitted and waited for', () => {
  const harness = useHarness()
  const order = (headers: Record<string, string>, method?: string) =>
    harness.api.post('/v1/orders', orderBody(method ? { method } : {}), headers)

  it('is answered as accepted when the time is up, and is waited for again by a replay', async () => {
    const key = randomUUID()
    const first = await order({ prefer: 'wait=1', 'idempotency-key': key })
    expect(first.status).to.equal(202)
    expect(first.body.job.state).to.equal('queued')
    expect(first.headers.get('preference-applied')).to.equal('wait=1')
    expect(first.headers.get('retry-after')).to.match(/^\d+$/)
    expect(first.headers.get('location')).to.equal(`/v1/jobs/${first.body.job.id}`)

    const replay = order({ prefer: 'wait=25', 'idempotency-key': key })
    await seated(harness, 1)
    const stop = await harness.startWorkers()
    const finished = await replay
    expect(finished.status).to.equal(200)
    expect(finished.body.job).to.include({ id: first.body.job.id, state: 'succeeded' })
    expect(finished.headers.get('idempotency-replayed')).to.equal('true')
    // The order is shown as it is now.
    const { body: shown } = await harness.api.get(`/v1/orders/${first.body.order.id}`)
    expect(finished.body.order).to.include({ id: shown.id, state: shown.state, updatedAt: shown.updatedAt })
    expect(shown.state).not.to.equal(first.body.order.state)

    // What is stored, and replayed to who does not wait, is the first answer.
    const { answer } = await IdempotencyKey.query(harness.db).findById([harness.accountId, key]).throwIfNotFound()
    expect(answer).to.deep.equal(JSON.parse(JSON.stringify(first.body)))
    const plain = await order({ 'idempotency-key': key })
    expect([plain.status, plain.body]).to.deep.equal([202, first.body])
    expect(plain.headers.get('preference-applied')).to.equal(null)
    await stop()
  })

  describe('while there are workers', () => {
    let stop = async () => {}
    before(async () => {
      stop = await harness.startWorkers()
    })
    after(() => stop())

    it('is answered with the finished job and what it is about', async () => {
      const { status, headers, body } = await order({ prefer: 'respond-async, wait=20' })
      expect(status).to.equal(200)
      expect(body.job.state).to.equal('succeeded')
      expect(body.job.steps).to.have.length(4)
      expect(body.order.state).to.equal((await harness.api.get(`/v1/orders/${body.order.id}`)).body.state)
      expect(headers.get('preference-applied')).to.equal('wait=20')
      expect(headers.get('location')).to.equal(`/v1/jobs/${body.job.id}`)
      expect(headers.get('retry-after')).to.equal(null)
    })

    it('is answered the same way when it failed', async () => {
      const { status, body } = await order({ prefer: 'wait=20' }, 'pm_card_chargeDeclined')
      expect([status, body.job.state, body.order.state]).to.deep.equal([200, 'failed', 'cancelled'])
      expect(body.job.error.type).to.equal('/problems/payment-declined')
    })

    it('is so for every route that submits', async () => {
      const wait = { prefer: 'wait=20' }
      const mail = { to: 'ada@example.com', subject: 'Hello', text: 'Hello.' }
      const sent = await harness.api.post('/v1/emails', mail, wait)
      expect([sent.status, sent.body.job.state, sent.body.email.state]).to.deep.equal([200, 'succeeded', 'sent'])
      const adjustment = { sku: 'KETTLE', delta: 1, reason: 'found' }
      const adjusted = await harness.api.post('/v1/inventory/adjustments', adjustment, wait)
      expect([adjusted.status, adjusted.body.job.state]).to.deep.equal([200, 'succeeded'])
      const job = await harness.api.post('/v1/jobs', { type: 'emails.send', input: mail }, wait)
      expect([job.status, job.body.job.state]).to.deep.equal([200, 'succeeded'])
      const placed = await order(wait)
      const { body } = await harness.api.get(`/v1/orders/${placed.body.order.id}`)
      const refunded = await harness.api.post(`/v1/payments/${body.payment.id}/refunds`, { amount: 90 }, wait)
      expect([refunded.status, refunded.body.refund.state]).to.deep.equal([200, 'succeeded'])
    })

    it('is refused as ever, at once', async () => {
      const { status } = await harness.api.post('/v1/emails', { to: 'nobody' }, { prefer: 'wait=20' })
      expect(status).to.equal(422)
      expect(harness.following.waiters.size).to.equal(0)
    })
  })
})
