// A run of the reconciliation: bounded, resumable where it broke off, stopped by a provider that cannot be asked, and each
// begins where the last one ended.
import { expect } from 'chai'
import { Reconciliation } from '../../../../lib/models/reconciliation.ts'
import { WebhookEvent } from '../../../../lib/models/webhook-event.ts'
import type { PaymentGateway } from '../../../../lib/payments/gateway.ts'
import { createClaims } from '../../../../workers/claims.ts'
import { eventOf, findingsOf, post } from '../../../support/events.ts'
import { useHarness } from '../../../support/harness.ts'
import { attempt } from '../../../support/probe.ts'
import { chargePastUs, letMinutesPass } from '../../../support/provider.ts'
import { insertJobOf, paidOrder, unreachableGateway } from '../../../support/shop.ts'

const MINUTES = 60_000

describe('a run of maintenance.reconcile', () => {
  const harness = useHarness()
  /** Nobody renews claims here, and a run takes its time. */
  const runtime = (payments: PaymentGateway = harness.runtime.payments) => {
    const leaseMs = 60_000
    return { ...harness.runtime, payments, leaseMs, claims: createClaims(harness.db, leaseMs) }
  }
  const run = async () => attempt(runtime(), await insertJobOf(harness, 'maintenance.reconcile', {}))
  const kindsOf = async (about: { id: string }) =>
    (await findingsOf(harness, about)).map(({ kind, resolvedAt }) => (resolvedAt ? `${kind}, resolved` : kind))
  const letPass = (minutes: number) => letMinutesPass(harness, minutes)
  const orphan = (amount?: number) => chargePastUs(harness, amount === undefined ? {} : { amount })
  afterEach(() => harness.simulator.faults.load([]))

  it('waits, burning no attempt, while the provider cannot be asked, and then goes on', async () => {
    await orphan()
    await letPass(2)
    const job = await insertJobOf(harness, 'maintenance.reconcile', {}, 3)
    const offline = runtime(await unreachableGateway())
    for (const attempts of [1, 2]) {
      const { outcome, job: after } = await attempt(offline, job)
      expect(outcome).to.equal('postponed')
      expect(after).to.include({ attempt: attempts, maxAttempts: 3 + attempts, error: null })
    }
    expect((await attempt(runtime(), job)).job.result).to.include({ filed: 1, complete: true })
  })

  it('goes on at its page after a break, looking at nothing twice and at everything once', async () => {
    const { books } = harness.simulator
    const first = await orphan(100)
    const intents = Array.from({ length: 130 }, (_, n) => (n ? books.save({ ...first, id: `${first.id}${n}` }) : first))
    await letPass(2)
    const { payments } = harness.runtime
    const seen: string[] = []
    let pages = 0
    const breaking: PaymentGateway = {
      ...payments,
      listIntents: async (window) => {
        pages++
        if (pages === 2) throw new Error('the worker is killed')
        const page = await payments.listIntents(window)
        seen.push(...page.entries.map(({ id }) => id))
        return page
      },
    }
    const job = await insertJobOf(harness, 'maintenance.reconcile', {})
    expect((await attempt(runtime(breaking), job)).outcome).to.equal('retried')
    const half = await Reconciliation.query(harness.db).findOne({ finishedAt: null }).throwIfNotFound()
    expect(half).to.include({ phase: 'intents', cursor: seen.at(-1) })
    expect(half.counts.filed).to.equal(100)

    const { job: done } = await attempt(runtime(breaking), job)
    expect(done.result).to.include({ filed: 130, complete: true })
    expect(done.needsAttention).to.include('130 new discrepancies')
    for (const intent of intents) expect(await kindsOf(intent)).to.deep.equal(['orphan-charge'])
    expect(new Set(seen).size).to.equal(seen.length)
    expect(seen).to.include.members(intents.map(({ id }) => id))
    expect(await Reconciliation.query(harness.db).findOne({ finishedAt: null })).to.equal(undefined)
    for (const { id } of intents) books.intents.delete(id)
    expect((await run()).job.result).to.include({ resolved: 130 })
  }).timeout(60_000)

  it('stops when it is asked to, and goes on later', async () => {
    await paidOrder(harness)
    await letPass(2)
    const { payments } = harness.runtime
    const interrupted = runtime({
      ...payments,
      listIntents: async (window) => {
        interrupted.claims.interrupt()
        return payments.listIntents(window)
      },
    })
    const job = await insertJobOf(harness, 'maintenance.reconcile', {})
    expect((await attempt(interrupted, job)).outcome).to.equal('postponed')
    expect((await attempt(runtime(), job)).job.result).to.include({ complete: true })
  })

  it('begins each window where the last one ended, and forgets what nobody will send again', async () => {
    const event = eventOf('payment_intent.succeeded', { object: 'payment_intent', id: 'pi_old' })
    const fresh = eventOf('payment_intent.succeeded', { object: 'payment_intent', id: 'pi_new' })
    await post(harness, event)
    await post(harness, fresh)
    await WebhookEvent.query(harness.db)
      .patch({ receivedAt: new Date(Date.now() - 36 * 24 * 60 * MINUTES) })
      .where({ eventId: event.id })
    const [first, second] = [await run(), await run()]
    const window = ({ job }: typeof first) => job.result!.window as { from: string; to: string }
    expect(window(second).from).to.equal(window(first).to)
    expect(Date.now() - Date.parse(window(second).to)).to.be.within(MINUTES, 2 * MINUTES)
    const kept = (await WebhookEvent.query(harness.db)).map(({ eventId }) => eventId)
    expect(kept).to.include(fresh.id).and.not.include(event.id)
  })
})
