// Taking a charge back: whatever was taken is returned once, and nothing can be taken afterwards.
import { expect } from 'chai'
import { type Payment, Refund } from '../../../../lib/models/payment.ts'
import { Refused } from '../../../../lib/payments/refusal.ts'
import { reclaimExpired } from '../../../../workers/reclaim.ts'
import { useHarness } from '../../../support/harness.ts'
import { attempt, expireLease } from '../../../support/probe.ts'
import {
  acceptRefund,
  brokenMoneyOf,
  heldOrder,
  insertJobOf,
  intentsOf,
  loseAnswer,
  type OpenOrder,
  openOrder,
  paidOrder,
  paymentOf,
  refundsOf,
  unreachableGateway,
} from '../../../support/shop.ts'
import { waitFor } from '../../../support/wait-for.ts'

const CONFIRM = 'POST /v1/payment_intents/:id/confirm'
const CANCEL = 'POST /v1/payment_intents/:id/cancel'
const REFUND = 'POST /v1/refunds'

describe('payments.reverse', () => {
  const harness = useHarness()
  const reverse = ({ paymentId }: OpenOrder) => harness.perform('payments.reverse', { paymentId })
  const amounts = (order: OpenOrder) => refundsOf(harness, order).map((refund) => refund.amount)
  const expectPayment = async (order: OpenOrder, expected: Partial<Payment>) => {
    expect(await paymentOf(harness, order)).to.include(expected)
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  }
  /** An order whose charge got no answer: the money was taken (reset), or was not (error). */
  const unknownCharge = async (fault: 'reset' | 'error') => {
    const order = await heldOrder(harness)
    harness.simulator.faults.load([fault === 'reset' ? loseAnswer(CONFIRM) : { on: CONFIRM, do: fault, times: 1 }])
    await harness.perform('payments.charge', { paymentId: order.paymentId })
    harness.simulator.faults.load([])
    expect((await paymentOf(harness, order)).state).to.equal('unknown')
    return order
  }
  afterEach(() => harness.simulator.faults.load([]))

  it('cancels a payment of which nothing was sent', async () => {
    const order = await openOrder(harness)
    const { outcome, job } = await reverse(order)
    expect(outcome).to.equal('succeeded')
    expect(job.result).to.deep.equal({ paymentId: order.paymentId, refunded: 0 })
    await expectPayment(order, { state: 'cancelled' })
    expect(intentsOf(harness, order)).to.deep.equal([])
  })

  it('gives back all of a captured payment, in one transaction with its job (invariant 3)', async () => {
    const order = await paidOrder(harness)
    const { outcome, job } = await reverse(order)
    expect(outcome).to.equal('succeeded')
    const refund = await Refund.query(harness.db).findOne({ paymentId: order.paymentId }).throwIfNotFound()
    expect(job.result).to.deep.equal({ paymentId: order.paymentId, refunded: 2580 })
    expect(refund).to.include({ state: 'succeeded', amount: 2580 })
    expect(refund.updatedAt).to.deep.equal(job.finishedAt)
    await expectPayment(order, { state: 'captured', refundAmount: 2580 })
  })

  it('leaves a declined payment as it is, and cancels it at the provider', async () => {
    const order = await heldOrder(harness, { method: 'pm_card_chargeDeclined' })
    await harness.perform('payments.charge', { paymentId: order.paymentId })
    const { outcome, job } = await reverse(order)
    expect(outcome).to.equal('succeeded')
    expect(job.result).to.include({ refunded: 0 })
    await expectPayment(order, { state: 'declined' })
    // Nobody can confirm it with another card.
    expect(intentsOf(harness, order).map(({ status }) => status)).to.deep.equal(['canceled'])
  })

  it('records and gives back a charge whose answer was lost (invariant 3)', async () => {
    const order = await unknownCharge('reset')
    const { outcome } = await reverse(order)
    expect(outcome).to.equal('succeeded')
    await expectPayment(order, { state: 'captured', refundAmount: 2580 })
    expect(amounts(order)).to.deep.equal([2580])
  })

  it('cancels an open charge at the provider, so that a late confirmation takes nothing (invariant 3)', async () => {
    const order = await unknownCharge('error')
    const { outcome } = await reverse(order)
    expect(outcome).to.equal('succeeded')
    await expectPayment(order, { state: 'cancelled' })

    const [intent] = intentsOf(harness, order)
    const late = await harness.runtime.payments.confirmIntent(intent!.id, `${order.paymentId}-confirm-late`)
    expect(late.status).to.equal('cancelled')
    await expectPayment(order, { state: 'cancelled' })
  })

  it('takes nothing when the charge it undoes is still being confirmed (invariants 3 and 4)', async () => {
    const { runtime, simulator } = harness
    const order = await heldOrder(harness)
    const job = await insertJobOf(harness, 'payments.charge', { paymentId: order.paymentId }, 1)
    const { played } = simulator.faults
    simulator.faults.load([{ on: CONFIRM, do: 'delay', times: 1, ms: 1500 }])
    const late = attempt(runtime, job)
    await waitFor('the slow confirmation', async () => simulator.faults.played > played)
    await expireLease(runtime, job)
    await reclaimExpired(runtime)

    expect((await reverse(order)).outcome).to.equal('succeeded')
    const { outcome, job: charge } = await late
    expect(outcome).to.equal('claim-lost')
    // Money is never given up on: the charge would be asked for again, and found cancelled.
    expect(charge).to.deep.include({ state: 'scheduled', needsAttention: 'every attempt ended without an answer' })
    await expectPayment(order, { state: 'cancelled' })
  })

  for (const fault of [loseAnswer(CANCEL), { on: CANCEL, do: 'error', times: 1 }] as const) {
    it(`repeats a cancellation that ended with the fault "${fault.do}", and burns no attempt`, async () => {
      const order = await unknownCharge('error')
      harness.simulator.faults.load([fault])
      const lost = await reverse(order)
      expect(lost.outcome).to.equal('postponed')
      expect(lost.job).to.include({ attempt: 1, maxAttempts: 4 })
      expect(await paymentOf(harness, order)).to.include({ state: 'cancelling' })

      expect((await harness.performAgain(lost.job)).outcome).to.equal('succeeded')
      await expectPayment(order, { state: 'cancelled' })
      expect(intentsOf(harness, order).map((intent) => intent.status)).to.deep.equal(['canceled'])
    })
  }

  for (const fault of [
    loseAnswer(REFUND),
    { on: REFUND, do: 'error', times: 1 },
    { on: REFUND, do: 'error-after', times: 1 },
  ] as const) {
    it(`gives back once when the refund ended with the fault "${fault.do}" (invariant 3)`, async () => {
      const order = await paidOrder(harness)
      harness.simulator.faults.load([fault])
      const lost = await reverse(order)
      expect(lost.outcome).to.equal('postponed')

      // An error that is stored is met once more, as a replay, before another key is used.
      const again = await harness.performAgain(lost.job)
      const last = fault.do === 'error' ? await harness.performAgain(again.job) : again
      expect(last.outcome).to.equal('succeeded')
      expect(amounts(order)).to.deep.equal([2580])
      await expectPayment(order, { state: 'captured', refundAmount: 2580 })
    })
  }

  it('waits without burning an attempt while the provider cannot be asked about a refund (invariant 3)', async () => {
    const order = await paidOrder(harness)
    harness.simulator.faults.load([loseAnswer(REFUND)])
    const { job } = await reverse(order)
    const offline = { ...harness.runtime, payments: await unreachableGateway() }
    const outcomes: string[] = []
    for (let looks = 0; looks < 5; looks++) outcomes.push((await attempt(offline, job)).outcome)
    expect(outcomes).to.deep.equal(Array(5).fill('postponed'))

    expect((await attempt(harness.runtime, job)).outcome).to.equal('succeeded')
    await expectPayment(order, { state: 'captured', refundAmount: 2580 })
  })

  it('gives back nothing more when it is run by a second job (invariant 3)', async () => {
    const order = await paidOrder(harness)
    await reverse(order)
    const again = await reverse(order)
    expect(again.outcome).to.equal('succeeded')
    expect(again.job.result).to.include({ refunded: 2580 })
    expect(amounts(order)).to.deep.equal([2580])
  })

  it('gives back only what earlier refunds left', async () => {
    const order = await paidOrder(harness)
    const { id: refundId } = await acceptRefund(harness, order.paymentId, { amount: 580 })
    await harness.perform('payments.refund', { refundId })
    expect((await reverse(order)).job.result).to.include({ refunded: 2000 })
    expect(amounts(order)).to.deep.equal([580, 2000])
    await expectPayment(order, { state: 'captured', refundAmount: 2580 })
  })

  for (const reason of ['too late', 'order cancelled']) {
    it(`gives back the rest beside an account's own refund, "${reason}", and waits for that, too`, async () => {
      const order = await paidOrder(harness)
      const { id: refundId } = await acceptRefund(harness, order.paymentId, { amount: 580, reason })
      const waiting = await reverse(order)
      expect(waiting.outcome).to.equal('postponed')
      expect(amounts(order)).to.deep.equal([2000])
      expect((await harness.perform('payments.refund', { refundId })).outcome).to.equal('succeeded')
      expect((await harness.performAgain(waiting.job)).job.result).to.include({ refunded: 2000 })
      expect(amounts(order)).to.have.members([580, 2000])
      await expectPayment(order, { state: 'captured', refundAmount: 2580 })
    })
  }

  it('is not given up when the provider refuses: it is sent again under another key, and somebody is told', async () => {
    const order = await paidOrder(harness)
    const job = await insertJobOf(harness, 'payments.reverse', { paymentId: order.paymentId })
    const createRefund = () => Promise.reject(new Refused('not_now', {}))
    const { runtime } = harness
    const refused = await attempt({ ...runtime, payments: { ...runtime.payments, createRefund } }, job)
    expect(refused.outcome).to.equal('postponed')
    expect(refused.job.needsAttention).to.include('not_now')
    const refund = await Refund.query(harness.db).findOne({ paymentId: order.paymentId }).throwIfNotFound()
    expect(refund).to.include({ state: 'processing', keyGeneration: 2, failureCode: 'not_now', amount: 2580 })

    expect((await harness.performAgain(refused.job)).job).to.include({ state: 'succeeded', needsAttention: null })
    expect(await refund.$query(harness.db)).to.include({ state: 'succeeded', failureCode: null })
    await expectPayment(order, { state: 'captured', refundAmount: 2580 })
  })

  it('is not given up when the refund fails: another one follows, and somebody is told', async () => {
    const order = await paidOrder(harness)
    harness.simulator.faults.load([loseAnswer(REFUND)])
    const lost = await reverse(order)
    harness.simulator.controls.failRefund(refundsOf(harness, order)[0]!.id, 'declined')

    const failed = await harness.performAgain(lost.job)
    expect(failed.outcome).to.equal('postponed')
    expect(failed.job.needsAttention).to.include('declined')
    expect((await harness.performAgain(failed.job)).outcome).to.equal('succeeded')
    const refunds = await Refund.query(harness.db).where({ paymentId: order.paymentId }).orderBy('id')
    expect(refunds.map(({ state, failureCode }) => [state, failureCode])).to.deep.equal([
      ['failed', 'declined'],
      ['succeeded', null],
    ])
    await expectPayment(order, { state: 'captured', refundAmount: 2580 })
  })
})
