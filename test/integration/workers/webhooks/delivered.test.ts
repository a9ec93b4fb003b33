// Orders, refunds and cancellations under way while the provider's events come lost, twice, late and out of order, while its
// answers are lost, and while everything is compared all the time: no difference is left, and none is reported that is none.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect } from 'chai'
import { inTransaction } from '../../../../lib/jobs/enqueue.ts'
import { Discrepancy } from '../../../../lib/models/discrepancy.ts'
import { Job } from '../../../../lib/models/job.ts'
import { WebhookEvent } from '../../../../lib/models/webhook-event.ts'
import { examineIntent } from '../../../../lib/payments/reconcile-intent.ts'
import type { Settle } from '../../../../lib/payments/reconcile-jobs.ts'
import { examineRefund } from '../../../../lib/payments/reconcile-refund.ts'
import { AnswerLost } from '../../../../lib/payments/refusal.ts'
import { useHarness, webhookSecret } from '../../../support/harness.ts'
import { brokenMoney, brokenStock, unfinishedJobs } from '../../../support/invariants.ts'
import { type orderBody, placeOrder } from '../../../support/orders.ts'
import { paymentOf } from '../../../support/shop.ts'
import { waitFor } from '../../../support/wait-for.ts'

const ORDERS = 12
const PATIENCE_MS = 120_000
const methods = ['pm_card_visa', 'pm_card_chargeDeclined', 'pm_card_visa']
const kinds = ['reset', 'cut', 'error', 'error-after', 'delay'] as const

describe('events that come as they will', () => {
  const harness = useHarness()

  /** Compares everything at the provider with our rows, as a run does, but without waiting for it to settle first. */
  const compareAll = async () => {
    const { db, dispatch, simulator, runtime } = harness
    const settle = async (examined: Promise<Settle | undefined>) => {
      const write = await examined.catch((error: unknown) => {
        if (error instanceof AnswerLost) return undefined
        throw error
      })
      if (write) await inTransaction(db, dispatch, write)
    }
    for (const intent of simulator.books.intents.values()) await settle(examineIntent(runtime, intent.id))
    for (const { id } of simulator.books.refunds.values()) await settle(examineRefund(runtime, { id }))
  }

  let stopComparing = () => {}
  afterEach(() => stopComparing())

  it('leave no difference and report none (invariants 2, 3, 5 and 6)', async () => {
    const { api, apiUrl, db, simulator } = harness
    simulator.setWebhook({ url: `${apiUrl}/webhooks/stripe`, secret: webhookSecret })
    simulator.webhooks.chaos({ seed: 7, drop: 0.1, duplicate: 0.5, delayMs: 40, reorder: 4 })
    simulator.faults.chaos({ seed: 7, rate: 0.1, kinds: [...kinds], delayMs: 100 })
    await harness.startWorkers()
    let busy = true
    stopComparing = () => {
      busy = false
    }
    const comparing = (async () => {
      // As long as there is nothing to compare, others must get their turn.
      for (; busy; await nextTurn()) await compareAll()
    })()

    const finished = (id: string) =>
      waitFor(`job ${id} to end`, () => Job.query(db).findById(id).whereNotNull('finishedAt').execute(), PATIENCE_MS)
    const play = async (n: number) => {
      const capture = n % 4 === 3 ? ('manual' as const) : undefined
      const options = {
        method: methods[n % methods.length],
        items: [{ sku: 'KETTLE', quantity: 1 }],
        ...(capture && { capture }),
      }
      const { jobId, orderId } = await placeOrder(api, options as Parameters<typeof orderBody>[0])
      if ((await finished(jobId)).state !== 'succeeded') return
      const { body: order } = await api.get(`/v1/orders/${orderId}`)
      if (capture) {
        const { body } = await api.post(`/v1/orders/${orderId}/${n % 8 === 3 ? 'cancel' : 'capture'}`, {})
        await finished(body.job.id)
      }
      const { state } = await paymentOf(harness, { paymentId: order.payment.id })
      if (state !== 'captured') return
      const { body } = await api.post(`/v1/payments/${order.payment.id}/refunds`, { amount: 300 })
      await finished(body.job.id)
    }
    await Promise.all(Array.from({ length: ORDERS }, (_, n) => play(n)))
    simulator.controls.calm()
    await waitFor('all events to be delivered', async () => simulator.webhooks.pending === 0, PATIENCE_MS)
    await waitFor('all jobs to end', async () => (await unfinishedJobs(db)).length === 0, PATIENCE_MS)
    stopComparing()
    await comparing
    await compareAll()

    expect(await WebhookEvent.query(db).resultSize()).to.be.greaterThan(ORDERS)
    expect(await brokenMoney(db, simulator)).to.deep.equal([])
    expect(await brokenStock(db)).to.deep.equal([])
    expect(await Discrepancy.query(db)).to.deep.equal([])
    const flagged = await db('jobs').whereNotNull('needsAttention').select('type', 'needsAttention')
    expect(flagged).to.deep.equal([])
  }).timeout(300_000)
})
