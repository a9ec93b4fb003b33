// Orders with manual capture: authorized, then captured or cancelled, each once and never both; and never stuck with stock.
import { expect } from 'chai'
import { raw } from 'objection'
import { PermanentError } from '../../../../lib/errors.ts'
import type { JobId } from '../../../../lib/ids.ts'
import { startAttempt } from '../../../../lib/jobs/transitions.ts'
import { Job } from '../../../../lib/models/job.ts'
import { Order } from '../../../../lib/models/order.ts'
import { Hold } from '../../../../lib/models/stock-ledger.ts'
import { Refused } from '../../../../lib/payments/refusal.ts'
import { reclaimExpired } from '../../../../workers/reclaim.ts'
import { registry } from '../../../../workers/registry.ts'
import { noDispatch, useHarness } from '../../../support/harness.ts'
import { brokenStock } from '../../../support/invariants.ts'
import { attempt, expireLease } from '../../../support/probe.ts'
import {
  acceptJob,
  authorizedOrder,
  brokenMoneyOf,
  errorOf,
  intentsOf,
  loseAnswer,
  type OpenOrder,
  openOrder,
  paymentOf,
  reachStep,
  runFlow,
  stockedProduct,
  stockOf,
} from '../../../support/shop.ts'

const CAPTURE = 'POST /v1/payment_intents/:id/capture'
const CANCEL = 'POST /v1/payment_intents/:id/cancel'

