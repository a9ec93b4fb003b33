// Reconciliation: what no webhook brought is found, both ways, within one run; and what is gone is closed.
import { expect } from 'chai'
import { settleDiscrepancy } from '../../../../lib/discrepancies.ts'
import { Discrepancy } from '../../../../lib/models/discrepancy.ts'
import { Job } from '../../../../lib/models/job.ts'
import { Order } from '../../../../lib/models/order.ts'
import { Payment, Refund } from '../../../../lib/models/payment.ts'
import { createClaims } from '../../../../workers/claims.ts'
import { findingsOf } from '../../../support/events.ts'
import { useHarness } from '../../../support/harness.ts'
import { attempt } from '../../../support/probe.ts'
import { chargePastUs, letMinutesPass } from '../../../support/provider.ts'
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
} from '../../../support/shop.ts'

const CONFIRM = 'POST /v1/payment_intents/:id/confirm'
const MINUTES = 60_000

describe('maintenance.reconcile', () => {
  const harness = useHarness()
  /** Nobody renews claims here, and a run takes its time. */
  const run = async () => {
    const leaseMs = 60_000
    const runtime = { ...harness.runtime, leaseMs, claims: createClaims(harness.db, leaseMs) }
    return attempt(runtime, await insertJobOf(harness, 'maintenance.reconcile', {}))
  }
  const kindsOf = async (about: { id: string }) =>
    (await findingsOf(harness, about)).map(({ kind, resolvedAt }) => (resolvedAt ? `${kind}, resolved` : kind))
  const letPass = (minutes: number) => letMinutesPass(harness, minutes)
  const orphan = () => chargePastUs(harness)
  const unknownCharge = async () => {
    const order = await heldOrder(harness)
    harness.simulator.faults.load([loseAnswer(CONFIRM)])
    const { job } = await harness.perform('payments.charge', { paymentId: order.paymentId })
    harness.simulator.faults.load([])
    return { order, job }
  }
  const refunded = async (order: OpenOrder, amount: number) => {
    const { id: refundId } = await acceptRefund(harness, order.paymentId, { amount })
    await harness.perform('payments.refund', { refundId })
    return Refund.query(harness.db).findById(refundId).throwIfNotFound()
  }
  afterEach(() => harness.simulator.faults.load([]))

  it('finds nothing where all agrees, and says how much it compared', async () => {
    const order = await paidOrder(harness)
    await refunded(order, 100)
    await letPass(2)
    const { outcome, job } = await run()
    expect(outcome).to.equal('succeeded')
    expect(job.result).to.include({ advanced: 0, filed: 0, resolved: 0, complete: true })
    // The payment and the refund, each seen from both sides.
    expect(job.result!.compared).to.be.at.least(4)
    expect(job.needsAttention).to.equal(null)
    expect(job.progress).to.include({ total: 6 })
    expect(await Discrepancy.query(harness.db).resultSize()).to.equal(0)
  })

  it('files a charge without a row of ours within one run, tells once, and closes it when it is given back', async () => {
    const intent = await orphan()
    // What is younger than a minute may be under way.
    expect((await run()).job.result).to.include({ filed: 0 })
    await letPass(2)
    const found = await run()
    expect(found.job.result).to.include({ filed: 1 })
    expect(found.job.needsAttention).to.include('1 new discrepancy')
    expect(await kindsOf(intent)).to.deep.equal(['orphan-charge'])

    const again = await run()
    expect(again.job.result).to.include({ filed: 0, resolved: 0 })
    expect(again.job.needsAttention).to.equal(null)

    const { id: intentId } = intent
    await harness.runtime.payments.createRefund({ intentId, refundId: 'by-hand', amount: 900, key: intentId })
    expect((await run()).job.result).to.include({ filed: 0, resolved: 1 })
    expect((await run()).job.result).to.include({ filed: 0, resolved: 0 })
    expect(await kindsOf(intent)).to.deep.equal(['orphan-charge, resolved'])
  })

  it('does not file again what an operator has settled, unless it changes', async () => {
    const intent = await orphan()
    await letPass(2)
    await run()
    const [finding] = await findingsOf(harness, intent)
    await settleDiscrepancy(harness.db, finding!.id, 'a test charge of ours')
    expect((await run()).job.result).to.include({ filed: 0 })
    expect(await findingsOf(harness, intent)).to.have.length(1)
    harness.simulator.books.save({ ...intent, created: intent.created - 120, currency: 'usd' })
    expect((await run()).job.result).to.include({ filed: 1 })
  })

  it('has a lost answer looked up at once by the job that waits', async () => {
    const { order, job } = await unknownCharge()
    await Job.query(harness.db)
      .patch({ runAt: new Date(Date.now() + 10 * MINUTES) })
      .findById(job.id)
    await letPass(2)
    expect((await run()).job.result).to.include({ advanced: 1, filed: 0 })
    const waiting = await Job.query(harness.db).findById(job.id).throwIfNotFound()
    expect(waiting.runAt.getTime()).to.be.at.most(Date.now())
    await harness.performAgain(waiting)
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  })

  it('records what the provider says where no job of ours is left, as after a restored backup (invariant 3)', async () => {
    const { order, job } = await unknownCharge()
    const second = await paidOrder(harness)
    const { id: refundId } = await acceptRefund(harness, second.paymentId, { amount: 300 })
    harness.simulator.faults.load([loseAnswer('POST /v1/refunds')])
    const lost = await harness.perform('payments.refund', { refundId })
    await Job.query(harness.db).delete().whereIn('id', [job.id, lost.job.id])
    await letPass(2)
    expect((await run()).job.result).to.include({ advanced: 2, filed: 0 })
    expect((await paymentOf(harness, order)).state).to.equal('captured')
    expect((await Refund.query(harness.db).findById(refundId))?.state).to.equal('succeeded')
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
    expect(await brokenMoneyOf(harness, second)).to.deep.equal([])
  })

  it('gives back what was captured after its order was cancelled, and closes the finding once it is (invariant 6)', async () => {
    const { order, job } = await unknownCharge()
    await Job.query(harness.db).deleteById(job.id)
    await Payment.query(harness.db).patch({ state: 'cancelled' }).findById(order.paymentId)
    await Order.query(harness.db).patch({ state: 'cancelled', cancelReason: 'internal' }).findById(order.orderId)
    await letPass(2)
    expect((await run()).job.result).to.include({ advanced: 1, filed: 1 })
    const [intent] = intentsOf(harness, order)
    expect(await kindsOf(intent!)).to.deep.equal(['late-capture'])
    expect((await run()).job.result).to.include({ resolved: 0 })
    const reversal = await Job.query(harness.db)
      .findOne({ type: 'payments.reverse', finishedAt: null })
      .throwIfNotFound()
    await attempt(harness.runtime, reversal)
    expect((await run()).job.result).to.include({ advanced: 0, filed: 0, resolved: 1 })
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  })

  it('notices a refund that failed later, and an authorization that is gone', async () => {
    const order = await paidOrder(harness)
    const { providerId } = await refunded(order, 400)
    harness.simulator.controls.failRefund(providerId!)
    const held = await authorizedOrder(harness)
    harness.simulator.controls.expireIntent(intentsOf(harness, held)[0]!.id)
    await letPass(2)
    expect((await run()).job.result).to.include({ advanced: 2, filed: 1 })
    expect((await paymentOf(harness, order)).refundAmount).to.equal(0)
    expect(await kindsOf({ id: providerId! })).to.deep.equal(['refund-failed-later'])
    expect(await Order.query(harness.db).findById(held.orderId)).to.include({ state: 'cancelling' })
    // As much is given back again.
    await refunded(order, 400)
    expect((await run()).job.result).to.include({ resolved: 1 })
    expect(await kindsOf({ id: providerId! })).to.deep.equal(['refund-failed-later, resolved'])
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  })

  it('closes a refund that failed later only when as much was given back as all that did (invariant 6)', async () => {
    const order = await paidOrder(harness)
    const [first, second] = [await refunded(order, 400), await refunded(order, 300)]
    const both = [{ id: first.providerId! }, { id: second.providerId! }]
    for (const { id } of both) harness.simulator.controls.failRefund(id)
    await letPass(2)
    expect((await run()).job.result).to.include({ filed: 2 })
    await refunded(order, 400)
    expect((await run()).job.result).to.include({ resolved: 0 })
    await refunded(order, 300)
    expect((await run()).job.result).to.include({ resolved: 2 })
    for (const about of both) expect(await kindsOf(about)).to.deep.equal(['refund-failed-later, resolved'])
  })

  it('hears of what happens to old refunds and intents without a webhook, from the list of events', async () => {
    const order = await paidOrder(harness)
    const { providerId } = await refunded(order, 400)
    const held = await authorizedOrder(harness)
    await letPass(3 * 24 * 60)
    await run()
    harness.simulator.controls.failRefund(providerId!)
    await letPass(2)
    expect((await run()).job.result).to.include({ advanced: 1, filed: 1 })
    expect(await kindsOf({ id: providerId! })).to.deep.equal(['refund-failed-later'])
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
    expect((await paymentOf(harness, held)).state).to.equal('authorized')
  })

  it('files what the provider does not know, and what contradicts a final row, and closes it when it is gone', async () => {
    const { books } = harness.simulator
    const [missing, other] = [await paidOrder(harness), await paidOrder(harness)]
    const [gone] = intentsOf(harness, missing)
    const [changed] = intentsOf(harness, other)
    await letPass(2)
    books.intents.delete(gone!.id)
    const before = books.intents.get(changed!.id)!
    books.save({ ...before, amount_received: 1 })
    expect((await run()).job.result).to.include({ filed: 2 })
    expect(await kindsOf(gone!)).to.deep.equal(['missing-at-provider'])
    expect(await kindsOf(changed!)).to.deep.equal(['amount-differs'])
    books.save(before)
    books.save({ ...gone!, created: gone!.created - 120 })
    expect((await run()).job.result).to.include({ resolved: 2 })
  })

  it('has refunds that nobody is at filed as stalled', async () => {
    const order = await paidOrder(harness)
    const { id } = await acceptRefund(harness, order.paymentId, { amount: 100 })
    await letPass(2)
    await run()
    expect(await kindsOf({ id })).to.deep.equal(['stalled'])
    expect(refundsOf(harness, order)).to.deep.equal([])
    await harness.perform('payments.refund', { refundId: id })
    expect((await run()).job.result).to.include({ resolved: 1 })
  })
})
