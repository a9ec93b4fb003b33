// An order whose holds expired between its steps: it goes on if its stock is still there; if not, nothing is charged, or what
// was charged is given back without anybody's doing (invariants 5 and 6).
import { expect } from 'chai'
import { raw } from 'objection'
import type { JobId } from '../../../../lib/ids.ts'
import { Job } from '../../../../lib/models/job.ts'
import { Order } from '../../../../lib/models/order.ts'
import { Hold } from '../../../../lib/models/stock-ledger.ts'
import { expireHolds } from '../../../../lib/stock/holds.ts'
import { noDispatch, useHarness } from '../../../support/harness.ts'
import { brokenStock } from '../../../support/invariants.ts'
import { attempt } from '../../../support/probe.ts'
import {
  brokenMoneyOf,
  heldOrder,
  intentsOf,
  letHoldsAge,
  loseAnswer,
  type OpenOrder,
  openOrder,
  paymentOf,
  reachStep,
  runFlow,
  stockedProduct,
  stockOf,
} from '../../../support/shop.ts'

describe('an order that is late', () => {
  const harness = useHarness()
  const runtime = () => ({ ...harness.runtime, dispatch: noDispatch })
  const newOrder = async () => {
    const sku = await stockedProduct(harness, 3)
    return { ...(await openOrder(harness, { items: [{ sku, quantity: 3 }] })), sku }
  }
  const finish = async (order: OpenOrder) => {
    const job = await runFlow(runtime(), order.jobId)
    const { state, cancelReason, emails } = await Order.query(harness.db)
      .findById(order.orderId)
      .withGraphFetched('emails')
      .throwIfNotFound()
    return { job: job.state, state, cancelReason, mails: emails.map((mail) => [mail.template, mail.state]) }
  }
  const letExpire = async (order: OpenOrder) => {
    await letHoldsAge(harness, order)
    return (await expireHolds(harness.db)).expired
  }
  const sellTheRest = (sku: string) => heldOrder(harness, { items: [{ sku, quantity: 1 }] })
  const takenBack = {
    job: 'failed',
    state: 'cancelled',
    cancelReason: 'insufficient-stock',
    mails: [['order-cancelled', 'sent']],
  }
  const confirmed = {
    job: 'succeeded',
    state: 'confirmed',
    cancelReason: null,
    mails: [['order-confirmed', 'sent']],
  }
  afterEach('invariants 5 and 6 hold', async () => {
    harness.simulator.faults.load([])
    expect(await brokenStock(harness.db)).to.deep.equal([])
  })

  it('is charged and confirmed when its stock is still there', async () => {
    const order = await newOrder()
    await reachStep(runtime(), order.jobId, 'payments.charge')
    expect(await letExpire(order)).to.equal(1)
    expect(await finish(order)).to.deep.equal(confirmed)
    expect(await stockOf(harness, order.sku)).to.include({ onHand: 0, reserved: 0 })
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  })

  it('is cancelled before any money moves when its stock is sold', async () => {
    const order = await newOrder()
    await reachStep(runtime(), order.jobId, 'payments.charge')
    await letExpire(order)
    await sellTheRest(order.sku)
    expect(await finish(order)).to.deep.equal(takenBack)
    expect(intentsOf(harness, order).map((intent) => intent.amount_received)).to.satisfy((amounts: number[]) =>
      amounts.every((amount) => amount === 0),
    )
    expect(await paymentOf(harness, order)).to.include({ state: 'cancelled', refundAmount: 0 })
    expect(await stockOf(harness, order.sku)).to.include({ onHand: 3, reserved: 1 })
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  })

  it('keeps its stock while its charge is unknown, however long that takes (invariant 5)', async () => {
    const order = await newOrder()
    const charge = await reachStep(runtime(), order.jobId, 'payments.charge')
    harness.simulator.faults.load([loseAnswer('POST /v1/payment_intents/:id/confirm')])
    await attempt(runtime(), charge)
    expect((await paymentOf(harness, order)).state).to.equal('unknown')
    expect(await letExpire(order)).to.equal(0)
    expect(await stockOf(harness, order.sku)).to.include({ onHand: 3, reserved: 3 })
    expect(await finish(order)).to.deep.equal(confirmed)
  })

  it('keeps its stock while its money is only set aside (invariant 5)', async () => {
    const sku = await stockedProduct(harness, 3)
    const order = await openOrder(harness, { items: [{ sku, quantity: 3 }], capture: 'manual' })
    expect(await finish(order)).to.include({ job: 'succeeded', state: 'authorized' })
    expect(await letExpire(order)).to.equal(0)
    expect(await stockOf(harness, sku)).to.include({ onHand: 3, reserved: 3 })
  })

  /** What should not be possible: the hold of a captured charge is let go all the same. */
  const loseHold = async (order: OpenOrder) => {
    await Hold.query(harness.db)
      .patch({ expiresAt: raw('created_at') })
      .where({ orderId: order.orderId })
    expect((await expireHolds(harness.db)).expired).to.equal(1)
  }

  it('takes its stock again when the charge succeeds after all', async () => {
    const order = await newOrder()
    await reachStep(runtime(), order.jobId, 'inventory.commit')
    await loseHold(order)
    expect(await finish(order)).to.deep.equal(confirmed)
    expect(await stockOf(harness, order.sku)).to.include({ onHand: 0, reserved: 0 })
  })

  it('is refunded and cancelled when the charge succeeds after all and its stock is sold', async () => {
    const order = await newOrder()
    await reachStep(runtime(), order.jobId, 'inventory.commit')
    expect((await paymentOf(harness, order)).state).to.equal('captured')
    await loseHold(order)
    await sellTheRest(order.sku)
    expect(await finish(order)).to.deep.equal(takenBack)
    expect(await paymentOf(harness, order)).to.include({ state: 'captured', refundAmount: 3000 })
    expect(await stockOf(harness, order.sku)).to.include({ onHand: 3, reserved: 1 })
    const steps = await Job.query(harness.db)
      .where({ parentId: order.jobId as JobId })
      .orderBy('id')
    expect(steps.map(({ stepRole, type, state }) => `${stepRole} ${type} ${state}`)).to.include.members([
      'do inventory.commit failed',
      'undo payments.reverse succeeded',
      'undo inventory.release succeeded',
    ])
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  })
})
