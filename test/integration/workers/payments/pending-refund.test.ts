// Refunds that take their time: pending for days, failing after all, not found a day later; and many of them at once.
import { expect } from 'chai'
import { raw } from 'objection'
import { Job } from '../../../../lib/models/job.ts'
import { Order } from '../../../../lib/models/order.ts'
import { Payment, Refund } from '../../../../lib/models/payment.ts'
import { recordRefundFailedLater } from '../../../../lib/payments/reversal.ts'
import { useHarness } from '../../../support/harness.ts'
import { attempt } from '../../../support/probe.ts'
import {
  acceptRefund,
  brokenMoneyOf,
  heldOrder,
  insertJobOf,
  loseAnswer,
  type OpenOrder,
  paidOrder,
  paymentOf,
  refundsOf,
} from '../../../support/shop.ts'

const REFUND = 'POST /v1/refunds'

describe('a refund that is not done at once', () => {
  const harness = useHarness()
  const run = ({ id }: Refund) => harness.perform('payments.refund', { refundId: id })
  const rowOf = ({ id }: Refund) => Refund.query(harness.db).findById(id).throwIfNotFound()
  const accept = ({ paymentId }: OpenOrder, amount: number) => acceptRefund(harness, paymentId, { amount })
  const waitOf = ({ runAt, createdAt }: Job) => runAt.getTime() - createdAt.getTime()
  /** An order paid with a card whose refunds are pending at first. */
  const slowOrder = async () => {
    const order = await heldOrder(harness, { method: 'pm_card_pendingRefund' })
    await harness.perform('payments.charge', { paymentId: order.paymentId })
    return order
  }
  afterEach(() => harness.simulator.faults.load([]))

  it('is pending, which is no error, and waited for longer and longer, but never more than ten minutes', async () => {
    const order = await slowOrder()
    const refund = await accept(order, 100)
    let { outcome, job } = await run(refund)
    for (let looks = 0; looks < 3; looks++) {
      expect(outcome).to.equal('postponed')
      expect(job).to.include({ state: 'scheduled', error: null, needsAttention: null })
      expect(await rowOf(refund)).to.include({ state: 'pending', providerId: refundsOf(harness, order)[0]?.id })
      const waited = waitOf(job)
      ;({ outcome, job } = await harness.performAgain(job))
      expect(waitOf(job)).to.be.above(waited)
    }
    await Job.query(harness.db).patch({ attempt: 30, maxAttempts: 40 }).findById(job.id)
    const { runAt } = (await harness.performAgain(job)).job
    expect(runAt.getTime() - Date.now()).to.be.within(595_000, 600_000)
    expect(refundsOf(harness, order)).to.have.length(1)
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])

    harness.simulator.controls.succeedRefund(refundsOf(harness, order)[0]!.id)
    expect((await harness.performAgain(job)).outcome).to.equal('succeeded')
    expect((await rowOf(refund)).state).to.equal('succeeded')
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  })

  it('that fails while it is pending gives its amount back, and the ledger never hears of it', async () => {
    const order = await slowOrder()
    const refund = await accept(order, 2580)
    const { job } = await run(refund)
    harness.simulator.controls.failRefund(refundsOf(harness, order)[0]!.id, 'declined')
    expect((await harness.performAgain(job)).outcome).to.equal('failed')
    expect(await rowOf(refund)).to.include({ state: 'failed', failureCode: 'declined' })
    expect((await paymentOf(harness, order)).refundAmount).to.equal(0)
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  })

  it('is looked for, never sent again, once its key may be forgotten; and somebody is told (invariant 3)', async () => {
    const order = await paidOrder(harness)
    const refund = await accept(order, 100)
    harness.simulator.faults.load([{ on: REFUND, do: 'cut', times: 2 }])
    const { job } = await run(refund)
    const age = (hours: number) => raw("now() - ? * interval '1 hour'", hours)
    await rowOf(refund).patch({ sentAt: age(23.1) })
    for (let looks = 0; looks < 2; looks++) {
      const { outcome, job: looked } = await harness.performAgain(job)
      expect(outcome).to.equal('postponed')
      expect(looked.needsAttention).to.include('not sent again')
    }
    expect(refundsOf(harness, order)).to.deep.equal([])

    await rowOf(refund).patch({ sentAt: age(22.9) })
    expect((await harness.performAgain(job)).outcome).to.equal('succeeded')
    expect(refundsOf(harness, order)).to.have.length(1)
  })

  it('is sent again, under the next key, once its request is over for sure and had no effect (invariant 3)', async () => {
    const order = await paidOrder(harness)
    const refund = await accept(order, 100)
    harness.simulator.faults.load([{ on: REFUND, do: 'cut', times: 2 }])
    const { job } = await run(refund)
    await rowOf(refund).patch({ sentAt: raw("now() - interval '25.1 hours'") })
    expect((await harness.performAgain(job)).outcome).to.equal('succeeded')
    expect(await rowOf(refund)).to.include({ state: 'succeeded', keyGeneration: 2 })
    expect(refundsOf(harness, order)).to.have.length(1)
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  })

  it('is found a day later all the same', async () => {
    const order = await paidOrder(harness)
    const refund = await accept(order, 100)
    harness.simulator.faults.load([loseAnswer(REFUND)])
    const { job } = await run(refund)
    await rowOf(refund).patch({ sentAt: raw("now() - interval '9 days'") })
    expect((await harness.performAgain(job)).outcome).to.equal('succeeded')
    expect(refundsOf(harness, order)).to.have.length(1)
  })

  it('that fails later is given back again where its order was cancelled, by the job that never gives up', async () => {
    const order = await paidOrder(harness)
    await harness.perform('payments.reverse', { paymentId: order.paymentId })
    await Order.query(harness.db).patch({ state: 'cancelled', cancelReason: 'internal' }).findById(order.orderId)
    const refund = await Refund.query(harness.db).findOne({ paymentId: order.paymentId }).throwIfNotFound()
    harness.simulator.controls.failRefund(refundsOf(harness, order)[0]!.id, 'declined')
    await harness.db.transaction((trx) => recordRefundFailedLater(trx, refund, 'declined'))

    const [reversal, ...more] = await Job.query(harness.db)
      .where({ type: 'payments.reverse', finishedAt: null })
      .whereRaw("input ->> 'paymentId' = ?", order.paymentId)
    expect(more).to.deep.equal([])
    expect((await harness.performAgain(reversal!)).outcome).to.equal('succeeded')
    expect(refundsOf(harness, order).map(({ status }) => status)).to.deep.equal(['failed', 'succeeded'])
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  })

  it('of 20 at once never makes more than was captured, whoever sends them (invariant 6)', async () => {
    const order = await paidOrder(harness)
    const asked = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => accept(order, 200 + n)))
    const accepted = asked.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    expect(accepted.length).to.be.within(11, 12)
    // Each is sent by two jobs side by side, and the reversal of the rest beside them.
    const jobs = await Promise.all(
      accepted.flatMap(({ id }) => [1, 2].map(() => insertJobOf(harness, 'payments.refund', { refundId: id }))),
    )
    const reverse = await insertJobOf(harness, 'payments.reverse', { paymentId: order.paymentId })
    for (let open = [...jobs, reverse]; open.length; ) {
      const ended = await Promise.all(open.map((job) => attempt(harness.runtime, job)))
      expect(ended.map(({ outcome }) => outcome)).to.not.include('failed')
      open = ended.flatMap(({ outcome, job }) => (outcome === 'succeeded' ? [] : [job]))
    }
    const given = refundsOf(harness, order).reduce((sum, refund) => sum + refund.amount, 0)
    expect(given).to.equal(2580)
    expect(await Payment.query(harness.db).findById(order.paymentId)).to.include({ refundAmount: 2580 })
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  })
})
