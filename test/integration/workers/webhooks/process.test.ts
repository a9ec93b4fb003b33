// What an event leads to: the object is read as it is now, and only what advances our state is done, once.
import { expect } from 'chai'
import { Job } from '../../../../lib/models/job.ts'
import { Order } from '../../../../lib/models/order.ts'
import { Payment, Refund } from '../../../../lib/models/payment.ts'
import { eventOf, findingsOf, processEvent, runEvent } from '../../../support/events.ts'
import { useHarness } from '../../../support/harness.ts'
import { brokenStock } from '../../../support/invariants.ts'
import { attempt } from '../../../support/probe.ts'
import {
  acceptRefund,
  authorizedOrder,
  brokenMoneyOf,
  heldOrder,
  insertJobOf,
  intentsOf,
  loseAnswer,
  type OpenOrder,
  paidOrder,
  paymentOf,
  refundsOf,
  runFlow,
  unreachableGateway,
} from '../../../support/shop.ts'

const CONFIRM = 'POST /v1/payment_intents/:id/confirm'
const LOOK = 'GET /v1/payment_intents/:id'
const REFUND = 'POST /v1/refunds'

describe('webhooks.process', () => {
  const harness = useHarness()
  const openJobs = (type: string, { paymentId }: OpenOrder) =>
    Job.query(harness.db).where({ type, finishedAt: null }).whereRaw("input ->> 'paymentId' = ?", [paymentId])
  /** A charge that took the money, and whose answer was lost. */
  const unknownCharge = async () => {
    const order = await heldOrder(harness)
    harness.simulator.faults.load([loseAnswer(CONFIRM)])
    const { job } = await harness.perform('payments.charge', { paymentId: order.paymentId })
    harness.simulator.faults.load([])
    const [intent] = intentsOf(harness, order)
    return { order, job, intent: intent! }
  }
  /** A payment that was given up before it was known that it was captured. */
  const givenUp = async (state: 'declined' | 'cancelled') => {
    const { order, job, intent } = await unknownCharge()
    await Job.query(harness.db).deleteById(job.id)
    await Payment.query(harness.db).patch({ state }).findById(order.paymentId)
    await Order.query(harness.db).patch({ state: 'cancelled', cancelReason: 'internal' }).findById(order.orderId)
    return { order, intent }
  }
  afterEach(() => harness.simulator.faults.load([]))

  it('has the job that waits to look up a lost answer look at once, and writes nothing itself', async () => {
    const { order, job, intent } = await unknownCharge()
    await Job.query(harness.db)
      .patch({ runAt: new Date(Date.now() + 600_000) })
      .findById(job.id)
    const { outcome, job: processed } = await processEvent(harness, 'payment_intent.succeeded', intent)
    expect(outcome).to.equal('succeeded')
    expect(processed.result).to.include({ objectId: intent.id, advanced: true })
    expect((await paymentOf(harness, order)).state).to.equal('unknown')
    const waiting = await Job.query(harness.db).findById(job.id).throwIfNotFound()
    expect(waiting.state).to.equal('scheduled')
    expect(waiting.runAt.getTime()).to.be.at.most(Date.now())

    expect((await harness.performAgain(waiting)).outcome).to.equal('succeeded')
    expect((await paymentOf(harness, order)).state).to.equal('captured')
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  })

  it('brings a waiting refund forward, too', async () => {
    const order = await paidOrder(harness)
    const { id: refundId } = await acceptRefund(harness, order.paymentId, { amount: 100 })
    harness.simulator.faults.load([loseAnswer(REFUND)])
    const lost = await harness.perform('payments.refund', { refundId })
    await Job.query(harness.db)
      .patch({ runAt: new Date(Date.now() + 600_000) })
      .findById(lost.job.id)
    await processEvent(harness, 'refund.created', refundsOf(harness, order)[0]!)
    const waiting = await Job.query(harness.db).findById(lost.job.id).throwIfNotFound()
    expect(waiting.runAt.getTime()).to.be.at.most(Date.now())
    expect((await harness.performAgain(waiting)).outcome).to.equal('succeeded')
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  })

  it('does nothing about what our rows say already, however often it is told', async () => {
    const order = await paidOrder(harness)
    const payment = await paymentOf(harness, order)
    const event = eventOf('payment_intent.succeeded', intentsOf(harness, order)[0]!)
    const { job } = await runEvent(harness, event)
    expect(job.result).to.include({ advanced: false, found: null })
    expect(job.needsAttention).to.equal(null)
    expect(await paymentOf(harness, order)).to.deep.equal(payment)
  })

  it('does not believe the event: what it says is read from the provider (invariant 3)', async () => {
    const order = await paidOrder(harness)
    const payment = await paymentOf(harness, order)
    const [intent] = intentsOf(harness, order)
    for (const lie of [{ status: 'canceled' as const }, { amount: 1 }, { amount_received: 1 }]) {
      const { job } = await processEvent(harness, 'payment_intent.canceled', { ...intent!, ...lie })
      expect(job.result).to.include({ advanced: false, found: null })
    }
    expect(await paymentOf(harness, order)).to.deep.equal(payment)
    expect(await findingsOf(harness, intent!)).to.deep.equal([])
  })

  for (const state of ['declined', 'cancelled'] as const) {
    it(`records a late capture of a ${state} payment, gives it back, once, and tells an operator (invariants 3 and 6)`, async () => {
      const { order, intent } = await givenUp(state)
      const event = eventOf('payment_intent.succeeded', intent)
      const { job } = await runEvent(harness, event)
      expect(job.result).to.include({ advanced: true, found: 'late-capture' })
      expect(job.needsAttention).to.include('1 new discrepancy')
      const payment = await paymentOf(harness, order)
      expect(payment).to.include({ state: 'captured', capturedAmount: 2580 })
      // now() is the start of the transaction: the same instant means the same transaction.
      expect(payment.capturedAt).to.deep.equal(job.finishedAt)
      const [reversal, ...more] = await openJobs('payments.reverse', order)
      expect(more).to.deep.equal([])
      expect(reversal!.createdAt).to.deep.equal(job.finishedAt)

      const again = await processEvent(harness, 'payment_intent.succeeded', intent)
      expect(again.job.result).to.include({ advanced: false, found: null })
      expect(await openJobs('payments.reverse', order)).to.have.length(1)

      expect((await attempt(harness.runtime, reversal!)).outcome).to.equal('succeeded')
      expect(refundsOf(harness, order).map(({ amount }) => amount)).to.deep.equal([2580])
      expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
      const [finding] = await findingsOf(harness, intent)
      expect(finding).to.include({ kind: 'late-capture', resolvedAt: null, accountId: harness.accountId })
    })
  }

  it('takes a refund back that failed after it had succeeded, and tells an operator (invariant 6)', async () => {
    const order = await paidOrder(harness)
    const { id: refundId } = await acceptRefund(harness, order.paymentId, { amount: 500 })
    await harness.perform('payments.refund', { refundId })
    const [made] = refundsOf(harness, order)
    const failed = harness.simulator.controls.failRefund(made!.id, 'expired_or_canceled_card')
    const { job } = await processEvent(harness, 'refund.failed', failed)
    expect(job.result).to.include({ advanced: true, found: 'refund-failed-later' })
    const refund = await Refund.query(harness.db).findById(refundId)
    expect(refund).to.include({ state: 'failed', failureCode: 'expired_or_canceled_card' })
    expect((await paymentOf(harness, order)).refundAmount).to.equal(0)
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])

    // The event of its success comes late.
    const late = await processEvent(harness, 'refund.updated', made!)
    expect(late.job.result).to.include({ advanced: false })
    expect(await findingsOf(harness, made!)).to.have.length(1)
  })

  it('cancels an authorized order whose authorization is gone, as its account could', async () => {
    const order = await authorizedOrder(harness)
    const [intent] = intentsOf(harness, order)
    const expired = harness.simulator.controls.expireIntent(intent!.id)
    const { job } = await processEvent(harness, 'payment_intent.canceled', expired)
    expect(job.result).to.include({ advanced: true, found: null })
    expect((await processEvent(harness, 'payment_intent.canceled', expired)).job.result).to.include({ advanced: false })
    const [flow, ...more] = await Job.query(harness.db).where({ type: 'orders.cancel' }).whereNull('finishedAt')
    expect(more).to.deep.equal([])
    expect(flow).to.include({ accountId: harness.accountId })
    expect((await runFlow(harness.runtime, flow!.id)).state).to.equal('succeeded')
    expect((await paymentOf(harness, order)).state).to.equal('cancelled')
    const cancelReason = 'authorization-expired'
    const cancelled = await Order.query(harness.db).findById(order.orderId)
    expect(cancelled).to.include({ state: 'cancelled', cancelReason, cancelNote: null })
    expect(await brokenStock(harness.db)).to.deep.equal([])
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  })

  it('completes an authorized order that somebody captured at the provider', async () => {
    const order = await authorizedOrder(harness)
    const [intent] = intentsOf(harness, order)
    await harness.runtime.payments.captureIntent(intent!.id, 2580, 'by-hand')
    const { job } = await processEvent(harness, 'payment_intent.succeeded', intent!)
    expect(job.result).to.include({ advanced: true, found: null })
    const [flow] = await Job.query(harness.db).where({ type: 'orders.capture' }).whereNull('finishedAt')
    expect((await runFlow(harness.runtime, flow!.id)).state).to.equal('succeeded')
    expect(await Order.query(harness.db).findById(order.orderId)).to.include({ state: 'confirmed' })
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
    expect(await brokenStock(harness.db)).to.deep.equal([])
  })

  it('waits without burning an attempt while the provider cannot be asked, or refuses our key', async () => {
    const { order, job, intent } = await unknownCharge()
    const event = eventOf('payment_intent.succeeded', intent)
    const offline = { ...harness.runtime, payments: await unreachableGateway() }
    const first = await runEvent(harness, event, offline)
    expect(first.outcome).to.equal('postponed')
    expect(first.job.maxAttempts - first.job.attempt).to.equal(8)
    expect(first.job.maxAttempts).to.equal(9)
    await harness.performAgain(job)
    const late = await attempt(harness.runtime, first.job)
    expect(late.outcome).to.equal('succeeded')
    expect((await paymentOf(harness, order)).state).to.equal('captured')
    harness.simulator.faults.load([{ on: LOOK, do: 'unauthorized', times: 1 }])
    const refused = await processEvent(harness, 'payment_intent.succeeded', intent)
    expect(refused.outcome).to.equal('postponed')
    expect(refused.job.needsAttention).to.include('refuses our key')
  })

  it('looks again when our row changed while the provider was asked', async () => {
    const { order, intent } = await givenUp('cancelled')
    const { payments } = harness.runtime
    const slow = {
      ...payments,
      lookUpIntent: async (id: string) => {
        const found = await payments.lookUpIntent(id)
        await Payment.query(harness.db).patch({ updatedAt: new Date() }).findById(order.paymentId)
        return found
      },
    }
    const event = eventOf('payment_intent.succeeded', intent)
    const first = await runEvent(harness, event, { ...harness.runtime, payments: slow })
    expect(first.outcome).to.equal('postponed')
    expect((await paymentOf(harness, order)).state).to.equal('cancelled')
    expect((await attempt(harness.runtime, first.job)).outcome).to.equal('succeeded')
    expect((await paymentOf(harness, order)).state).to.equal('captured')
  })

  it('is not given up, however often it ends without an answer', async () => {
    const order = await paidOrder(harness)
    const event = eventOf('payment_intent.succeeded', intentsOf(harness, order)[0]!)
    const lookUpIntent = () => Promise.reject(new Error('nobody thought of that'))
    const failing = { ...harness.runtime, payments: { ...harness.runtime.payments, lookUpIntent } }
    let { outcome, job } = await runEvent(harness, event, failing)
    for (let more = job.maxAttempts; outcome === 'retried' && more > 0; more--)
      ({ outcome, job } = await attempt(failing, job))
    expect(outcome).to.equal('postponed')
    expect(job).to.include({ state: 'scheduled', needsAttention: 'every attempt ended without an answer' })
    expect((await attempt(harness.runtime, job)).outcome).to.equal('succeeded')
  })

  it('fails for good, and shows it, when its event is not there', async () => {
    const job = await insertJobOf(
      harness,
      'webhooks.process',
      { eventRowId: '00000000-0000-7000-8000-0000000000ff' },
      1,
    )
    expect((await attempt(harness.runtime, job)).outcome).to.equal('failed')
  })
})
