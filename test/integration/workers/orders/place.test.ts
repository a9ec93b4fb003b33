// The flow of an order where a step or an undo of it goes wrong: the parent always ends, and says so where a person must
// look. Its steps are the product's own but for the one that a test breaks.
import { expect } from 'chai'
import { raw } from 'objection'
import { PermanentError } from '../../../../lib/errors.ts'
import type { JobId } from '../../../../lib/ids.ts'
import type { Catalogue, JobContext, JobDefinition, Settled } from '../../../../lib/jobs/definition.ts'
import { startAttempt } from '../../../../lib/jobs/transitions.ts'
import { Job } from '../../../../lib/models/job.ts'
import { Order } from '../../../../lib/models/order.ts'
import { holdStock } from '../../../../lib/stock/holds.ts'
import { reclaimExpired } from '../../../../workers/reclaim.ts'
import { registry } from '../../../../workers/registry.ts'
import { noDispatch, useHarness } from '../../../support/harness.ts'
import { brokenStock } from '../../../support/invariants.ts'
import { attempt, expireLease } from '../../../support/probe.ts'
import {
  brokenMoneyOf,
  loseAnswer,
  type OpenOrder,
  openOrder,
  paymentOf,
  reachStep,
  runFlow,
  stockedProduct,
  stockOf,
} from '../../../support/shop.ts'
import { waitFor } from '../../../support/wait-for.ts'

type Handler = (input: unknown, context: JobContext) => Promise<Settled>

const failing: Handler = (_, { reject }) => reject(new PermanentError('internal', 'Broken by the test.'))

