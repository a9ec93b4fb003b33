// Refunds: never more than was taken, each given back once, and a failed one gives its reservation back.
import { expect } from 'chai'
import { Job } from '../../../../lib/models/job.ts'
import { Refund } from '../../../../lib/models/payment.ts'
import { reclaimExpired } from '../../../../workers/reclaim.ts'
import { useHarness } from '../../../support/harness.ts'
import { attempt, expireLease } from '../../../support/probe.ts'
import {
  acceptRefund,
  brokenMoneyOf,
  errorOf,
  gatewayWithWrongKey,
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

const REFUND = 'POST /v1/refunds'

describe('payments.refund', () => {
  const harness = useHarness()
  const run = ({ id }: Refund) => harness.perform('payments.refund', { refundId: id })
  const rowOf = ({ id }: Refund) => Refund.query(harness.db).findById(id).throwIfNotFound()
  const amounts = (order: OpenOrder) => refundsOf(harness, order).map((refund) => refund.amount)
  const accept = (order: OpenOrder, amount?: number) =>
    acceptRefund(harness, order.paymentId, amount === undefined ? {} : { amount })
  const expectRefunded = async (order: OpenOrder, given: number[]) => {
    expect(amounts(order)).to.deep.equal(given)
    expect((await paymentOf(harness, order)).refundAmount).to.equal(given.reduce((sum, each) => sum + each, 0))
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  }
  afterEach(() => harness.simulator.faults.load([]))

  it('gives back a part, then all that is left, each in one transaction with its job (invariant 3)', async () => {
    const order = await paidOrder(harness)
    const part = await accept(order, 80)
    const first = await run(part)
    expect(first.outcome).to.equal('succeeded')
    expect(first.job.result).to.deep.equal({ refundId: part.id, paymentId: order.paymentId, amount: 80 })
    const row = await rowOf(part)
    expect(row).to.include({ state: 'succeeded', providerId: refundsOf(harness, order)[0]?.id })
    expect(row.updatedAt).to.deep.equal(first.job.finishedAt)

    const rest = await accept(order)
    expect(rest.amount).to.equal(2500)
    expect((await run(rest)).outcome).to.equal('succeeded')
    await expectRefunded(order, [80, 2500])
    expect(await errorOf(accept(order))).to.include({ code: 'not-refundable' })
  })

  it('gives back once when the refund is run by a second job (invariant 3)', async () => {
    const order = await paidOrder(harness)
    const refund = await accept(order, 100)
    await run(refund)
    expect((await run(refund)).outcome).to.equal('succeeded')
    await expectRefunded(order, [100])
  })

  it('calls a lost answer unknown, and finds the refund at the next attempt (invariant 3)', async () => {
    const order = await paidOrder(harness)
    const refund = await accept(order, 100)
    harness.simulator.faults.load([loseAnswer(REFUND)])
    const lost = await run(refund)
    expect(lost.outcome).to.equal('postponed')
    expect(lost.job).to.include({ state: 'scheduled', attempt: 1, maxAttempts: 4 })
    expect((await rowOf(refund)).state).to.equal('unknown')

    expect((await harness.performAgain(lost.job)).outcome).to.equal('succeeded')
    expect(await rowOf(refund)).to.include({ state: 'succeeded', keyGeneration: 1 })
    await expectRefunded(order, [100])
  })

  it('gives back under a new key once an error is replayed for the old one, and not before (invariant 3)', async () => {
    const order = await paidOrder(harness)
    const refund = await accept(order, 100)
    harness.simulator.faults.load([{ on: REFUND, do: 'error', times: 1 }])
    const lost = await run(refund)
    expect(lost.outcome).to.equal('postponed')
    // A first 5xx may be a proxy's, and the refund still under way.
    expect(await rowOf(refund)).to.include({ state: 'unknown', keyGeneration: 1 })
    const replayed = await harness.performAgain(lost.job)
    expect(replayed.outcome).to.equal('postponed')
    expect(await rowOf(refund)).to.include({ state: 'unknown', keyGeneration: 2 })
    expect(amounts(order)).to.deep.equal([])

    expect((await harness.performAgain(replayed.job)).outcome).to.equal('succeeded')
    await expectRefunded(order, [100])
  })

  it('gives back once when the provider answers 500 although it did (invariant 3)', async () => {
    const order = await paidOrder(harness)
    const refund = await accept(order, 100)
    harness.simulator.faults.load([{ on: REFUND, do: 'error-after', times: 1 }])
    const lost = await run(refund)
    expect(lost.outcome).to.equal('postponed')
    expect(await rowOf(refund)).to.include({ state: 'unknown', keyGeneration: 1 })

    expect((await harness.performAgain(lost.job)).outcome).to.equal('succeeded')
    await expectRefunded(order, [100])
  })

  it('keeps a lost answer unknown, and burns no attempt, while the provider cannot be asked (invariant 3)', async () => {
    const order = await paidOrder(harness)
    const refund = await accept(order, 100)
    harness.simulator.faults.load([loseAnswer(REFUND)])
    const { job } = await run(refund)
    const offline = { ...harness.runtime, payments: await unreachableGateway() }
    const outcomes: string[] = []
    for (let looks = 0; looks < 5; looks++) outcomes.push((await attempt(offline, job)).outcome)
    expect(outcomes).to.deep.equal(Array(5).fill('postponed'))
    expect((await rowOf(refund)).state).to.equal('unknown')

    expect((await attempt(harness.runtime, job)).outcome).to.equal('succeeded')
    await expectRefunded(order, [100])
  })

  it('waits without burning an attempt while the provider refuses our key, then gives back', async () => {
    const order = await paidOrder(harness)
    const { id: refundId } = await accept(order, 100)
    const job = await insertJobOf(harness, 'payments.refund', { refundId })
    const refused = await attempt({ ...harness.runtime, payments: gatewayWithWrongKey(harness) }, job)
    expect(refused.outcome).to.equal('postponed')
    expect(refused.job).to.include({ state: 'scheduled', attempt: 1, maxAttempts: 4 })

    expect((await attempt(harness.runtime, job)).outcome).to.equal('succeeded')
    await expectRefunded(order, [100])
  })

  it('gives back once when two attempts run side by side; the late one writes nothing (invariant 4)', async () => {
    const { runtime, simulator } = harness
    const order = await paidOrder(harness)
    const refund = await accept(order, 100)
    const job = await insertJobOf(harness, 'payments.refund', { refundId: refund.id })
    const { played } = simulator.faults
    simulator.faults.load([{ on: REFUND, do: 'delay', times: 1, ms: 1500 }])
    const late = attempt(runtime, job)
    await waitFor('the slow refund', async () => simulator.faults.played > played)
    await expireLease(runtime, job)
    expect(await reclaimExpired(runtime)).to.equal(true)

    // The provider is still at it: it answers 409 to the same key.
    const second = await attempt(runtime, job)
    expect(second.outcome).to.equal('postponed')
    expect(second.job).to.include({ attempt: 2, maxAttempts: 4 })
    expect((await late).outcome).to.equal('claim-lost')
    expect(await Job.query(harness.db).findById(job.id)).to.deep.equal(second.job)
    expect((await attempt(runtime, job)).outcome).to.equal('succeeded')
    await expectRefunded(order, [100])
  })

  it('never reserves more than was taken, however many ask at once (invariant 6)', async () => {
    const order = await paidOrder(harness)
    const asked = await Promise.allSettled(Array.from({ length: 12 }, () => accept(order, 700)))
    const accepted = asked.filter((each) => each.status === 'fulfilled').map((each) => each.value)
    const refused = asked.filter((each) => each.status === 'rejected').map((each) => each.reason.code)
    expect(refused).to.deep.equal(Array(9).fill('not-refundable'))
    expect((await paymentOf(harness, order)).refundAmount).to.equal(2100)

    const outcomes = await Promise.all(accepted.map(run))
    expect(outcomes.map(({ outcome }) => outcome)).to.deep.equal(Array(3).fill('succeeded'))
    await expectRefunded(order, [700, 700, 700])
  })

  it('refuses what cannot be given back: too much, an uncaptured payment, a payment of another account', async () => {
    const paid = await paidOrder(harness)
    expect(await errorOf(accept(paid, 2581))).to.include({ code: 'not-refundable' })
    expect(await errorOf(accept(await openOrder(harness)))).to.include({ code: 'not-refundable' })
    const foreign = await harness.otherAccount()
    expect((await foreign.post(`/v1/payments/${paid.paymentId}/refunds`, {})).status).to.equal(404)
    await expectRefunded(paid, [])
  })

  it('gives its amount back to be refunded again when the provider reports the refund as failed', async () => {
    const { books, faults } = harness.simulator
    const order = await paidOrder(harness)
    const refund = await accept(order)
    faults.load([loseAnswer(REFUND)])
    const { job } = await run(refund)
    const [made] = refundsOf(harness, order)
    books.save({ ...made!, status: 'failed', failure_reason: 'expired_or_canceled_card' })

    const failed = await harness.performAgain(job)
    expect(failed.outcome).to.equal('failed')
    expect(failed.job.error).to.include({ type: '/problems/refund-failed' })
    const row = await rowOf(refund)
    expect(row).to.include({ state: 'failed', failureCode: 'expired_or_canceled_card' })
    expect(row.updatedAt).to.deep.equal(failed.job.finishedAt)
    expect((await paymentOf(harness, order)).refundAmount).to.equal(0)

    expect((await run(await accept(order))).outcome).to.equal('succeeded')
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  })

  it('gives its amount back when the provider refuses the refund', async () => {
    const order = await paidOrder(harness)
    const refund = await accept(order)
    // Somebody gave the money back at the provider, past us.
    const [intent] = intentsOf(harness, order)
    const elsewhere = { intentId: intent!.id, refundId: 'elsewhere', amount: intent!.amount, key: order.orderId }
    await harness.runtime.payments.createRefund(elsewhere)

    const { outcome, job } = await run(refund)
    expect(outcome).to.equal('failed')
    expect((await rowOf(refund)).state).to.equal('failed')
    expect((await paymentOf(harness, order)).refundAmount).to.equal(0)
    expect(job.error).to.include({ type: '/problems/refund-failed' })
  })

  it('cannot be raised above the captured amount past the code: a CHECK stands in the way (invariant 6)', async () => {
    const { db } = harness
    const [paid, unpaid] = [await paidOrder(harness), await openOrder(harness)]
    const set = (id: string, refundAmount: number) => db('payments').where({ id }).update({ refundAmount })
    for (const attempted of [set(paid.paymentId, 2581), set(paid.paymentId, -1), set(unpaid.paymentId, 1)])
      expect(await errorOf(attempted)).to.include({ code: '23514' })
    expect(await set(paid.paymentId, 2580)).to.equal(1)
    await set(paid.paymentId, 0)
  })
})
