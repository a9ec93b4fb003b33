// An order whose money is taken at the provider while its capture or cancellation waits: that is not called off any more,
// because the order could not be authorized again; it goes on, however late (invariants 2, 5 and 6).
import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { raw } from 'objection'
import { cancelJob } from '../../../../lib/jobs/cancel.ts'
import { inTransaction } from '../../../../lib/jobs/enqueue.ts'
import { expireUnstarted } from '../../../../lib/jobs/expire.ts'
import { acceptUnique } from '../../../../lib/jobs/unique.ts'
import { Job } from '../../../../lib/models/job.ts'
import { Order } from '../../../../lib/models/order.ts'
import { examineIntent } from '../../../../lib/payments/reconcile-intent.ts'
import { registry } from '../../../../workers/registry.ts'
import { noDispatch, useHarness } from '../../../support/harness.ts'
import { brokenStock } from '../../../support/invariants.ts'
import {
  acceptJob,
  authorizedOrder,
  brokenMoneyOf,
  errorOf,
  intentsOf,
  type OpenOrder,
  paymentOf,
  runFlow,
  stockedProduct,
  stockOf,
} from '../../../support/shop.ts'

type Settling = 'orders.capture' | 'orders.cancel'
type Waiting = OpenOrder & { sku: string; type: Settling; job: Job }

describe('an order that is settled at the provider while its capture or its cancellation waits', function () {
  this.timeout(60_000)
  const harness = useHarness()
  const runtime = () => ({ ...harness.runtime, dispatch: noDispatch })
  const rowOf = ({ id }: Pick<Job, 'id'>) => Job.query(harness.db).findById(id).throwIfNotFound()
  const stateOf = async ({ orderId }: OpenOrder) =>
    (await Order.query(harness.db).findById(orderId).throwIfNotFound()).state
  const cancel = ({ job: { id } }: Waiting) =>
    inTransaction(harness.db, noDispatch, (trx) =>
      cancelJob(trx, registry, { id, accountId: harness.accountId }, { reason: null, keyId: null }),
    )

  /** As reconciliation and webhooks do. */
  const compare = async (order: OpenOrder) => {
    const settle = await examineIntent(runtime(), intentsOf(harness, order)[0]!.id)
    if (settle) await inTransaction(harness.db, noDispatch, settle)
  }
  /** The capture or cancellation of an order waits, and its intent is as `change` left it, which is compared with our rows. */
  const settledPastUs = async (type: Settling, change: (intentId: string) => unknown): Promise<Waiting> => {
    const sku = await stockedProduct(harness, 10)
    const order = await authorizedOrder(harness, { items: [{ sku, quantity: 3 }] })
    const job = await acceptJob(harness, type, { orderId: order.orderId })
    await change(intentsOf(harness, order)[0]!.id)
    await compare(order)
    return { ...order, sku, type, job }
  }
  const captured = (type: Settling) =>
    settledPastUs(type, (id) => harness.runtime.payments.captureIntent(id, 3000, randomUUID()))
  const letLate = ({ job }: Waiting) =>
    Job.query(harness.db)
      .patch({ startBefore: raw("now() - interval '1 s'") })
      .findById(job.id)

  const expectSettled = async (order: Waiting) => {
    const [state, onHand, refundAmount] =
      order.type === 'orders.capture' ? (['confirmed', 7, 0] as const) : (['cancelled', 10, 3000] as const)
    expect((await runFlow(runtime(), order.job.id)).state).to.equal('succeeded')
    expect(await stateOf(order)).to.equal(state)
    expect(await stockOf(harness, order.sku)).to.include({ onHand, reserved: 0 })
    expect(await paymentOf(harness, order)).to.include({ state: 'captured', capturedAmount: 3000, refundAmount })
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
    expect(await brokenStock(harness.db)).to.deep.equal([])
  }

  for (const type of ['orders.capture', 'orders.cancel'] as const) {
    it(`is not authorized again by calling off its ${type}, which goes on (invariants 5 and 6)`, async () => {
      const order = await captured(type)
      expect(await paymentOf(harness, order)).to.include({ state: 'captured' })
      const { state } = await rowOf(order.job)
      const error = await errorOf(cancel(order))
      expect(error).to.include({ code: 'not-cancellable' })
      expect(error.message).to.include('captured')
      expect(await rowOf(order.job)).to.include({ state, cancelRequestedAt: null })
      await expectSettled(order)
    })

    it(`has its ${type} done late rather than never (invariant 2)`, async () => {
      const order = await captured(type)
      await letLate(order)
      // As if the engine had delivered it, too late.
      await Job.query(harness.db)
        .patch({ dispatchedAt: raw('now()') })
        .findById(order.job.id)
      await expireUnstarted(runtime())
      const left = { state: 'queued', startBefore: null, dispatchedAt: null, needsAttention: null }
      expect(await rowOf(order.job)).to.include(left)
      await expectSettled(order)
    })

    it(`answers with its ${type} who submits another with the same unique key`, async () => {
      const order = await captured(type)
      const uniqueKey = randomUUID()
      await letLate(order)
      await Job.query(harness.db).patch({ uniqueKey }).findById(order.job.id)
      const wish = { definition: registry[type], request: { orderId: order.orderId }, uniqueKey }
      const { job, created } = await inTransaction(harness.db, noDispatch, (trx) =>
        acceptUnique(trx, registry, harness.accountId, wish),
      )
      expect([job.id, job.startBefore, created]).to.deep.equal([order.job.id, null, false])
      await expectSettled(order)
    })

    it(`and the calling off of its ${type} take their turns`, async () => {
      for (let round = 0; round < 5; round++) {
        let asked: PromiseLike<unknown> = Promise.resolve()
        const order = await settledPastUs(type, async (id) => {
          await harness.runtime.payments.captureIntent(id, 3000, randomUUID())
          const job = await Job.query(harness.db).where({ type }).orderBy('id', 'desc').first().throwIfNotFound()
          asked = cancel({ job } as Waiting).catch((error: Error & { code?: string }) => error.code)
        })
        if ((await asked) === 'not-cancellable') await expectSettled(order)
        else if ((await stateOf(order)) === 'capturing') {
          // It was authorized again first; then its capture at the provider was found.
          const { settleJobId } = await Order.query(harness.db).findById(order.orderId).throwIfNotFound()
          const job = await rowOf({ id: settleJobId! })
          await expectSettled({ ...order, type: 'orders.capture', job })
        } else expect((await paymentOf(harness, order)).state).to.equal('authorized')
        expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
      }
    })
  }

  it('is cancelled where its authorization is gone, once its capture is called off', async () => {
    const order = await settledPastUs('orders.capture', (id) => harness.simulator.controls.expireIntent(id))
    expect((await cancel(order)).state).to.equal('cancelled')
    await compare(order)
    const { settleJobId } = await Order.query(harness.db).findById(order.orderId).throwIfNotFound()
    expect((await runFlow(runtime(), settleJobId!)).state).to.equal('succeeded')
    expect(await stateOf(order)).to.equal('cancelled')
    expect(await stockOf(harness, order.sku)).to.include({ onHand: 10, reserved: 0 })
  })
})