describe('orders.place', () => {
  const harness = useHarness()
  /** The product's runtime with handlers of a test's own; no engine hears of the jobs. */
  const runtimeWith = (
    handlers: Partial<Record<keyof typeof registry, Handler>>,
    more: Partial<JobDefinition> = {},
  ) => {
    const catalogue: Record<string, JobDefinition> = { ...registry }
    for (const [type, run] of Object.entries(handlers)) {
      const definition = registry[type as keyof typeof registry]
      catalogue[type] = { ...definition, ...more, work: { run } }
    }
    return { ...harness.runtime, dispatch: noDispatch, catalogue: catalogue as Catalogue }
  }
  const newOrder = async (method = 'pm_card_visa') => {
    const sku = await stockedProduct(harness, 10)
    const order = await openOrder(harness, { items: [{ sku, quantity: 3 }], method })
    return { ...order, sku }
  }
  const orderOf = ({ orderId }: OpenOrder) =>
    Order.query(harness.db).findById(orderId).withGraphFetched('[emails, holds]').throwIfNotFound()
  const stepsOf = async ({ jobId }: OpenOrder) => {
    const steps = await Job.query(harness.db).where({ parentId: jobId }).orderBy('id')
    return steps.map(({ stepRole, type, state }) => `${stepRole} ${type} ${state}`)
  }
  const expectTakenBack = async (order: OpenOrder & { sku: string }, cancelReason: string) => {
    expect(await stockOf(harness, order.sku)).to.include({ onHand: 10, reserved: 0 })
    expect(await orderOf(order)).to.include({ state: 'cancelled', cancelReason })
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  }
  afterEach('invariant 5 holds', async () => {
    harness.simulator.faults.load([])
    expect(await brokenStock(harness.db)).to.deep.equal([])
  })

  it('runs its steps in order and ends with the last of them', async () => {
    const order = await newOrder()
    const job = await runFlow(runtimeWith({}), order.jobId)
    expect(job).to.deep.include({
      state: 'succeeded',
      needsAttention: null,
      result: { orderId: order.orderId, state: 'confirmed' },
    })
    expect(await stepsOf(order)).to.deep.equal([
      'do inventory.reserve succeeded',
      'do payments.charge succeeded',
      'do inventory.commit succeeded',
      'do emails.send succeeded',
    ])
    expect(await stockOf(harness, order.sku)).to.include({ onHand: 7, reserved: 0 })
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  })

  it('stands although its mail fails for good, and asks for attention', async () => {
    const order = await newOrder()
    const job = await runFlow(runtimeWith({ 'emails.send': failing }), order.jobId)
    expect(job).to.include({ state: 'succeeded', needsAttention: 'emails.send failed' })
    expect(await orderOf(order)).to.include({ state: 'confirmed' })
    expect((await paymentOf(harness, order)).state).to.equal('captured')
    expect(await stockOf(harness, order.sku)).to.include({ onHand: 7, reserved: 0 })
  })

  it('refunds and releases when the stock cannot be committed', async () => {
    const order = await newOrder()
    const job = await runFlow(runtimeWith({ 'inventory.commit': failing }), order.jobId)
    expect(job).to.include({ state: 'failed', needsAttention: null })
    expect(job.error).to.include({ type: '/problems/internal', detail: 'Broken by the test.' })
    expect(await stepsOf(order)).to.deep.equal([
      'do inventory.reserve succeeded',
      'do payments.charge succeeded',
      'do inventory.commit failed',
      'undo payments.reverse succeeded',
      'undo inventory.release succeeded',
      'undone emails.send succeeded',
    ])
    expect(await paymentOf(harness, order)).to.include({ state: 'captured', refundAmount: 3000 })
    await expectTakenBack(order, 'internal')
    expect((await orderOf(order)).emails.map((email) => [email.template, email.state])).to.deep.equal([
      ['order-cancelled', 'sent'],
    ])
  })

  it('asks the failed step itself to undo: a charge whose worker died after it took the money is refunded', async () => {
    const order = await newOrder()
    const charge = registry['payments.charge'].work as { run: Handler }
    const lost: Handler = async (input, context) => {
      // The charge gets through, its attempt dies before that is recorded.
      harness.simulator.faults.load([loseAnswer('POST /v1/payment_intents/:id/confirm')])
      await charge.run(input, context).catch(() => {})
      return failing(input, context)
    }
    const job = await runFlow(runtimeWith({ 'payments.charge': lost }), order.jobId)
    expect(job.state).to.equal('failed')
    expect(await paymentOf(harness, order)).to.include({ state: 'captured', refundAmount: 3000 })
    await expectTakenBack(order, 'internal')
  })

  it('asks for attention when an undo fails, undoes the rest and still ends (invariant 2)', async () => {
    const order = await newOrder()
    const broken = { 'inventory.commit': failing, 'payments.reverse': failing }
    const job = await runFlow(runtimeWith(broken), order.jobId)
    expect(job).to.include({ state: 'failed', needsAttention: 'payments.reverse failed' })
    expect(await stepsOf(order)).to.deep.equal([
      'do inventory.reserve succeeded',
      'do payments.charge succeeded',
      'do inventory.commit failed',
      'undo payments.reverse failed',
      'undo inventory.release succeeded',
      'undone emails.send succeeded',
    ])
    await expectTakenBack(order, 'internal')
  })

  it('still ends when the mail about the cancellation fails, too', async () => {
    const order = await newOrder('pm_card_chargeDeclined')
    const job = await runFlow(runtimeWith({ 'emails.send': failing }), order.jobId)
    expect(job).to.include({ state: 'failed', needsAttention: 'emails.send failed' })
    expect(job.error).to.include({ type: '/problems/payment-declined' })
    await expectTakenBack(order, 'payment-declined')
  })

  it('is cancelled when the attempts of a step end, and takes back what it did (invariant 2)', async () => {
    const order = await newOrder()
    const throwing: Handler = async () => {
      throw new Error('always')
    }
    const job = await runFlow(runtimeWith({ 'inventory.commit': throwing }, { maxAttempts: 3 }), order.jobId)
    expect(job.state).to.equal('failed')
    const commit = await Job.query(harness.db).findOne({ parentId: order.jobId, type: 'inventory.commit' })
    expect(commit).to.include({ state: 'failed', attempt: 3 })
    expect(await paymentOf(harness, order)).to.include({ state: 'captured', refundAmount: 3000 })
    await expectTakenBack(order, 'internal')
  })

  it('is cancelled when a step kills its worker every time (invariant 2)', async () => {
    const order = await newOrder()
    const stuck: Handler = () => new Promise(() => {})
    const runtime = runtimeWith({ 'inventory.commit': stuck }, { maxAttempts: 2 })
    const commit = await reachStep(runtime, order.jobId, 'inventory.commit')
    const isRunning = async () => (await Job.query(harness.db).findById(commit.id))?.state === 'running'
    for (let death = 0; death < 2; death++) {
      const dying = attempt(runtime, commit)
      await waitFor('the attempt', isRunning)
      await expireLease(runtime, commit)
      expect(await reclaimExpired(runtime)).to.equal(true)
      await runtime.claims.renew()
      expect((await dying).outcome).to.equal('claim-lost')
    }
    const job = await runFlow(runtime, order.jobId)
    expect(job.state).to.equal('failed')
    expect(job.error).to.include({ type: '/problems/worker-lost' })
    expect(await paymentOf(harness, order)).to.include({ state: 'captured', refundAmount: 3000 })
    await expectTakenBack(order, 'worker-lost')
  })

  it('leaves neither effect nor next step of a step that throws inside its commit (invariant 3)', async () => {
    const order = await newOrder()
    const halfway: Handler = (_, { commit }) =>
      commit(async (trx) => {
        await holdStock(trx, order.orderId)
        throw new Error('killed')
      })
    const reserve = await reachStep(runtimeWith({}), order.jobId, 'inventory.reserve')
    expect((await attempt(runtimeWith({ 'inventory.reserve': halfway }), reserve)).outcome).to.equal('retried')
    expect(await stepsOf(order)).to.deep.equal(['do inventory.reserve scheduled'])
    expect(await stockOf(harness, order.sku)).to.include({ onHand: 10, reserved: 0 })
    expect((await orderOf(order)).holds).to.deep.equal([])

    expect((await runFlow(runtimeWith({}), order.jobId)).state).to.equal('succeeded')
    expect(await stockOf(harness, order.sku)).to.include({ onHand: 7, reserved: 0 })
  })

  it('keeps a step and its effect waiting when the next step cannot be written (invariant 3)', async () => {
    const order = await newOrder()
    const reserve = await reachStep(runtimeWith({}), order.jobId, 'inventory.reserve')
    const { 'payments.charge': _, ...catalogue } = registry
    const { outcome } = await attempt({ ...runtimeWith({}), catalogue }, reserve)
    expect(outcome).to.equal('retried')
    expect(await stepsOf(order)).to.deep.equal(['do inventory.reserve scheduled'])
    expect((await orderOf(order)).holds).to.deep.equal([])
  })

  it('does not keep other jobs from being taken back when its own end cannot be written (invariant 2)', async () => {
    const [order, other] = [await newOrder('pm_card_chargeDeclined'), await newOrder()]
    const unwritable: Handler = (_, { commit }) => commit(async () => ({}))
    const runtime = runtimeWith({ 'inventory.release': unwritable }, { maxAttempts: 1 })
    const { 'emails.send': _, ...catalogue } = runtime.catalogue
    const release = await reachStep(runtime, order.jobId, 'inventory.release')
    // Its end is to enqueue a mail, a type that this worker does not know, as in a deploy half done.
    const broken = { ...runtime, catalogue }
    await attempt(broken, release).catch(() => {})
    const innocent = await reachStep(runtime, other.jobId, 'inventory.reserve')
    await startAttempt(harness.db, innocent.id, innocent.dispatchNumber, 1)
    const running = Job.query(harness.db).where({ state: 'running' })
    await running.whereIn('id', [release.id, innocent.id]).patch({ leaseExpiresAt: raw('created_at') })
    for (let round = 0; round < 4; round++) await reclaimExpired(broken).catch(() => {})

    const read = (id: JobId) => Job.query(harness.db).findById(id).throwIfNotFound()
    expect((await read(innocent.id)).state).to.equal('scheduled')
    const [step, flow] = [await read(release.id), await read(order.jobId)]
    const isTold = (step.needsAttention ?? flow.needsAttention) !== null
    expect(step.state !== 'running' || isTold, 'it waits, it ended, or somebody is told').to.equal(true)
  })
})
