// Orders with manual capture through the API: placed, then captured or cancelled by a second request.
import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { useHarness } from '../../support/harness.ts'
import { mailsAbout } from '../../support/inbox.ts'
import { brokenMoney, brokenStock } from '../../support/invariants.ts'
import { orderBody, placeOrder } from '../../support/orders.ts'
import { expectProblem, storedRows } from './refused.ts'

const AMOUNT = 2580

describe('an order with manual capture', () => {
  const harness = useHarness()
  before(() => harness.startWorkers())
  afterEach('invariants 5 and 6 hold', async () => {
    expect(await brokenStock(harness.db)).to.deep.equal([])
    expect(await brokenMoney(harness.db, harness.simulator)).to.deep.equal([])
  })
  const orderOf = async (orderId: string) => (await harness.api.get(`/v1/orders/${orderId}`)).body
  const ask = (orderId: string, verb: 'capture' | 'cancel', body: object = {}, headers = {}) =>
    harness.api.post(`/v1/orders/${orderId}/${verb}`, body, headers)
  const authorized = async () => {
    const { jobId, orderId } = await placeOrder(harness.api, { capture: 'manual' })
    const job = await harness.api.finished(jobId)
    expect(job).to.deep.include({ state: 'succeeded', result: { orderId, state: 'authorized' } })
    return orderId
  }

  it('waits, authorized, with its stock held and nothing taken', async () => {
    const order = await orderOf(await authorized())
    expect(order.state).to.equal('authorized')
    expect(order.payment).to.include({ state: 'authorized', captureMethod: 'manual', captured: null, capturedAt: null })
    expect(order.payment.authorizedAt).to.match(/Z$/)
    expect(order.holds).to.deep.equal([{ sku: 'MUG-BLUE', quantity: 2, state: 'held' }])
    expect(order.mails).to.deep.equal([])
  })

  it('is captured: 202 with job and order, then confirmed; the timeline tells both halves', async () => {
    const orderId = await authorized()
    const accepted = await ask(orderId, 'capture', { amount: 1000 })
    expect(accepted.status).to.equal(202)
    expect(accepted.headers.get('location')).to.equal(`/v1/jobs/${accepted.body.job.id}`)
    expect(accepted.body.job.type).to.equal('orders.capture')
    expect(accepted.body.order).to.include({ id: orderId, state: 'capturing' })
    expect((await harness.api.finished(accepted.body.job.id)).state).to.equal('succeeded')

    const order = await orderOf(orderId)
    expect(order.state).to.equal('confirmed')
    expect(order.links.settleJob).to.equal(`/v1/jobs/${accepted.body.job.id}`)
    expect(order.payment.captured).to.deep.equal({ amount: 1000, currency: 'EUR' })
    expect(order.payment.ledger.map((entry: { amount: { amount: number } }) => entry.amount.amount)).to.deep.equal([
      1000, -1000,
    ])
    expect(order.timeline.map(({ type }: { type: string }) => type)).to.deep.equal([
      'inventory.reserve',
      'payments.charge',
      'payments.capture',
      'inventory.commit',
      'emails.send',
    ])
    const { body: payment } = await harness.api.get(`/v1/payments/${order.payment.id}`)
    const types = payment.attempts.map(({ type }: { type: string }) => type)
    expect(types).to.deep.equal(['payments.charge', 'payments.capture'])
    expect((await mailsAbout(harness.inbox, orderId))[0]?.text).to.match(/€25.80, of which €10.00 was charged/)
  })

  it('is cancelled: nothing taken, nothing held, the customer told', async () => {
    const orderId = await authorized()
    const { status, body } = await ask(orderId, 'cancel', { reason: 'sold elsewhere' })
    expect(status).to.equal(202)
    expect(body.order).to.include({ state: 'cancelling', cancelNote: 'sold elsewhere' })
    expect((await harness.api.finished(body.job.id)).state).to.equal('succeeded')
    const order = await orderOf(orderId)
    expect(order).to.include({ state: 'cancelled', cancelReason: 'requested', cancelNote: 'sold elsewhere' })
    expect(order.payment).to.include({ state: 'cancelled', captured: null })
    expect(order.holds).to.deep.equal([{ sku: 'MUG-BLUE', quantity: 2, state: 'released' }])
    const [mail] = await mailsAbout(harness.inbox, orderId)
    expect(mail?.text).to.include('the shop cancelled it').and.not.include('sold elsewhere')
  })

  it('is decided once when both are asked for at the same time: the loser gets a 409 and changes nothing', async () => {
    const orderId = await authorized()
    const asked = Array.from({ length: 5 }, () => [ask(orderId, 'capture'), ask(orderId, 'cancel')]).flat()
    const answers = await Promise.all(asked)
    const [winner, ...more] = answers.filter(({ status }) => status === 202)
    expect(more).to.deep.equal([])
    for (const answer of answers.filter(({ status }) => status !== 202)) expectProblem(answer, { code: 'conflict' })
    await harness.api.finished(winner!.body.job.id)
    const expected = winner!.body.job.type === 'orders.capture' ? 'confirmed' : 'cancelled'
    expect((await orderOf(orderId)).state).to.equal(expected)
  })

  it('is captured once by a request that is repeated, and needs an Idempotency-Key for it', async () => {
    const orderId = await authorized()
    const path = `/v1/orders/${orderId}/capture`
    const json = { 'content-type': 'application/json' }
    const keyless = await harness.api.send('POST', path, { body: '{}', headers: json })
    expectProblem(keyless, { code: 'idempotency-key-missing' })
    const key = { 'idempotency-key': randomUUID() }
    const first = await ask(orderId, 'capture', {}, key)
    await harness.api.finished(first.body.job.id)
    const again = await ask(orderId, 'capture', {}, key)
    expect(again.status).to.equal(202)
    expect(again.headers.get('idempotency-replayed')).to.equal('true')
    expect(again.body).to.deep.equal(first.body)
    expectProblem(await ask(orderId, 'capture', { amount: 1 }, key), { code: 'idempotency-key-reused' })
  })

  it('once paid is refunded, not cancelled, and the refusal says so', async () => {
    const { jobId, orderId } = await placeOrder(harness.api)
    await harness.api.finished(jobId)
    const { payment } = await orderOf(orderId)
    const refused = await ask(orderId, 'cancel')
    expectProblem(refused, { code: 'conflict' })
    expect(refused.body.detail).to.include(`refund ${payment.id}`)
    expectProblem(await ask(orderId, 'capture'), { code: 'conflict' })
  })

  it('refuses what cannot be captured, by field, and stays as it is', async () => {
    const orderId = await authorized()
    const before = await storedRows(harness.db)
    for (const amount of [AMOUNT + 1, 0, -1, 1.5, '1'])
      expectProblem(await ask(orderId, 'capture', { amount }), { code: 'invalid-request', pointer: '#/amount' })
    const asJob = { type: 'orders.capture', input: { orderId, amount: AMOUNT + 1 } }
    expectProblem(await harness.api.post('/v1/jobs', asJob), { code: 'invalid-request', pointer: '#/input/amount' })
    expectProblem(await ask(orderId, 'cancel', { reason: 'a\nb' }), { code: 'invalid-request', pointer: '#/reason' })
    expect(await storedRows(harness.db)).to.deep.equal(before)
    expect((await orderOf(orderId)).state).to.equal('authorized')
  })

  it('of another account, or of none, is a 404 (invariant 9)', async () => {
    const orderId = await authorized()
    const other = await harness.otherAccount()
    for (const verb of ['capture', 'cancel'] as const) {
      expectProblem(await other.post(`/v1/orders/${orderId}/${verb}`, {}), { code: 'not-found' })
      expectProblem(await ask(randomUUID(), verb), { code: 'not-found' })
      expectProblem(await ask('1', verb), { code: 'not-found' })
    }
    expect((await orderOf(orderId)).state).to.equal('authorized')
  })

  it('has no other way of being captured', async () => {
    const body = { ...orderBody(), payment: { method: 'pm_card_visa', capture: 'later' } }
    expectProblem(await harness.api.post('/v1/orders', body), { code: 'invalid-request', pointer: '#/payment/capture' })
  })
})