describe('an authorized order', () => {
  const harness = useHarness()
  const runtime = () => ({ ...harness.runtime, dispatch: noDispatch })
  const newOrder = async () => {
    const sku = await stockedProduct(harness, 10)
    return { ...(await authorizedOrder(harness, { items: [{ sku, quantity: 3 }] })), sku }
  }
  const capture = ({ orderId }: OpenOrder, amount?: number) => acceptJob(harness, 'orders.capture', { orderId, amount })
  const cancel = ({ orderId }: OpenOrder, reason?: string) => acceptJob(harness, 'orders.cancel', { orderId, reason })
  const orderOf = ({ orderId }: OpenOrder) =>
    Order.query(harness.db).findById(orderId).withGraphFetched('emails').throwIfNotFound()
  const stepsOf = async (id: JobId) => {
    const steps = await Job.query(harness.db).where({ parentId: id }).orderBy('id')
    return steps.map(({ stepRole, type, state }) => `${stepRole} ${type} ${state}`)
  }
  const expectOrder = async (order: OpenOrder & { sku: string }, state: string, onHand: number, template: string) => {
    const { emails, ...row } = await orderOf(order)
    expect(row.state).to.equal(state)
    expect(emails.map((mail) => [mail.template, mail.state])).to.deep.equal([[template, 'sent']])
    expect(await stockOf(harness, order.sku)).to.include({ onHand, reserved: 0 })
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  }
  afterEach('invariant 5 holds', async () => {
    harness.simulator.faults.load([])
    expect(await brokenStock(harness.db)).to.deep.equal([])
  })

  it('has its money and its stock set aside, and no mail yet', async () => {
    const order = await newOrder()
    expect(await stepsOf(order.jobId)).to.deep.equal(['do inventory.reserve succeeded', 'do payments.charge succeeded'])
    const job = await Job.query(harness.db).findById(order.jobId).throwIfNotFound()
    expect(job).to.deep.include({ state: 'succeeded', result: { orderId: order.orderId, state: 'authorized' } })
    expect(await orderOf(order)).to.include({ state: 'authorized' })
    expect((await orderOf(order)).emails).to.deep.equal([])
    expect(await Hold.query(harness.db).findOne({ orderId: order.orderId })).to.include({
      state: 'held',
      expiresAt: null,
    })
    expect(await stockOf(harness, order.sku)).to.include({ onHand: 10, reserved: 3 })
  })

  it('is captured: paid, taken out of stock, confirmed by mail', async () => {
    const order = await newOrder()
    const { id } = await capture(order)
    expect(await orderOf(order)).to.include({ state: 'capturing', settleJobId: id })
    expect(await runFlow(runtime(), id)).to.deep.include({
      state: 'succeeded',
      result: { orderId: order.orderId, state: 'confirmed' },
    })
    expect(await stepsOf(id)).to.deep.equal([
      'do payments.capture succeeded',
      'do inventory.commit succeeded',
      'do emails.send succeeded',
    ])
    await expectOrder(order, 'confirmed', 7, 'order-confirmed')
  })

  it('is captured in part, and the customer told how much was charged', async () => {
    const order = await newOrder()
    expect(await errorOf(capture(order, 3001))).to.include({ code: 'invalid-request' })
    expect(await orderOf(order)).to.include({ state: 'authorized' })
    await runFlow(runtime(), (await capture(order, 1050)).id)
    await expectOrder(order, 'confirmed', 7, 'order-confirmed')
    expect(await paymentOf(harness, order)).to.include({ capturedAmount: 1050 })
    const [mail] = (await orderOf(order)).emails
    expect(mail?.data).to.include({ total: '€30.00', charged: '€10.50' })
  })

  it('is cancelled: money and stock released, the customer told', async () => {
    const order = await newOrder()
    const { id } = await cancel(order, 'changed their mind')
    expect(await orderOf(order)).to.include({ state: 'cancelling', settleJobId: id })
    expect((await runFlow(runtime(), id)).state).to.equal('succeeded')
    await expectOrder(order, 'cancelled', 10, 'order-cancelled')
    expect(await orderOf(order)).to.include({ cancelReason: 'requested', cancelNote: 'changed their mind' })
    expect(await paymentOf(harness, order)).to.include({ state: 'cancelled' })
    expect(intentsOf(harness, order)[0]).to.include({ status: 'canceled', amount_received: 0 })
  })

  it('is cancelled when its authorization has expired: stock released, the customer told', async () => {
    const order = await newOrder()
    harness.simulator.controls.expireIntent(intentsOf(harness, order)[0]!.id)
    const job = await runFlow(runtime(), (await capture(order)).id)
    expect(job.error).to.include({ type: '/problems/capture-failed' })
    expect(job).to.include({ state: 'failed', needsAttention: null })
    await expectOrder(order, 'cancelled', 10, 'order-cancelled')
    expect((await orderOf(order)).cancelReason).to.equal('capture-failed')
  })

  it('is captured or cancelled, never both, however often both are asked for at once (invariant 3)', async () => {
    for (let round = 0; round < 5; round++) {
      const order = await newOrder()
      const asked = [1, 2, 3].flatMap(() => [capture(order), cancel(order)])
      const answers = await Promise.allSettled(asked)
      const [job, ...more] = answers.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
      expect(more).to.deep.equal([])
      const refused = answers.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []))
      expect(refused).to.deep.equal(Array(5).fill('conflict'))
      expect((await runFlow(runtime(), job!.id)).state).to.equal('succeeded')
      if (job!.type === 'orders.capture') await expectOrder(order, 'confirmed', 7, 'order-confirmed')
      else await expectOrder(order, 'cancelled', 10, 'order-cancelled')
      expect(await errorOf(cancel(order))).to.include({ code: 'conflict' })
    }
  })

  it('can only be captured or cancelled while it is authorized, and one that is paid is to be refunded', async () => {
    const open = await openOrder(harness)
    for (const ask of [capture, cancel]) expect(await errorOf(ask(open))).to.include({ code: 'conflict' })
    const order = await newOrder()
    await runFlow(runtime(), (await capture(order)).id)
    const error = await errorOf(cancel(order))
    expect(error.message).to.include('confirmed').and.include(`refund ${order.paymentId}`)
  })

  for (const fault of [
    loseAnswer(CANCEL),
    { on: CANCEL, do: 'cut', times: 2 },
    { on: CANCEL, do: 'error', times: 1 },
    { on: CANCEL, do: 'error-after', times: 1 },
    { on: CANCEL, do: 'conflict', times: 1 },
    { on: CANCEL, do: 'silent', times: 2, ms: 50 },
    { on: CANCEL, do: 'rate-limit', times: 1 },
    { on: CANCEL, do: 'unauthorized', times: 1 },
  ] as const) {
    it(`is cancelled once when the fault is "${fault.do}", and meanwhile called neither (invariant 3)`, async () => {
      const order = await newOrder()
      const { id } = await cancel(order)
      const reverse = await reachStep(runtime(), id, 'payments.reverse')
      harness.simulator.faults.load([fault])
      expect((await attempt(runtime(), reverse)).outcome).to.equal('postponed')
      expect(await paymentOf(harness, order)).to.include({ state: 'cancelling' })
      // Stock that others want does not wait for the provider.
      expect(await stockOf(harness, order.sku)).to.include({ reserved: 0 })
      expect((await runFlow(runtime(), id)).state).to.equal('succeeded')
      await expectOrder(order, 'cancelled', 10, 'order-cancelled')
    })
  }

  it('is turned back when its capture was taken but its stock cannot be: all is given back', async () => {
    const order = await newOrder()
    const failing = { run: () => Promise.reject(new PermanentError('internal', 'Broken by the test.')) }
    const broken = { ...registry['inventory.commit'], work: failing }
    const { id } = await capture(order)
    harness.simulator.faults.load([loseAnswer(CAPTURE)])
    const job = await runFlow({ ...runtime(), catalogue: { ...registry, 'inventory.commit': broken } }, id)
    expect(job.state).to.equal('failed')
    await expectOrder(order, 'cancelled', 10, 'order-cancelled')
    expect(await paymentOf(harness, order)).to.include({ state: 'captured', refundAmount: 3000 })
  })

  it('gives its stock back although its money cannot be given back yet, and somebody is told (invariant 2)', async () => {
    const order = await newOrder()
    const failing = { run: () => Promise.reject(new PermanentError('internal', 'Broken by the test.')) }
    const broken = { ...registry['inventory.commit'], work: failing }
    const catalogue = { ...registry, 'inventory.commit': broken }
    const { id } = await capture(order)
    const reverse = await reachStep({ ...runtime(), catalogue }, id, 'payments.reverse')
    const createRefund = () => Promise.reject(new Refused('not_now', {}))
    const stuck = await attempt({ ...runtime(), payments: { ...runtime().payments, createRefund } }, reverse)
    expect(stuck.job.needsAttention).to.include('not_now')
    const release = await Job.query(harness.db).findOne({ parentId: id, type: 'inventory.release' }).throwIfNotFound()
    await attempt(runtime(), release)
    expect(await stockOf(harness, order.sku)).to.include({ onHand: 10, reserved: 0 })
    expect(await orderOf(order)).to.include({ state: 'capturing' })

    expect((await runFlow(runtime(), id)).state).to.equal('failed')
    await expectOrder(order, 'cancelled', 10, 'order-cancelled')
  })

  for (const ask of [capture, cancel]) {
    it(`ends as cancelled when every worker dies that begins its ${ask.name}`, async () => {
      const order = await newOrder()
      const job = await ask(order)
      await Job.query(harness.db).patch({ maxAttempts: 1 }).findById(job.id)
      await startAttempt(harness.db, job.id, job.dispatchNumber, 1000)
      await expireLease(runtime(), job)
      await Job.query(harness.db)
        .patch({ leaseExpiresAt: raw("now() - interval '1 h'") })
        .findById(job.id)
      await reclaimExpired(runtime())
      expect((await runFlow(runtime(), job.id)).error?.type).to.equal('/problems/worker-lost')
      await expectOrder(order, 'cancelled', 10, 'order-cancelled')
    })
  }
})
