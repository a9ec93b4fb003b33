// Work that is useless late (`startBefore`) is not done late: it ends, with its rows, whatever keeps it waiting.
import { expect } from 'chai'
import { raw } from 'objection'
import { engineId } from '../../../lib/dispatch.ts'
import { expireUnstarted } from '../../../lib/jobs/expire.ts'
import { pauseQueue } from '../../../lib/jobs/pauses.ts'
import { Email } from '../../../lib/models/email.ts'
import { Job } from '../../../lib/models/job.ts'
import { Order } from '../../../lib/models/order.ts'
import { Payment } from '../../../lib/models/payment.ts'
import { QueuePause } from '../../../lib/models/queue-pause.ts'
import { execute } from '../../../workers/execute.ts'
import { noDispatch, useHarness } from '../../support/harness.ts'
import { brokenStock } from '../../support/invariants.ts'
import { orderBody } from '../../support/orders.ts'
import { attempt } from '../../support/probe.ts'
import { acceptJob, authorizedOrder, paidOrder, paymentOf, runFlow } from '../../support/shop.ts'

const mail = { to: 'ada@example.com', subject: 'In time', text: 'Hello Ada' }

describe('a job that must begin in time', function () {
  this.timeout(60_000)
  const harness = useHarness()
  const runtime = () => ({ ...harness.runtime, dispatch: noDispatch })
  const rowOf = ({ id }: Pick<Job, 'id'>) => Job.query(harness.db).findById(id).throwIfNotFound()
  const expire = () => expireUnstarted(runtime())
  /** Accepts a job of which it is `ms` until it must have begun. */
  const accept = async (type: Parameters<typeof acceptJob>[1], request: unknown, ms: number) => {
    const { id } = await acceptJob(harness, type, request)
    const startBefore = raw("now() + ? * interval '1 ms'", ms)
    return Job.query(harness.db).patch({ startBefore }).findById(id).returning('*').first().throwIfNotFound()
  }

  it('is done as any other when it does', async () => {
    const job = await accept('emails.send', mail, 60_000)
    expect(await expire()).to.equal(false)
    expect((await attempt(runtime(), job)).outcome).to.equal('succeeded')
  })

  it('is not begun late, not even before it has ended, and then ends with its rows', async () => {
    const job = await accept('emails.send', mail, -1)
    expect(await execute(runtime(), engineId(job))).to.equal('nothing-to-do')
    expect(await rowOf(job)).to.include({ state: 'queued', attempt: 0 })
    await expire()
    const { state, error, cancelRequestedAt } = await rowOf(job)
    expect([state, error?.type, cancelRequestedAt]).to.deep.equal(['cancelled', '/problems/expired', null])
    const email = await Email.query(harness.db).findById(String(job.input.emailId))
    expect(email).to.include({ state: 'failed', failureCode: 'expired' })
  })

  it('ends also while its queue is paused, or before its own time has come', async () => {
    const { db } = harness
    await pauseQueue(db, 'emails', 60_000, 'the test')
    const paused = await accept('emails.send', mail, -1)
    const planned = await accept('emails.send', mail, -1)
    await Job.query(db)
      .patch({ state: 'scheduled', dispatchedAt: null, runAt: raw("now() + interval '1 h'") })
      .findById(planned.id)
    await expire()
    for (const job of [paused, planned]) expect((await rowOf(job)).state).to.equal('cancelled')
    await QueuePause.query(db).delete()
  })

  it('that has begun in time goes on for as long as it takes', async () => {
    const job = await accept('emails.send', mail, 60_000)
    const failing = { ...runtime().mail, send: () => Promise.reject(new Error('not now')) }
    expect((await attempt({ ...runtime(), mail: failing }, job)).outcome).to.equal('retried')
    await Job.query(harness.db)
      .patch({ startBefore: raw("now() - interval '1 s'") })
      .findById(job.id)
    await expire()
    expect((await rowOf(job)).state).to.equal('scheduled')
    expect((await attempt(runtime(), job)).outcome).to.equal('succeeded')
  })

  it('that is an order is called off, and its customer told (invariant 5)', async () => {
    const job = await accept('orders.place', orderBody(), -1)
    await expire()
    const ended = await runFlow(runtime(), job.id)
    expect([ended.state, ended.error?.type]).to.deep.equal(['cancelled', '/problems/expired'])
    const order = await Order.query(harness.db).findById(String(job.input.orderId)).withGraphFetched('emails')
    expect(order).to.include({ state: 'cancelled', cancelReason: 'expired' })
    expect(order?.emails.map(({ template, state }) => [template, state])).to.deep.equal([['order-cancelled', 'sent']])
    expect(await brokenStock(harness.db)).to.deep.equal([])
  })

  it('that is the capture of an order leaves it authorized', async () => {
    const { orderId } = await authorizedOrder(harness)
    const job = await accept('orders.capture', { orderId }, -1)
    await expire()
    expect((await rowOf(job)).state).to.equal('cancelled')
    expect((await Order.query(harness.db).findById(orderId))?.state).to.equal('authorized')
  })

  it('of several at once, in several processes, is ended once', async () => {
    const jobs = []
    for (let n = 0; n < 12; n++) jobs.push(await accept('emails.send', mail, -1))
    await Promise.all([expire(), expire(), expire()])
    for (const job of jobs) expect((await rowOf(job)).state).to.equal('cancelled')
  })

  it('that cannot be ended keeps no other from it, and is shown (invariant 2)', async () => {
    const broken = await accept('emails.send', mail, -2)
    const other = await accept('inventory.adjust', { sku: 'KETTLE', delta: 1, reason: 'found' }, -1)
    const { catalogue } = runtime()
    const send = { ...catalogue['emails.send']!, whenFailed: () => Promise.reject(new Error('Broken by the test.')) }
    await expireUnstarted({ ...runtime(), catalogue: { ...catalogue, 'emails.send': send } })
    expect((await rowOf(other)).state).to.equal('cancelled')
    const row = await rowOf(broken)
    expect(row.state).to.equal('queued')
    expect(row.needsAttention).to.include('could not be ended')
  })

  it('that could not be ended while a row was locked is ended later (invariant 2)', async () => {
    const { db } = harness
    const { paymentId } = await paidOrder(harness)
    const job = await accept('payments.refund', { paymentId, amount: 100 }, -1)
    await Job.query(db).patch({ place: 'kept' }).findById(job.id)
    const { catalogue } = runtime()
    const refund = catalogue['payments.refund']!
    const whenCancelled: typeof refund.whenCancelled = async (input, trx, error) => {
      await trx.raw("SET LOCAL statement_timeout = '100 ms'")
      return (await refund.whenCancelled?.(input, trx, error)) ?? null
    }
    const impatient = { ...catalogue, 'payments.refund': { ...refund, whenCancelled } }
    const round = () => expireUnstarted({ ...runtime(), catalogue: impatient })
    await db.transaction(async (trx) => {
      await Payment.query(trx).findById(paymentId).forUpdate()
      await round()
    })
    const putOff = await rowOf(job)
    expect(putOff).to.include({ state: 'queued', place: null })
    expect(putOff.needsAttention).to.include('could not be ended')
    // Not at once: others come first.
    expect(putOff.runAt).to.be.above(new Date())
    await round()
    expect((await rowOf(job)).state).to.equal('queued')
    await Job.query(db)
      .patch({ runAt: raw('now()') })
      .findById(job.id)
    await round()
    expect(await rowOf(job)).to.include({ state: 'cancelled', needsAttention: null })
    expect((await paymentOf(harness, { paymentId })).refundAmount).to.equal(0)
  })

  it('is refused over HTTP where it could never begin, and expires over HTTP, too', async () => {
    const at = (ms: number) => new Date(Date.now() + ms).toISOString()
    const submit = (more: object) => harness.api.post('/v1/jobs', { type: 'emails.send', input: mail, ...more })
    const soon = at(5_000)
    const refused = [
      [await submit({ runAt: soon, startBefore: soon }), '#/startBefore'],
      [await submit({ startBefore: 'tomorrow' }), '#/startBefore'],
      [await submit({ input: { ...mail, sendAt: at(9_000) }, startBefore: at(5_000) }), '#/input'],
    ] as const
    for (const [{ status, body }, pointer] of refused) {
      expect(status).to.equal(422)
      expect(body.errors[0].pointer).to.equal(pointer)
    }
    await harness.startWorkers()
    const late = await submit({ startBefore: at(-1_000) })
    expect(late.status).to.equal(202)
    const job = await harness.api.finished(late.body.job.id)
    expect(job).to.include({ state: 'cancelled', attempt: 0, startedAt: null })
    expect(job.error.type).to.equal('/problems/expired')
    const intime = await submit({ startBefore: at(60_000) })
    expect((await harness.api.finished(intime.body.job.id)).state).to.equal('succeeded')
  })
})
