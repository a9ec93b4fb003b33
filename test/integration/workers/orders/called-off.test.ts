// An order that is cancelled while it is placed: whatever was done is taken back, whoever dies in between, and what cannot be
// taken back any more stands (invariants 2, 3, 5 and 6).
import { expect } from 'chai'
import { PermanentError } from '../../../../lib/errors.ts'
import type { JobId } from '../../../../lib/ids.ts'
import { cancelJob } from '../../../../lib/jobs/cancel.ts'
import type { JobContext, Settled } from '../../../../lib/jobs/definition.ts'
import { inTransaction } from '../../../../lib/jobs/enqueue.ts'
import { startAttempt } from '../../../../lib/jobs/transitions.ts'
import { Job } from '../../../../lib/models/job.ts'
import { Order } from '../../../../lib/models/order.ts'
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

type Handler = (input: unknown, context: JobContext) => Promise<Settled>

describe('orders.place that is cancelled', function () {
  this.timeout(60_000)
  const harness = useHarness()
  const runtime = () => ({ ...harness.runtime, dispatch: noDispatch })
  const runtimeWith = (type: keyof typeof registry, run: Handler) => ({
    ...runtime(),
    catalogue: { ...registry, [type]: { ...registry[type], work: { run } } },
  })
  const rowOf = (id: JobId) => Job.query(harness.db).findById(id).throwIfNotFound()
  const newOrder = async () => {
    const sku = await stockedProduct(harness, 10)
    return { ...(await openOrder(harness, { items: [{ sku, quantity: 3 }] })), sku }
  }
  const cancel = (id: JobId) =>
    inTransaction(harness.db, noDispatch, (trx) =>
      cancelJob(trx, registry, { id, accountId: harness.accountId }, { reason: null, keyId: null }),
    )
  const stepsOf = async (id: JobId) => {
    const steps = await Job.query(harness.db).where({ parentId: id }).orderBy('id')
    return steps.map(({ stepRole, type, state }) => `${stepRole} ${type} ${state}`)
  }
  const orderOf = ({ orderId }: OpenOrder) =>
    Order.query(harness.db).findById(orderId).withGraphFetched('emails').throwIfNotFound()

  /** Lets the flow go on to its end, which must be that nothing of the order is left but a mail. */
  const expectCalledOff = async (order: OpenOrder & { sku: string }) => {
    const job = await runFlow(runtime(), order.jobId)
    expect([job.state, job.error?.type]).to.deep.equal(['cancelled', '/problems/cancelled'])
    expect(await Job.query(harness.db).where({ parentId: order.jobId, finishedAt: null }).resultSize()).to.equal(0)
    const { state, cancelReason, emails } = await orderOf(order)
    expect({ state, cancelReason }).to.deep.equal({ state: 'cancelled', cancelReason: 'cancelled' })
    expect(emails.map((mail) => [mail.template, mail.state])).to.deep.equal([['order-cancelled', 'sent']])
    expect(emails[0]?.data?.reason).to.equal('the shop cancelled it')
    expect(await stockOf(harness, order.sku)).to.include({ onHand: 10, reserved: 0 })
    const { capturedAmount, refundAmount } = await paymentOf(harness, order)
    expect(refundAmount).to.equal(capturedAmount ?? 0)
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
    expect((await cancel(order.jobId)).state).to.equal('cancelled')
  }
  const expectConfirmed = async (order: OpenOrder & { sku: string }) => {
    const job = await runFlow(runtime(), order.jobId)
    expect(job).to.include({ state: 'succeeded', cancelRequestedAt: null })
    expect((await orderOf(order)).state).to.equal('confirmed')
    expect(await stockOf(harness, order.sku)).to.include({ onHand: 7, reserved: 0 })
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  }
  afterEach('invariant 5 holds', async () => {
    harness.simulator.faults.load([])
    expect(await brokenStock(harness.db)).to.deep.equal([])
  })

  it('before it has begun does nothing but tell the customer, also when it is asked for twice', async () => {
    const order = await newOrder()
    const asked = await cancel(order.jobId)
    expect(asked).to.include({ state: 'running', attempt: 0 })
    expect((await cancel(order.jobId)).cancelRequestedAt).to.deep.equal(asked.cancelRequestedAt)
    await expectCalledOff(order)
    expect(await stepsOf(order.jobId)).to.deep.equal(['undone emails.send succeeded'])
    expect(intentsOf(harness, order)).to.deep.equal([])
  })

  for (const [type, undone] of [
    ['inventory.reserve', ['undo inventory.release succeeded']],
    ['payments.charge', ['undo payments.reverse succeeded', 'undo inventory.release succeeded']],
    ['inventory.commit', ['undo payments.reverse succeeded', 'undo inventory.release succeeded']],
  ] as const) {
    it(`while ${type} waits cancels that, and takes back what was done`, async () => {
      const order = await newOrder()
      await reachStep(runtime(), order.jobId, type)
      expect((await cancel(order.jobId)).state).to.equal('running')
      await expectCalledOff(order)
      const steps = await stepsOf(order.jobId)
      expect(steps)
        .to.include(`do ${type} cancelled`)
        .and.include.members([...undone])
    })

    it(`while ${type} runs, and its worker dies, is turned back by whoever finds it (invariant 2)`, async () => {
      const order = await newOrder()
      const step = await reachStep(runtime(), order.jobId, type)
      await startAttempt(harness.db, step.id, step.dispatchNumber, 60_000)
      await cancel(order.jobId)
      expect((await rowOf(step.id)).state).to.equal('running')
      await expireLease(runtime(), step)
      await reclaimExpired(runtime())
      await expectCalledOff(order)
    })

    it(`and the end of ${type} take their turns, without waiting for each other in a circle`, async () => {
      for (let round = 0; round < 3; round++) {
        const order = await newOrder()
        const step = await reachStep(runtime(), order.jobId, type)
        const [, asked] = await Promise.all([
          attempt(runtime(), step),
          cancel(order.jobId).catch((error: Error & { code?: string }) => error.code),
          cancel(order.jobId).catch((error: Error & { code?: string }) => error.code),
        ])
        // The stock was committed first: the order stands.
        if (asked === 'not-cancellable' || (await orderOf(order)).state === 'confirmed') await expectConfirmed(order)
        else await expectCalledOff(order)
      }
    })
  }

  it('while money moves awaits the charge, and gives it back (invariant 3)', async () => {
    const order = await newOrder()
    const charge = await reachStep(runtime(), order.jobId, 'payments.charge')
    let signal: AbortSignal | undefined
    const { payments } = runtime()
    const confirmIntent: typeof payments.confirmIntent = async (...args) => {
      await cancel(order.jobId)
      await runtime().claims.renew()
      return payments.confirmIntent(...args)
    }
    const run: Handler = (input, context) => {
      signal = context.signal
      const { work } = registry['payments.charge']
      if (!('run' in work)) throw new Error('it is no flow')
      return work.run(input, context)
    }
    const slow = { ...runtimeWith('payments.charge', run), payments: { ...payments, confirmIntent } }
    expect((await attempt(slow, charge)).outcome).to.equal('succeeded')
    expect(signal?.aborted).to.equal(false)
    expect(await paymentOf(harness, order)).to.include({ state: 'captured', refundAmount: 0 })
    await expectCalledOff(order)
    expect(await paymentOf(harness, order)).to.include({ refundAmount: 3000 })
  })

  it('while the outcome of its charge is unknown has it looked up, and given back if it was taken (invariant 3)', async () => {
    const order = await newOrder()
    const charge = await reachStep(runtime(), order.jobId, 'payments.charge')
    harness.simulator.faults.load([loseAnswer('POST /v1/payment_intents/:id/confirm')])
    await attempt(runtime(), charge)
    expect((await paymentOf(harness, order)).state).to.equal('unknown')
    await cancel(order.jobId)
    expect((await paymentOf(harness, order)).state).to.equal('unknown')
    await expectCalledOff(order)
    expect(await paymentOf(harness, order)).to.include({ state: 'captured', refundAmount: 3000 })
  })

  it('and declined meanwhile is cancelled, with nothing to give back', async () => {
    const sku = await stockedProduct(harness, 10)
    const order = {
      ...(await openOrder(harness, { items: [{ sku, quantity: 3 }], method: 'pm_card_chargeDeclined' })),
      sku,
    }
    const charge = await reachStep(runtime(), order.jobId, 'payments.charge')
    const { payments } = runtime()
    const confirmIntent: typeof payments.confirmIntent = async (...args) => {
      await cancel(order.jobId)
      return payments.confirmIntent(...args)
    }
    await attempt({ ...runtime(), payments: { ...payments, confirmIntent } }, charge)
    await expectCalledOff(order)
  })

  it('while a step runs that can be stopped stops it', async () => {
    const order = await newOrder()
    const commit = await reachStep(runtime(), order.jobId, 'inventory.commit')
    const stoppable: Handler = async (_, { signal }) => {
      const stopped = new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
      })
      await cancel(order.jobId)
      runtime().claims.cancel([order.jobId])
      return stopped
    }
    expect((await attempt(runtimeWith('inventory.commit', stoppable), commit)).outcome).to.equal('cancelled')
    await expectCalledOff(order)
  })

  it('too late for its stock, which was just taken out, is confirmed all the same', async () => {
    const order = await newOrder()
    const commit = await reachStep(runtime(), order.jobId, 'inventory.commit')
    const late: Handler = async (input, context) => {
      await cancel(order.jobId)
      const { work } = registry['inventory.commit']
      if (!('run' in work)) throw new Error('it is no flow')
      return work.run(input, context)
    }
    expect((await attempt(runtimeWith('inventory.commit', late), commit)).outcome).to.equal('succeeded')
    expect(await errorOf(cancel(order.jobId))).to.include({ code: 'not-cancellable' })
    await expectConfirmed(order)
    expect(await errorOf(cancel(order.jobId))).to.include({ code: 'job-finished' })
  })

  it('in the moment in which it begins is turned back, also when that worker dies', async () => {
    for (const dies of [false, true]) {
      const order = await newOrder()
      const flow = await rowOf(order.jobId)
      await startAttempt(harness.db, flow.id, flow.dispatchNumber, 60_000)
      expect((await cancel(flow.id)).state).to.equal('running')
      await expireLease(runtime(), flow)
      if (dies) await reclaimExpired(runtime())
      else {
        await Job.query(harness.db).patch({ state: 'queued', leaseExpiresAt: null }).findById(flow.id)
        await attempt(runtime(), flow)
      }
      await expectCalledOff(order)
    }
  })

  it('while it is taken back already because it failed is refused, and fails', async () => {
    const order = await newOrder()
    const charge = await reachStep(runtime(), order.jobId, 'payments.charge')
    const failing: Handler = (_, { reject }) => reject(new PermanentError('internal', 'Broken by the test.'))
    await attempt(runtimeWith('payments.charge', failing), charge)
    expect(await errorOf(cancel(order.jobId))).to.include({ code: 'not-cancellable' })
    expect((await runFlow(runtime(), order.jobId)).state).to.equal('failed')
  })

  it('by one of its steps is refused, and told of the flow', async () => {
    const order = await newOrder()
    const charge = await reachStep(runtime(), order.jobId, 'payments.charge')
    const error = await errorOf(cancel(charge.id))
    expect(error).to.include({ code: 'not-cancellable' })
    expect(error.message).to.include(`/v1/jobs/${order.jobId}`)
    await expectConfirmed(order)
  })

  it('as its capture or its cancellation, which has not begun, waits again as authorized; begun it goes on', async () => {
    for (const type of ['orders.capture', 'orders.cancel'] as const) {
      const order = await authorizedOrder(harness)
      const { orderId } = order
      const first = await acceptJob(harness, type, { orderId })
      expect((await cancel(first.id)).state).to.equal('cancelled')
      expect(await orderOf(order)).to.include({ state: 'authorized', settleJobId: null, cancelReason: null })
      const second = await acceptJob(harness, type, { orderId })
      await attempt(runtime(), second)
      expect(await errorOf(cancel(second.id))).to.include({ code: 'not-cancellable' })
      expect((await runFlow(runtime(), second.id)).state).to.equal('succeeded')
      expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
    }
  })
})
