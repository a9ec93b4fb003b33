// A run of the reconciliation: bounded, resumable where it broke off, stopped by a provider that cannot be asked, and each
// begins where the last one ended.
import { expect } from 'chai'
import { Job } from '../../../../lib/models/job.ts'
import { Reconciliation } from '../../../../lib/models/reconciliation.ts'
import { WebhookEvent } from '../../../../lib/models/webhook-event.ts'
import type { PaymentGateway } from '../../../../lib/payments/gateway.ts'
import { Refused } from '../../../../lib/payments/refusal.ts'
import { createClaims } from '../../../../workers/claims.ts'
import { eventOf, findingsOf, post } from '../../../support/events.ts'
import { useHarness } from '../../../support/harness.ts'
import { attempt } from '../../../support/probe.ts'
import { chargePastUs, letMinutesPass } from '../../../support/provider.ts'
import { authorizedOrder, insertJobOf, intentsOf, paidOrder, unreachableGateway } from '../../../support/shop.ts'

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

  it('goes on past what cannot be compared, counts it, and tells somebody', async () => {
    const bad = await orphan(100)
    const good = await orphan(200)
    await letPass(2)
    const { payments } = harness.runtime
    const lookUpIntent: PaymentGateway['lookUpIntent'] = async (id) => {
      if (id === bad.id) throw new Error('nobody thought of that')
      return payments.lookUpIntent(id)
    }
    const { outcome, job } = await attempt(
      runtime({ ...payments, lookUpIntent }),
      await insertJobOf(harness, 'maintenance.reconcile', {}),
    )
    expect(outcome).to.equal('succeeded')
    // Listed, and told of.
    expect(job.result).to.include({ complete: true, filed: 1, skipped: 2 })
    expect(job.needsAttention).to.include('1 new discrepancy').and.to.include('2 could not be compared')
    expect(await kindsOf(good)).to.deep.equal(['orphan-charge'])
    expect((await run()).job.result).to.include({ filed: 1, skipped: 0 })
  })

  it('looks from the beginning when its place is not known any more, and ends all the same', async () => {
    const intent = await orphan(300)
    await letPass(2)
    for (const refusals of [1, 10]) {
      const job = await insertJobOf(harness, 'maintenance.reconcile', {})
      const broken = runtime({
        ...harness.runtime.payments,
        listIntents: async () => Promise.reject(new Error('killed')),
      })
      expect((await attempt(broken, job)).outcome).to.equal('retried')
      await Reconciliation.query(harness.db).patch({ phase: 'intents', cursor: 'pi_gone' }).where({ finishedAt: null })
      let left = refusals
      const refusing: PaymentGateway['listIntents'] = async (window) => {
        if (left-- > 0) throw new Refused('resource_missing', {})
        return harness.runtime.payments.listIntents(window)
      }
      const { job: done } = await attempt(runtime({ ...harness.runtime.payments, listIntents: refusing }), job)
      expect(done.result).to.include({ complete: true, skipped: Math.min(refusals, 2) })
      expect(done.needsAttention).to.include('could not be compared')
    }
    expect(await kindsOf(intent)).to.deep.equal(['orphan-charge'])
  })

  it('looks at what an event was about whose job was given up', async () => {
    const order = await paidOrder(harness)
    const [intent] = intentsOf(harness, order)
    const { payments } = harness.runtime
    const about = eventOf('payment_intent.succeeded', intent!)
    await post(harness, about)
    const asked: string[] = []
    const telling = runtime({
      ...payments,
      listEvents: async () => ({ entries: [{ id: about.id, objectId: intent!.id }], more: false }),
      listIntents: async () => ({ entries: [], more: false }),
      lookUpIntent: async (id) => {
        asked.push(id)
        return payments.lookUpIntent(id)
      },
    })
    const compare = async () => {
      asked.length = 0
      await letPass(24 * 60)
      await run()
      await attempt(telling, await insertJobOf(harness, 'maintenance.reconcile', {}))
      return asked.filter((id) => id === intent!.id).length
    }
    expect(await compare()).to.equal(0)
    await Job.query(harness.db)
      .patch({
        state: 'failed',
        finishedAt: new Date(),
        dispatchedAt: null,
        error: { type: '/problems/internal', title: '', status: 500, detail: '' },
      })
      .where({ type: 'webhooks.process' })
      .whereNull('finishedAt')
    expect(await compare()).to.equal(1)
  })

  it('asks about a payment that stays authorized once a day', async () => {
    const order = await authorizedOrder(harness)
    const [intent] = intentsOf(harness, order)
    const { payments } = harness.runtime
    let asked = 0
    const counting = runtime({
      ...payments,
      lookUpIntent: async (id) => {
        if (id === intent!.id) asked++
        return payments.lookUpIntent(id)
      },
    })
    await letPass(90)
    await run()
    const hours = []
    for (let hour = 0; hour < 50; hour += 5) {
      asked = 0
      await letPass(5 * 60)
      await attempt(counting, await insertJobOf(harness, 'maintenance.reconcile', {}))
      hours.push(asked)
    }
    expect(hours).to.deep.equal([0, 0, 0, 0, 1, 0, 0, 0, 0, 1])
  })

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
