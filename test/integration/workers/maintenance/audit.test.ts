// The audit: whatever does not add up is found, told once, and closed when it is put right; what is under way is no finding.
import { expect } from 'chai'
import { pino } from 'pino'
import { fileDiscrepancy } from '../../../../lib/discrepancies.ts'
import { newId, type PaymentId } from '../../../../lib/ids.ts'
import { insertJob, inTransaction } from '../../../../lib/jobs/enqueue.ts'
import { Discrepancy } from '../../../../lib/models/discrepancy.ts'
import { Job } from '../../../../lib/models/job.ts'
import { Payment } from '../../../../lib/models/payment.ts'
import { walkPayments } from '../../../../lib/payments/audit.ts'
import { noDispatch, useHarness } from '../../../support/harness.ts'
import { attempt } from '../../../support/probe.ts'
import {
  heldOrder,
  insertJobOf,
  openOrder,
  paidOrder,
  reachStep,
  runFlow,
  stockedProduct,
  stockOf,
} from '../../../support/shop.ts'

describe('maintenance.audit', () => {
  const harness = useHarness()
  const lines: { level: number; msg: string; findings?: string[] }[] = []
  const log = pino({ level: 'error' }, { write: (line: string) => lines.push(JSON.parse(line)) })
  const runtime = () => ({ ...harness.runtime, dispatch: noDispatch, log })
  const audit = async () => {
    lines.length = 0
    const { outcome, job } = await attempt(runtime(), await insertJobOf(harness, 'maintenance.audit', {}))
    expect(outcome).to.equal('succeeded')
    return job
  }
  const openFindings = async () =>
    (await Discrepancy.query(harness.db).where({ resolvedAt: null }).orderBy(['kind', 'subject'])).map(
      ({ kind, subject, detail }) => ({ kind, subject, detail }),
    )
  const change = (table: string, where: object, to: object) => harness.db(table).where(where).update(to)
  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000)
  const emptied = async () => {
    await audit()
    expect(await openFindings()).to.deep.equal([])
  }
  afterEach('everything is in order again', emptied)

  it('finds nothing where everything is in order', async () => {
    for (const method of ['pm_card_visa', 'pm_card_chargeDeclined']) {
      for (const capture of ['automatic', 'manual'] as const) {
        await runFlow(runtime(), (await openOrder(harness, { method, capture })).jobId)
      }
    }
    const job = await audit()
    expect(job).to.deep.include({ needsAttention: null, result: { open: 0, new: 0 } })
    expect(lines).to.deep.equal([])
  })

  it('tells of a stock that is not the sum of its movements once, until it is put right (invariant 5)', async () => {
    const sku = await stockedProduct(harness, 10)
    const { productId } = await stockOf(harness, sku)
    await audit()
    await change('stock', { productId }, { onHand: 11 })

    const job = await audit()
    expect(job).to.deep.include({ needsAttention: 'found 1 new: stock-differs', result: { open: 1, new: 1 } })
    const detail = { onHand: 11, moved: 10, reserved: 0, held: 0 }
    expect(await openFindings()).to.deep.equal([{ kind: 'stock-differs', subject: productId, detail }])
    expect(lines.map(({ level, findings }) => ({ level, findings }))).to.deep.equal([
      { level: 50, findings: [`stock-differs ${productId}`] },
    ])

    expect(await audit()).to.deep.include({ needsAttention: null, result: { open: 1, new: 0 } })
    expect(lines).to.deep.equal([])
    await change('stock', { productId }, { onHand: 10 })
    expect(await audit()).to.deep.include({ result: { open: 0, new: 0 } })
  })

  it('finds reserved units that no order holds (invariant 5)', async () => {
    const sku = await stockedProduct(harness, 10)
    await heldOrder(harness, { items: [{ sku, quantity: 2 }] })
    const { productId } = await stockOf(harness, sku)
    await change('stock', { productId }, { reserved: 3 })
    await audit()
    expect(await openFindings()).to.deep.equal([
      { kind: 'stock-differs', subject: productId, detail: { onHand: 10, moved: 10, reserved: 3, held: 2 } },
    ])
    await change('stock', { productId }, { reserved: 2 })
  })

  it('adds up what it has seen before again after a day (invariant 5)', async () => {
    const { productId } = await stockOf(harness, await stockedProduct(harness, 10))
    await audit()
    await change('movements', { productId }, { quantity: 9 })
    await emptied()
    await change('stock_audits', { productId }, { recountedAt: ago(24 * 60 + 1) })
    await audit()
    expect((await openFindings()).map(({ subject, detail }) => [subject, detail.moved])).to.deep.equal([[productId, 9]])
    await change('movements', { productId }, { quantity: 10 })
  })

  it('adds up from the beginning before it calls anything wrong', async () => {
    const { productId } = await stockOf(harness, await stockedProduct(harness, 10))
    await audit()
    await change('stock_audits', { productId }, { onHand: 5 })
    expect((await audit()).result).to.deep.equal({ open: 0, new: 0 })
    expect(await harness.db('stock_audits').where({ productId })).to.deep.equal([])
    await audit()
    expect((await harness.db('stock_audits').where({ productId }))[0]).to.include({ onHand: 10 })
  })

  it('finds refunds and a ledger that do not add up (invariant 6)', async () => {
    const { paymentId } = await paidOrder(harness)
    await change('payments', { id: paymentId }, { refundAmount: 80 })
    await audit()
    const [refunds] = await openFindings()
    expect(refunds).to.deep.equal({
      kind: 'refunds-differ',
      subject: paymentId,
      detail: { refundAmount: 80, refunds: 0 },
    })
    await change('payments', { id: paymentId }, { refundAmount: 0, capturedAmount: 1 })
    await audit()
    const [ledger] = await openFindings()
    expect(ledger).to.deep.include({ kind: 'ledger-differs', subject: paymentId })
    expect(ledger?.detail).to.include({ captured: 1, currency: 'EUR' })
    await change('payments', { id: paymentId }, { capturedAmount: 2580 })
  })

  it('comes round to every payment in parts, and always looks at those that are known to be wrong (invariant 6)', async () => {
    const orders = [await paidOrder(harness), await paidOrder(harness), await paidOrder(harness)]
    const all = (await Payment.query(harness.db).select('id').orderBy('id')).map(({ id }) => id)
    const [, wrong] = all
    const walk = (size: number) => harness.db.transaction((trx) => walkPayments(trx, ['refunds-differ'], size))
    await walk(all.length + 1)
    const seen = [...(await walk(2)), ...(await walk(all.length))]
    expect(seen)
      .to.deep.equal(all)
      .and.to.include.members(orders.map(({ paymentId }) => paymentId))
    await fileDiscrepancy(harness.db, { kind: 'refunds-differ', subject: wrong!, detail: {} })
    expect(await walk(1)).to.deep.equal([all[0], wrong])
    expect(await walk(1)).to.deep.equal([all[1], wrong])
  })

  it('finds a queue in which nothing is started, unless it is paused or was until now (invariant 2)', async () => {
    const enqueue = (runAt: Date) =>
      inTransaction(harness.db, noDispatch, async (trx) => {
        const input = { paymentId: newId<PaymentId>() }
        const { accountId } = harness
        const job = await insertJob(trx, { type: 'payments.charge', input, accountId, maxAttempts: 1 })
        return Job.query(trx).patchAndFetchById(job.id, { runAt })
      })
    const [late] = [await enqueue(ago(11)), await enqueue(ago(9))]
    const pauses = () => harness.db('queue_pauses')
    await audit()
    const [finding] = await openFindings()
    expect(finding).to.deep.include({ kind: 'queue-late', subject: 'payments' })
    expect(finding?.detail).to.deep.equal({ waiting: 1, since: late.runAt.toJSON() })
    for (const pausedUntil of [ago(-5), ago(5)]) {
      await pauses().insert({ queue: 'payments', pausedUntil, reason: 'a test' })
      await emptied()
      await pauses().del()
    }
    await audit()
    expect(await openFindings()).to.have.length(1)
    await change('jobs', { id: late.id }, { runAt: new Date() })
  })

  it('finds jobs whose worker is dead for long, and flows without an open step (invariant 2)', async () => {
    const order = await openOrder(harness)
    const reserve = await reachStep(runtime(), order.jobId, 'inventory.reserve')
    await change(
      'jobs',
      { id: reserve.id },
      { state: 'running', attempt: 1, leaseExpiresAt: ago(4), dispatchedAt: null },
    )
    await emptied()
    await change('jobs', { id: reserve.id }, { leaseExpiresAt: ago(6) })
    await audit()
    expect((await openFindings()).map(({ kind, subject }) => [kind, subject])).to.deep.equal([
      ['job-stuck', reserve.id],
    ])

    const cancelled = { state: 'cancelled', leaseExpiresAt: null, finishedAt: new Date() }
    await change('jobs', { id: reserve.id }, cancelled)
    await audit()
    expect((await openFindings()).map(({ kind, subject }) => [kind, subject])).to.deep.equal([
      ['job-stuck', order.jobId],
    ])
    await change('jobs', { id: order.jobId }, cancelled)
    await audit()
    expect(await openFindings()).to.deep.equal([
      { kind: 'order-stuck', subject: order.orderId, detail: { state: 'processing' } },
    ])
    await change('orders', { id: order.orderId }, { state: 'cancelled', cancelReason: 'test' })
  })

  it('names nobody and nothing personal (invariant 10)', async () => {
    const { jobId, orderId } = await openOrder(harness, { email: 'private@example.com' })
    await change('jobs', { id: jobId }, { state: 'cancelled', finishedAt: new Date(), dispatchedAt: null })
    await audit()
    expect(await openFindings()).to.have.length(1)
    const told = JSON.stringify([await Discrepancy.query(harness.db), lines, await Job.query(harness.db)])
    expect(told)
      .to.include(orderId)
      .and.not.match(/private@|Lovelace/)
    await change('orders', { id: orderId }, { state: 'cancelled', cancelReason: 'test' })
  })
})
