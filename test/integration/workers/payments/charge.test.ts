// Charging: once, whatever the provider's answers are or however they are lost. The simulator's books are what the
// customer's card sees.
import { expect } from 'chai'
import { startSimulator } from '../../../../lib/local/simulator/index.ts'
import { Job } from '../../../../lib/models/job.ts'
import { createGateway } from '../../../../lib/payments/gateway.ts'
import { reclaimExpired } from '../../../../workers/reclaim.ts'
import { useHarness } from '../../../support/harness.ts'
import { attempt, expireLease } from '../../../support/probe.ts'
import {
  brokenMoneyOf,
  gatewayWithWrongKey,
  heldOrder,
  insertJobOf,
  intentsOf,
  loseAnswer,
  type OpenOrder,
  paymentOf,
  unreachableGateway,
} from '../../../support/shop.ts'
import { waitFor } from '../../../support/wait-for.ts'

const CREATE = 'POST /v1/payment_intents'
const CONFIRM = 'POST /v1/payment_intents/:id/confirm'

describe('payments.charge', () => {
  const harness = useHarness()
  const charge = ({ paymentId }: OpenOrder) => harness.perform('payments.charge', { paymentId })
  const charges = (order: OpenOrder) => intentsOf(harness, order).filter((intent) => intent.amount_received > 0)
  const expectChargedOnce = async (order: OpenOrder) => {
    const payment = await paymentOf(harness, order)
    expect(payment).to.include({ state: 'captured', declineCode: null })
    const [taken, ...more] = charges(order)
    expect(taken).to.include({ id: payment.providerId, status: 'succeeded', amount_received: payment.amount })
    expect(more).to.deep.equal([])
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  }
  afterEach(() => harness.simulator.faults.load([]))

  it('takes the money once and records it with the success of the job in one transaction (invariant 3)', async () => {
    const order = await heldOrder(harness)
    const { outcome, job } = await charge(order)

    expect(outcome).to.equal('succeeded')
    await expectChargedOnce(order)
    const payment = await paymentOf(harness, order)
    expect(job.result).to.deep.equal({
      paymentId: order.paymentId,
      state: 'captured',
      amount: 2580,
      currency: 'EUR',
    })
    // now() is the start of the transaction: the same instant means the same transaction.
    expect(payment.capturedAt).to.deep.equal(job.finishedAt)
    expect(charges(order)[0]).to.include({ amount: 2580, currency: 'eur', payment_method: 'pm_card_visa' })
  })

  it('takes nothing more when the payment is captured already (invariant 3)', async () => {
    const order = await heldOrder(harness)
    await charge(order)
    const { capturedAt } = await paymentOf(harness, order)
    const { outcome } = await charge(order)
    expect(outcome).to.equal('succeeded')
    expect((await paymentOf(harness, order)).capturedAt).to.deep.equal(capturedAt)
    await expectChargedOnce(order)
  })

  it('takes nothing for a payment that was cancelled before anything was sent (invariant 3)', async () => {
    const order = await heldOrder(harness)
    await harness.perform('payments.reverse', { paymentId: order.paymentId })
    const { outcome } = await charge(order)
    expect(charges(order)).to.deep.equal([])
    expect(outcome).to.equal('failed')
    expect((await paymentOf(harness, order)).state).to.equal('cancelled')
  })

  for (const [method, declineCode] of [
    ['pm_card_chargeDeclined', 'generic_decline'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card'],
    ['pm_made_up', 'resource_missing'],
  ] as const) {
    it(`fails the job and declines the payment in one transaction for ${method}`, async () => {
      const order = await heldOrder(harness, { method })
      const { outcome, job } = await charge(order)

      expect(outcome).to.equal('failed')
      expect(job.error).to.include({ type: '/problems/payment-declined', status: 402 })
      expect(job.error?.detail).to.include(declineCode)
      const payment = await paymentOf(harness, order)
      expect(payment).to.include({ state: 'declined', declineCode })
      expect(payment.updatedAt).to.deep.equal(job.finishedAt)
      expect(charges(order)).to.deep.equal([])
    })
  }

  it('calls a lost answer unknown, never failed, and finds the charge at the next attempt (invariant 3)', async () => {
    const order = await heldOrder(harness)
    harness.simulator.faults.load([loseAnswer(CONFIRM)])
    const lost = await charge(order)

    expect(lost.outcome).to.equal('postponed')
    expect(lost.job).to.include({ state: 'scheduled', attempt: 1, maxAttempts: 4, error: null })
    expect((await paymentOf(harness, order)).state).to.equal('unknown')
    expect(charges(order)).to.have.length(1)

    expect((await harness.performAgain(lost.job)).outcome).to.equal('succeeded')
    expect((await paymentOf(harness, order)).keyGeneration).to.equal(1)
    await expectChargedOnce(order)
  })

  it('takes the money once when the answer is lost and the package asks again by itself (invariant 3)', async () => {
    const order = await heldOrder(harness)
    harness.simulator.faults.load([{ ...loseAnswer(CONFIRM), times: 1 }])
    expect((await charge(order)).outcome).to.equal('succeeded')
    await expectChargedOnce(order)
  })

  it('finds a decline whose answer was lost', async () => {
    const order = await heldOrder(harness, { method: 'pm_card_chargeDeclined' })
    harness.simulator.faults.load([loseAnswer(CONFIRM)])
    const lost = await charge(order)
    expect(lost.outcome).to.equal('postponed')
    expect((await paymentOf(harness, order)).state).to.equal('unknown')

    expect((await harness.performAgain(lost.job)).outcome).to.equal('failed')
    expect(await paymentOf(harness, order)).to.include({ state: 'declined', declineCode: 'generic_decline' })
  })

  it('charges under a new key once an error stored for the old one is proven to have had no effect', async () => {
    const order = await heldOrder(harness)
    harness.simulator.faults.load([{ on: CONFIRM, do: 'error', times: 1 }])
    const lost = await charge(order)
    expect(lost.outcome).to.equal('postponed')
    expect(await paymentOf(harness, order)).to.include({ state: 'unknown', keyGeneration: 1 })
    expect(charges(order)).to.deep.equal([])

    expect((await harness.performAgain(lost.job)).outcome).to.equal('succeeded')
    expect((await paymentOf(harness, order)).keyGeneration).to.equal(2)
    await expectChargedOnce(order)
  })

  it('charges once when the provider answers 500 although it took the money (invariant 3)', async () => {
    const order = await heldOrder(harness)
    harness.simulator.faults.load([{ on: CONFIRM, do: 'error-after', times: 1 }])
    const lost = await charge(order)
    expect(lost.outcome).to.equal('postponed')
    expect((await paymentOf(harness, order)).state).to.equal('unknown')

    expect((await harness.performAgain(lost.job)).outcome).to.equal('succeeded')
    await expectChargedOnce(order)
  })

  for (const fault of [
    loseAnswer(CREATE),
    { on: CREATE, do: 'error', times: 1 },
    { on: CREATE, do: 'error-after', times: 1 },
  ] as const) {
    it(`charges once when preparing the charge ends with the fault "${fault.do}"`, async () => {
      const order = await heldOrder(harness)
      harness.simulator.faults.load([fault])
      const lost = await charge(order)
      expect(lost.outcome).to.equal('postponed')
      expect((await paymentOf(harness, order)).state).to.equal('created')
      expect(charges(order)).to.deep.equal([])

      expect((await harness.performAgain(lost.job)).outcome).to.equal('succeeded')
      await expectChargedOnce(order)
    })
  }

  it('charges once through a row of faults, and none of them burns an attempt', async () => {
    const order = await heldOrder(harness)
    harness.simulator.faults.load([
      loseAnswer(CREATE),
      { on: CREATE, do: 'error', times: 1 },
      { on: CONFIRM, do: 'error', times: 2 },
      loseAnswer(CONFIRM),
    ])
    let { outcome, job } = await charge(order)
    for (let more = 0; more < 10 && outcome === 'postponed'; more++)
      ({ outcome, job } = await harness.performAgain(job))

    expect(outcome).to.equal('succeeded')
    expect(job).to.include({ attempt: 6, maxAttempts: 8 })
    expect((await paymentOf(harness, order)).keyGeneration).to.equal(3)
    await expectChargedOnce(order)
  })

  it('takes the money once when two attempts run side by side; the late one writes nothing (invariant 4)', async () => {
    const { runtime, simulator } = harness
    const order = await heldOrder(harness)
    const job = await insertJobOf(harness, 'payments.charge', { paymentId: order.paymentId })
    const { played } = simulator.faults
    simulator.faults.load([{ on: CONFIRM, do: 'delay', times: 1, ms: 1500 }])
    const late = attempt(runtime, job)
    await waitFor('the slow confirmation', async () => simulator.faults.played > played)
    await expireLease(runtime, job)
    expect(await reclaimExpired(runtime)).to.equal(true)

    const second = await attempt(runtime, job)
    expect(second.outcome).to.equal('succeeded')
    const payment = await paymentOf(harness, order)
    expect((await late).outcome).to.equal('claim-lost')
    expect(await Job.query(harness.db).findById(job.id)).to.deep.equal(second.job)
    expect(await paymentOf(harness, order)).to.deep.equal(payment)
    await expectChargedOnce(order)
  })

  it('waits without burning an attempt while the provider refuses our key, then charges', async () => {
    const order = await heldOrder(harness)
    const job = await insertJobOf(harness, 'payments.charge', { paymentId: order.paymentId })
    const refused = await attempt({ ...harness.runtime, payments: gatewayWithWrongKey(harness) }, job)

    expect(refused.outcome).to.equal('postponed')
    expect(refused.job).to.include({ state: 'scheduled', attempt: 1, maxAttempts: 4 })
    expect((await paymentOf(harness, order)).state).to.equal('created')
    expect((await harness.performAgain(refused.job)).outcome).to.equal('succeeded')
    await expectChargedOnce(order)
  })

  it('waits without burning an attempt while the provider cannot be reached, then charges', async () => {
    const order = await heldOrder(harness)
    const offline = { ...harness.runtime, payments: await unreachableGateway() }
    const job = await insertJobOf(harness, 'payments.charge', { paymentId: order.paymentId })
    for (const attemptNumber of [1, 2, 3, 4]) {
      const { outcome, job: after } = await attempt(offline, job)
      expect(outcome).to.equal('postponed')
      expect(after).to.include({ state: 'scheduled', attempt: attemptNumber, maxAttempts: 3 + attemptNumber })
    }
    expect((await attempt(harness.runtime, job)).outcome).to.equal('succeeded')
    await expectChargedOnce(order)
  })

  it('keeps a lost answer unknown as long as the provider cannot be asked (invariant 3)', async () => {
    const order = await heldOrder(harness)
    harness.simulator.faults.load([loseAnswer(CONFIRM)])
    const { job } = await charge(order)
    const offline = { ...harness.runtime, payments: await unreachableGateway() }
    for (let looks = 0; looks < 5; looks++) {
      expect((await attempt(offline, job)).outcome).to.equal('postponed')
      expect((await paymentOf(harness, order)).state).to.equal('unknown')
    }
    expect((await attempt(harness.runtime, job)).outcome).to.equal('succeeded')
    await expectChargedOnce(order)
  })

  it('does not call a lost answer declined when a provider that does not know the charge is asked (invariant 3)', async () => {
    const order = await heldOrder(harness)
    harness.simulator.faults.load([loseAnswer(CONFIRM)])
    const { job } = await charge(order)
    const stranger = await startSimulator()
    try {
      const payments = createGateway({ STRIPE_SECRET_KEY: 'sk_other_account', STRIPE_API_URL: stranger.url })
      await attempt({ ...harness.runtime, payments }, job)
    } finally {
      await stranger.stop()
    }
    expect(charges(order)).to.have.length(1)
    expect((await paymentOf(harness, order)).state).to.equal('unknown')
  })
})
