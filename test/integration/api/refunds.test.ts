// Payments and their refunds through the API: never more is given back than was taken (invariant 6).
import { expect } from 'chai'
import { useHarness } from '../../support/harness.ts'
import { brokenMoney, brokenStock } from '../../support/invariants.ts'
import { placeOrder } from '../../support/orders.ts'
import { expectProblem, storedRows } from './refused.ts'

const AMOUNT = 2580
const euro = (amount: number) => ({ amount, currency: 'EUR' })

describe('a refund', () => {
  const harness = useHarness()
  before(() => harness.startWorkers())
  afterEach('invariants 5 and 6 hold', async () => {
    expect(await brokenStock(harness.db)).to.deep.equal([])
    expect(await brokenMoney(harness.db, harness.simulator)).to.deep.equal([])
  })
  const pay = async (method = 'pm_card_visa') => {
    const { jobId, orderId } = await placeOrder(harness.api, { method })
    await harness.api.finished(jobId)
    const { body } = await harness.api.get(`/v1/orders/${orderId}`)
    return { orderId, paymentId: String(body.payment.id) }
  }
  const paymentOf = async (paymentId: string) => (await harness.api.get(`/v1/payments/${paymentId}`)).body
  const ask = (paymentId: string, body: object) => harness.api.post(`/v1/payments/${paymentId}/refunds`, body)
  const refund = async (paymentId: string, body: object) => {
    const accepted = await ask(paymentId, body)
    expect(accepted.status).to.equal(202)
    const job = await harness.api.finished(accepted.body.job.id)
    expect(job.state, JSON.stringify(job.error)).to.equal('succeeded')
    return { accepted, job }
  }
  const refundedAtProvider = async (paymentId: string) => {
    const { intents } = harness.simulator.books
    const intent = [...intents.values()].find((each) => each.metadata.payment_id === paymentId)
    return intent && harness.simulator.books.refunded(intent.id)
  }

  it('has a payment that says what was taken, how and when', async () => {
    const { paymentId, orderId } = await pay()
    const { capturedAt, ledger, attempts, ...payment } = await paymentOf(paymentId)
    expect(capturedAt).to.match(/^\d{4}-.*Z$/)
    const entry = { kind: 'capture', refundId: null, createdAt: capturedAt }
    expect(ledger).to.deep.equal([
      { ...entry, account: 'provider-balance', amount: euro(AMOUNT) },
      { ...entry, account: 'sales', amount: euro(-AMOUNT) },
    ])
    expect(attempts).to.have.length(1)
    expect(attempts[0]).to.include({ type: 'payments.charge', state: 'succeeded', attempts: 1, error: null })
    expect((await harness.api.get(`/v1/jobs/${attempts[0].jobId}`)).body.type).to.equal('payments.charge')
    expect(payment).to.deep.equal({
      id: paymentId,
      orderId,
      state: 'captured',
      amount: euro(AMOUNT),
      method: 'pm_card_visa',
      captureMethod: 'automatic',
      captured: euro(AMOUNT),
      authorizedAt: null,
      declineCode: null,
      refunding: euro(0),
      refunded: euro(0),
      refunds: [],
      links: { self: `/v1/payments/${paymentId}`, order: `/v1/orders/${orderId}` },
    })
  })

  it('of a part is accepted with its job, and shown on the payment once it is done', async () => {
    const { paymentId } = await pay()
    const { accepted, job } = await refund(paymentId, { amount: 580, reason: 'one was broken' })
    expect(Object.keys(accepted.body)).to.have.members(['job', 'refund'])
    expect(accepted.headers.get('location')).to.equal(`/v1/jobs/${job.id}`)
    const { id } = accepted.body.refund
    expect(accepted.body.refund).to.include({
      paymentId,
      state: 'created',
      reason: 'one was broken',
      failureCode: null,
    })
    expect(accepted.body.refund.amount).to.deep.equal(euro(580))
    expect(job.result).to.deep.equal({ refundId: id, paymentId, amount: 580 })
    const payment = await paymentOf(paymentId)
    expect(payment.refunded).to.deep.equal(euro(580))
    expect(payment.refunding).to.deep.equal(euro(580))
    expect(payment.refunds).to.have.length(1)
    expect(payment.refunds[0]).to.include({ id, state: 'succeeded' })
    const { attempts, refunds, ledger, ...listed } = payment
    expect((await harness.api.get(`/v1/payments?orderId=${payment.orderId}`)).body.data).to.deep.equal([listed])
    expect(await refundedAtProvider(paymentId)).to.equal(580)
  })

  it('without an amount is of the rest, and then nothing is left', async () => {
    const { paymentId } = await pay()
    await refund(paymentId, { amount: 1 })
    await refund(paymentId, { amount: 79 })
    const { accepted } = await refund(paymentId, {})
    expect(accepted.body.refund.amount).to.deep.equal(euro(AMOUNT - 80))
    expect((await paymentOf(paymentId)).refunded).to.deep.equal(euro(AMOUNT))
    expect(await refundedAtProvider(paymentId)).to.equal(AMOUNT)
    const before = await storedRows(harness.db)
    for (const body of [{}, { amount: 1 }]) {
      expectProblem(await ask(paymentId, body), { code: 'not-refundable' })
    }
    expect(await storedRows(harness.db)).to.deep.equal(before)
  })

  it('of more than was taken, or than is left, is refused and changes nothing', async () => {
    const { paymentId } = await pay()
    expectProblem(await ask(paymentId, { amount: AMOUNT + 1 }), { code: 'not-refundable' })
    await refund(paymentId, { amount: 1000 })
    const before = await storedRows(harness.db)
    const over = await ask(paymentId, { amount: AMOUNT - 999 })
    expectProblem(over, { code: 'not-refundable' })
    expect(over.body.detail).to.include(String(AMOUNT - 1000))
    expect(await storedRows(harness.db)).to.deep.equal(before)
    expect(await refundedAtProvider(paymentId)).to.equal(1000)
  })

  it('of half is accepted exactly twice of 10 at the same time (invariant 6)', async () => {
    const { paymentId } = await pay()
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(paymentId, { amount: AMOUNT / 2 })))
    const accepted = answers.filter(({ status }) => status === 202)
    expect(accepted).to.have.length(2)
    for (const answer of answers.filter(({ status }) => status !== 202)) {
      expectProblem(answer, { code: 'not-refundable' })
    }
    for (const { body } of accepted) expect((await harness.api.finished(body.job.id)).state).to.equal('succeeded')
    expect(await refundedAtProvider(paymentId)).to.equal(AMOUNT)
    expect((await paymentOf(paymentId)).refunded).to.deep.equal(euro(AMOUNT))
  })

  it('of all is accepted exactly once of 10 at the same time, however it is asked for', async () => {
    const { paymentId } = await pay()
    const throughJobs = () => harness.api.post('/v1/jobs', { type: 'payments.refund', input: { paymentId } })
    const asked = Array.from({ length: 5 }, () => [ask(paymentId, {}), throughJobs()]).flat()
    const accepted = (await Promise.all(asked)).filter(({ status }) => status === 202)
    expect(accepted).to.have.length(1)
    for (const { body } of accepted) expect((await harness.api.finished(body.job.id)).state).to.equal('succeeded')
    expect(await refundedAtProvider(paymentId)).to.equal(AMOUNT)
  })

  it('of a declined payment is refused, and the payment says why there is nothing to give back', async () => {
    const { paymentId } = await pay('pm_card_chargeDeclined')
    const before = await storedRows(harness.db)
    for (const body of [{}, { amount: 1 }]) expectProblem(await ask(paymentId, body), { code: 'not-refundable' })
    expect(await storedRows(harness.db)).to.deep.equal(before)
    expect(await paymentOf(paymentId)).to.include({
      state: 'declined',
      declineCode: 'generic_decline',
      capturedAt: null,
    })
  })

  it('is done once when the answer of the provider is lost (invariant 3)', async () => {
    const { paymentId } = await pay()
    const { faults } = harness.simulator
    const played = faults.played
    faults.load([{ on: 'POST /v1/refunds', do: 'reset', times: 1 }])
    await refund(paymentId, { amount: 500 })
    expect(faults.played).to.equal(played + 1)
    expect(await refundedAtProvider(paymentId)).to.equal(500)
  })

  it('of a payment that does not exist is a 404', async () => {
    for (const id of ['01890a5d-ac96-774b-bcce-b302099a8057', '1', '%00', '__proto__']) {
      expectProblem(await ask(id, { amount: 1 }), { code: 'not-found' })
      expectProblem(await harness.api.get(`/v1/payments/${id}`), { code: 'not-found' })
    }
  })
})
