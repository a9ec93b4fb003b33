// What an event shows that cannot be put right: it is filed for the operators, once, and the job succeeds.
import { expect } from 'chai'
import { Payment } from '../../../../lib/models/payment.ts'
import { findingsOf, processEvent } from '../../../support/events.ts'
import { useHarness } from '../../../support/harness.ts'
import { chargePastUs } from '../../../support/provider.ts'
import { heldOrder, intentsOf, paidOrder, paymentOf } from '../../../support/shop.ts'

describe('webhooks.process files, without failing,', () => {
  const harness = useHarness()
  const kinds = async (about: { id: string }) =>
    (await findingsOf(harness, about)).map(({ kind, resolvedAt }) => (resolvedAt ? `${kind}, resolved` : kind))

  it("a charge that names nobody's payment, or nonsense", async () => {
    for (const name of ['00000000-0000-7000-8000-0000000000ff', 'nonsense', "'; DROP TABLE payments --"]) {
      const intent = await chargePastUs(harness, { paymentId: name })
      const { outcome, job } = await processEvent(harness, 'payment_intent.succeeded', intent)
      expect(outcome).to.equal('succeeded')
      expect(job.result).to.include({ found: 'orphan-charge' })
      expect(job.needsAttention).to.include('/ops/discrepancies')
      expect(await kinds(intent)).to.deep.equal(['orphan-charge'])
      const told = await processEvent(harness, 'payment_intent.succeeded', intent)
      expect(told.job.needsAttention).to.equal(null)
      expect(await kinds(intent)).to.deep.equal(['orphan-charge'])
    }
  })

  it('a second charge for a payment of ours', async () => {
    const order = await paidOrder(harness)
    const intent = await chargePastUs(harness, { paymentId: order.paymentId, amount: 2580 })
    await processEvent(harness, 'payment_intent.succeeded', intent)
    const [finding] = await findingsOf(harness, intent)
    expect(finding).to.include({ kind: 'orphan-charge', accountId: harness.accountId })
    expect(finding!.detail).to.include({ paymentId: order.paymentId })
    expect((await paymentOf(harness, order)).providerId).to.not.equal(intent.id)
  })

  for (const [what, amount, currency] of [
    ['amount', 2581, 'EUR'],
    ['currency', 2580, 'USD'],
  ] as const) {
    it(`a charge of another ${what}, and records nothing of it`, async () => {
      const order = await heldOrder(harness)
      const intent = await chargePastUs(harness, { paymentId: order.paymentId, amount, currency })
      await Payment.query(harness.db).patch({ providerId: intent.id }).findById(order.paymentId)
      const { outcome } = await processEvent(harness, 'payment_intent.succeeded', intent)
      expect(outcome).to.equal('succeeded')
      expect(await kinds(intent)).to.deep.equal(['amount-differs'])
      expect((await paymentOf(harness, order)).state).to.equal('created')
    })
  }

  it('a refund that somebody made at the provider', async () => {
    const order = await paidOrder(harness)
    const [intent] = intentsOf(harness, order)
    const elsewhere = { intentId: intent!.id, refundId: 'elsewhere', amount: 100, key: order.orderId }
    const { id } = await harness.runtime.payments.createRefund(elsewhere)
    await processEvent(harness, 'refund.created', harness.simulator.books.refunds.get(id)!)
    expect(await kinds({ id })).to.deep.equal(['orphan-refund'])
  })

  it('no orphan whose money was given back before it was looked at', async () => {
    const intent = await chargePastUs(harness)
    await harness.runtime.payments.createRefund({ intentId: intent.id, refundId: 'x', amount: 900, key: intent.id })
    const { job } = await processEvent(harness, 'payment_intent.succeeded', intent)
    expect(job.result).to.include({ found: null })
    expect(await kinds(intent)).to.deep.equal([])
  })
})
