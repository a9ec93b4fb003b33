// Taking a charge back of which somebody else gave money back at the provider: what is left is given back, no more, and what
// was given back past us is filed.
import { expect } from 'chai'
import { Job } from '../../../../lib/models/job.ts'
import { Order } from '../../../../lib/models/order.ts'
import { Payment, Refund } from '../../../../lib/models/payment.ts'
import { cancelOrder } from '../../../../lib/orders/settle.ts'
import { findingsOf, processEvent } from '../../../support/events.ts'
import { useHarness } from '../../../support/harness.ts'
import { attempt } from '../../../support/probe.ts'
import {
  brokenMoneyOf,
  heldOrder,
  insertJobOf,
  intentsOf,
  loseAnswer,
  type OpenOrder,
  paidOrder,
  paymentOf,
  refundsOf,
} from '../../../support/shop.ts'

describe('payments.reverse, after money was given back past us,', () => {
  const harness = useHarness()
  const reverse = ({ paymentId }: OpenOrder) => harness.perform('payments.reverse', { paymentId })
  const given = (order: OpenOrder) =>
    refundsOf(harness, order)
      .filter(({ status }) => status !== 'failed')
      .map(({ amount }) => amount)
  const rows = async ({ paymentId }: OpenOrder) =>
    (await Refund.query(harness.db).where({ paymentId }).orderBy('id')).map(({ state, amount }) => [state, amount])
  const giveElsewhere = async (order: OpenOrder, amount: number) => {
    const [intent] = intentsOf(harness, order)
    const refund = { intentId: intent!.id, refundId: 'elsewhere', amount, key: order.orderId }
    return harness.runtime.payments.createRefund(refund)
  }
  const reversals = ({ paymentId }: OpenOrder) =>
    Job.query(harness.db)
      .where({ type: 'payments.reverse', finishedAt: null })
      .whereRaw("input ->> 'paymentId' = ?", [paymentId])
  afterEach(() => harness.simulator.faults.load([]))

  it('ends where all of it was, and files it (invariant 6)', async () => {
    const order = await paidOrder(harness)
    const elsewhere = await giveElsewhere(order, 2580)
    const { outcome, job } = await reverse(order)
    expect(outcome).to.equal('succeeded')
    expect(job.result).to.include({ refunded: 0 })
    expect(job.needsAttention).to.include('1 new discrepancy')
    expect((await findingsOf(harness, elsewhere)).map(({ kind }) => kind)).to.deep.equal(['orphan-refund'])
    expect(await rows(order)).to.deep.equal([['failed', 2580]])
    expect((await paymentOf(harness, order)).refundAmount).to.equal(0)
    expect(given(order)).to.deep.equal([2580])
  })

  it('follows when what was given back past us fails after all (invariant 6)', async () => {
    const order = await paidOrder(harness)
    const { id } = await giveElsewhere(order, 2580)
    await reverse(order)
    await Order.query(harness.db).patch({ state: 'cancelled', cancelReason: 'internal' }).findById(order.orderId)
    const failed = harness.simulator.controls.failRefund(id, 'declined')
    await processEvent(harness, 'refund.failed', failed)
    const [reversal] = await reversals(order)
    expect((await attempt(harness.runtime, reversal!)).outcome).to.equal('succeeded')
    expect(given(order)).to.deep.equal([2580])
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  })

  it('gives back the rest where a part of it was, and files that (invariant 6)', async () => {
    const order = await paidOrder(harness)
    const elsewhere = await giveElsewhere(order, 580)
    const refused = await reverse(order)
    expect(refused.outcome).to.equal('postponed')
    expect((await findingsOf(harness, elsewhere)).map(({ kind }) => kind)).to.deep.equal(['orphan-refund'])
    let { outcome, job } = await harness.performAgain(refused.job)
    for (let more = 0; outcome === 'postponed' && more < 3; more++) ({ outcome, job } = await harness.performAgain(job))
    expect(outcome).to.equal('succeeded')
    expect(job.result).to.include({ refunded: 2000 })
    expect(given(order)).to.deep.equal([580, 2000])
    expect((await paymentOf(harness, order)).refundAmount).to.equal(2000)
  })

  it('records its own refund that it finds only then (invariant 3)', async () => {
    const order = await paidOrder(harness)
    harness.simulator.faults.load([loseAnswer('POST /v1/refunds')])
    const lost = await reverse(order)
    await Refund.query(harness.db).patch({ state: 'created', sentAt: null }).where({ paymentId: order.paymentId })
    await Refund.query(harness.db).patch({ keyGeneration: 2 }).where({ paymentId: order.paymentId })
    expect((await harness.performAgain(lost.job)).outcome).to.equal('succeeded')
    expect(await rows(order)).to.deep.equal([['succeeded', 2580]])
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  })

  it('is enqueued with the cancellation of an order whose money is not back, once (invariant 6)', async () => {
    const order = await paidOrder(harness)
    await harness.db.transaction((trx) => cancelOrder(trx, order.orderId, 'internal'))
    await harness.db.transaction((trx) => cancelOrder(trx, order.orderId, 'internal'))
    const [job, ...more] = await reversals(order)
    expect(more).to.deep.equal([])
    expect((await attempt(harness.runtime, job!)).outcome).to.equal('succeeded')
    expect(given(order)).to.deep.equal([2580])
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  })

  it('that fails again and again later is tried later each time, and shown meanwhile (invariant 6)', async () => {
    const order = await heldOrder(harness)
    await harness.perform('payments.charge', { paymentId: order.paymentId })
    await reverse(order)
    await Order.query(harness.db).patch({ state: 'cancelled', cancelReason: 'internal' }).findById(order.orderId)
    const waits: number[] = []
    for (let times = 0; times < 3; times++) {
      const made = refundsOf(harness, order).find(({ status }) => status === 'succeeded')
      await processEvent(harness, 'refund.failed', harness.simulator.controls.failRefund(made!.id, 'declined'))
      const [job, ...more] = await reversals(order)
      expect(more).to.deep.equal([])
      expect(job).to.include({ state: 'scheduled' })
      expect(job!.needsAttention).to.include('declined')
      waits.push(Math.round((Number(job!.runAt) - Number(job!.createdAt)) / 1000))
      expect((await harness.performAgain(job!)).job).to.include({ state: 'succeeded', needsAttention: null })
    }
    expect(waits).to.deep.equal([1, 2, 4])
    expect(given(order)).to.deep.equal([2580])
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  })

  it('is not enqueued beside one that is under way, nor where the money is back', async () => {
    const [busy, done] = [await paidOrder(harness), await paidOrder(harness)]
    await insertJobOf(harness, 'payments.reverse', { paymentId: busy.paymentId })
    await reverse(done)
    for (const { orderId } of [busy, done]) await harness.db.transaction((trx) => cancelOrder(trx, orderId, 'internal'))
    expect(await reversals(busy)).to.have.length(1)
    expect(await reversals(done)).to.have.length(0)
  })

  it('follows a refund of nobody that failed while it was pending, and operators are told (invariant 6)', async () => {
    const order = await heldOrder(harness, { method: 'pm_card_pendingRefund' })
    await harness.perform('payments.charge', { paymentId: order.paymentId })
    const { job } = await reverse(order)
    await Job.query(harness.db).deleteById(job.id)
    await Order.query(harness.db).patch({ state: 'cancelled', cancelReason: 'internal' }).findById(order.orderId)
    const failed = harness.simulator.controls.failRefund(refundsOf(harness, order)[0]!.id, 'declined')
    const { job: processed } = await processEvent(harness, 'refund.failed', failed)
    expect(processed.result).to.include({ advanced: true, found: 'refund-failed-later' })
    expect(await reversals(order)).to.have.length(1)
  })

  it('cancels at the provider what is set aside for a payment that we have given up', async () => {
    const order = await heldOrder(harness, { capture: 'manual' })
    await harness.perform('payments.charge', { paymentId: order.paymentId })
    await Payment.query(harness.db).patch({ state: 'cancelled' }).findById(order.paymentId)
    const { job } = await processEvent(
      harness,
      'payment_intent.amount_capturable_updated',
      intentsOf(harness, order)[0]!,
    )
    expect(job.result).to.include({ found: 'state-differs' })
    const [reversal] = await reversals(order)
    expect((await attempt(harness.runtime, reversal!)).outcome).to.equal('succeeded')
    expect(intentsOf(harness, order).map(({ status }) => status)).to.deep.equal(['canceled'])
  })
})
