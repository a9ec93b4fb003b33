// Manual capture: the money is set aside, then taken once, all or a part of it, whatever the provider's answers are or
// however they are lost.
import { expect } from 'chai'
import { Job } from '../../../../lib/models/job.ts'
import { reclaimExpired } from '../../../../workers/reclaim.ts'
import { findingsOf } from '../../../support/events.ts'
import { useHarness } from '../../../support/harness.ts'
import { attempt, expireLease } from '../../../support/probe.ts'
import {
  authorizedOrder,
  brokenMoneyOf,
  errorOf,
  heldOrder,
  insertJobOf,
  intentsOf,
  loseAnswer,
  type OpenOrder,
  paymentOf,
  unreachableGateway,
} from '../../../support/shop.ts'
import { waitFor } from '../../../support/wait-for.ts'

const CONFIRM = 'POST /v1/payment_intents/:id/confirm'
const CAPTURE = 'POST /v1/payment_intents/:id/capture'

describe('a payment with manual capture', () => {
  const harness = useHarness()
  const capture = ({ paymentId }: OpenOrder) => harness.perform('payments.capture', { paymentId })
  const wish = ({ paymentId }: OpenOrder, amountToCapture: number) =>
    harness.db('payments').where({ id: paymentId }).update({ amountToCapture })
  const expectCaptured = async (order: OpenOrder, amount = 2580) => {
    expect(await paymentOf(harness, order)).to.include({ state: 'captured', capturedAmount: amount })
    expect(intentsOf(harness, order).map((intent) => [intent.status, intent.amount_received])).to.deep.equal([
      ['succeeded', amount],
    ])
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  }
  afterEach(() => harness.simulator.faults.load([]))

  it('is authorized by its charge, and nothing is taken', async () => {
    const order = await heldOrder(harness, { capture: 'manual' })
    const { outcome, job } = await harness.perform('payments.charge', { paymentId: order.paymentId })
    expect(outcome).to.equal('succeeded')
    expect(job.result).to.include({ state: 'authorized', amount: 2580 })
    const payment = await paymentOf(harness, order)
    expect(payment).to.include({ state: 'authorized', capturedAmount: null, capturedAt: null })
    expect(payment.authorizedAt).to.deep.equal(job.finishedAt)
    expect(intentsOf(harness, order)[0]).to.include({ status: 'requires_capture', amount_received: 0 })
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  })

  it('is authorized once when the answer to its charge is lost (invariant 3)', async () => {
    const order = await heldOrder(harness, { capture: 'manual' })
    harness.simulator.faults.load([loseAnswer(CONFIRM)])
    const lost = await harness.perform('payments.charge', { paymentId: order.paymentId })
    expect((await paymentOf(harness, order)).state).to.equal('unknown')
    expect((await harness.performAgain(lost.job)).outcome).to.equal('succeeded')
    expect(await paymentOf(harness, order)).to.include({ state: 'authorized', keyGeneration: 1 })
  })

  it('is recorded as it was captured where that is not what was asked for, and filed (invariant 6)', async () => {
    const order = await authorizedOrder(harness)
    await wish(order, 1000)
    const { payments } = harness.runtime
    const captureIntent: typeof payments.captureIntent = (id, amount, key) =>
      payments.captureIntent(id, amount - 1, key)
    const job = await insertJobOf(harness, 'payments.capture', { paymentId: order.paymentId })
    const ended = await attempt({ ...harness.runtime, payments: { ...payments, captureIntent } }, job)
    expect(ended.outcome).to.equal('succeeded')
    expect(ended.job.needsAttention).to.include('1 new discrepancy')
    await expectCaptured(order, 999)
    const findings = await findingsOf(harness, intentsOf(harness, order)[0]!)
    expect(findings.map(({ kind }) => kind)).to.deep.equal(['amount-differs'])
  })

  it('is captured once, and recorded with the success of the job in one transaction (invariant 3)', async () => {
    const order = await authorizedOrder(harness)
    const { outcome, job } = await capture(order)
    expect(outcome).to.equal('succeeded')
    expect(job.result).to.deep.equal({ paymentId: order.paymentId, amount: 2580, currency: 'EUR' })
    expect((await paymentOf(harness, order)).capturedAt).to.deep.equal(job.finishedAt)
    expect((await capture(order)).outcome).to.equal('succeeded')
    await expectCaptured(order)
  })

  it('is captured in part, and only that can be refunded (invariant 6)', async () => {
    const order = await authorizedOrder(harness)
    await wish(order, 1000)
    expect((await capture(order)).job.result).to.include({ amount: 1000 })
    await expectCaptured(order, 1000)
    const refund = (amount: number) => harness.api.post(`/v1/payments/${order.paymentId}/refunds`, { amount })
    expect((await refund(1001)).status).to.equal(409)
    expect((await refund(1000)).status).to.equal(202)
  })

  for (const fault of [
    { do: 'reset', times: 2, again: 1 },
    { do: 'cut', times: 2, again: 1 },
    { do: 'error', times: 1, again: 1 },
    { do: 'error-after', times: 1, again: 1 },
    { do: 'conflict', times: 1, again: 1 },
    { do: 'silent', times: 2, ms: 50, again: 1 },
    { do: 'rate-limit', times: 1, again: 1 },
    { do: 'unauthorized', times: 1, again: 1 },
    { do: 'delay', times: 1, ms: 50, again: 0 },
  ] as const) {
    it(`is captured once when the fault is "${fault.do}", which burns no attempt (invariant 3)`, async () => {
      const order = await authorizedOrder(harness)
      const { again, ...script } = fault
      harness.simulator.faults.load([{ on: CAPTURE, ...script }])
      let ended = await capture(order)
      for (let more = 0; more < again; more++) {
        expect(ended.outcome).to.equal('postponed')
        expect(ended.job).to.include({ state: 'scheduled', error: null, maxAttempts: 3 + ended.job.attempt })
        expect(await paymentOf(harness, order)).to.include({ state: 'capturing', capturedAmount: null })
        ended = await harness.performAgain(ended.job)
      }
      expect(ended.outcome).to.equal('succeeded')
      await expectCaptured(order)
    })
  }

  it('is under a new key only once an error that was stored for the old one had no effect', async () => {
    const order = await authorizedOrder(harness)
    harness.simulator.faults.load([{ on: CAPTURE, do: 'error', times: 1 }])
    const { job } = await capture(order)
    expect((await paymentOf(harness, order)).keyGeneration).to.equal(1)
    await harness.performAgain(job)
    expect((await paymentOf(harness, order)).keyGeneration).to.equal(2)
    await expectCaptured(order)
  })

  it('is looked up, and not captured again, as long as the provider cannot be asked (invariant 3)', async () => {
    const order = await authorizedOrder(harness)
    harness.simulator.faults.load([loseAnswer(CAPTURE)])
    const { job } = await capture(order)
    const offline = { ...harness.runtime, payments: await unreachableGateway() }
    for (let looks = 0; looks < 3; looks++) {
      expect((await attempt(offline, job)).outcome).to.equal('postponed')
      expect((await paymentOf(harness, order)).state).to.equal('capturing')
    }
    expect((await attempt(harness.runtime, job)).outcome).to.equal('succeeded')
    await expectCaptured(order)
  })

  it('is captured once when two attempts run side by side; the late one writes nothing (invariant 4)', async () => {
    const { runtime, simulator } = harness
    const order = await authorizedOrder(harness)
    const job = await insertJobOf(harness, 'payments.capture', { paymentId: order.paymentId })
    const { played } = simulator.faults
    simulator.faults.load([{ on: CAPTURE, do: 'delay', times: 1, ms: 1500 }])
    const late = attempt(runtime, job)
    await waitFor('the slow capture', async () => simulator.faults.played > played)
    await expireLease(runtime, job)
    expect(await reclaimExpired(runtime)).to.equal(true)
    const second = await attempt(runtime, job)
    expect((await late).outcome).to.equal('claim-lost')
    expect(await Job.query(harness.db).findById(job.id)).to.deep.equal(second.job)
    if (second.outcome === 'postponed') await attempt(runtime, job)
    await expectCaptured(order)
  })

  it('gives back nothing before it is captured, and no more than that after, asked at the same time (invariant 6)', async () => {
    const order = await authorizedOrder(harness)
    await wish(order, 1000)
    const ask = () => harness.api.post(`/v1/payments/${order.paymentId}/refunds`, { amount: 300 })
    expect((await ask()).status).to.equal(409)
    const asking = async () => {
      const answers: number[] = []
      while (!answers.includes(202)) answers.push((await ask()).status)
      return answers
    }
    const [captured, ...asked] = await Promise.all([capture(order), asking(), asking(), asking()])
    expect(captured.outcome).to.equal('succeeded')
    expect(asked.flat().filter((status) => status === 202)).to.have.length(3)
    const more = await Promise.all([ask(), ask(), ask()])
    expect(more.map(({ status }) => status)).to.deep.equal([409, 409, 409])
    expect(await paymentOf(harness, order)).to.include({ capturedAmount: 1000, refundAmount: 900 })
  })

  it('fails for good when the authorization has expired: cancelled, and nothing taken', async () => {
    const order = await authorizedOrder(harness)
    harness.simulator.controls.expireIntent(intentsOf(harness, order)[0]!.id)
    const { outcome, job } = await capture(order)
    expect(outcome).to.equal('failed')
    expect(job.error).to.include({ type: '/problems/capture-failed' })
    expect(await paymentOf(harness, order)).to.include({ state: 'cancelled', capturedAmount: null })
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  })

  it('is not captured above what was authorized past the code: a CHECK stands in the way (invariant 6)', async () => {
    const order = await authorizedOrder(harness)
    const set = (change: object) => errorOf(harness.db('payments').where({ id: order.paymentId }).update(change))
    expect(await set({ amountToCapture: 2581 })).to.include({ code: '23514' })
    const captured = { state: 'captured', capturedAt: new Date() }
    expect(await set({ ...captured, capturedAmount: 2581 })).to.include({ code: '23514' })
    expect(await set({ capturedAmount: 1 })).to.include({ code: '23514' })
  })
})
