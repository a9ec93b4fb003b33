// The ledger (invariant 6): two entries for each capture, refund and failed refund, in the transaction of the state's change,
// once, for ever; and a query that finds what does not agree.
import { expect } from 'chai'
import { LedgerEntry } from '../../../../lib/models/ledger-entry.ts'
import { Payment } from '../../../../lib/models/payment.ts'
import { brokenLedger } from '../../../../lib/payments/ledger.ts'
import { recordIntent } from '../../../../lib/payments/record.ts'
import { recordRefund } from '../../../../lib/payments/refund.ts'
import { recordRefundFailedLater } from '../../../../lib/payments/reversal.ts'
import { useHarness } from '../../../support/harness.ts'
import {
  acceptRefund,
  authorizedOrder,
  brokenMoneyOf,
  errorOf,
  heldOrder,
  type OpenOrder,
  paidOrder,
  paymentOf,
  refundsOf,
} from '../../../support/shop.ts'

describe('the ledger', () => {
  const harness = useHarness()
  const entriesOf = ({ paymentId }: OpenOrder) => LedgerEntry.query(harness.db).where({ paymentId }).orderBy('id')
  const shown = async (order: OpenOrder) =>
    (await entriesOf(order)).map(({ kind, ledgerAccount, amount }) => [kind, ledgerAccount, amount])
  const refunded = async (order: OpenOrder, amount: number) => {
    const refund = await acceptRefund(harness, order.paymentId, { amount })
    await harness.perform('payments.refund', { refundId: refund.id })
    return refund.$query(harness.db)
  }
  const capture = [
    ['capture', 'provider-balance', 2580],
    ['capture', 'sales', -2580],
  ]
  const refund = [
    ['refund', 'provider-balance', -580],
    ['refund', 'sales', 580],
  ]
  afterEach('it agrees with the payments (invariant 6)', async () => {
    expect(await brokenLedger(harness.db)).to.deep.equal([])
  })

  it('has a capture in the transaction of the payment', async () => {
    const order = await paidOrder(harness)
    expect(await shown(order)).to.deep.equal(capture)
    const { capturedAt } = await paymentOf(harness, order)
    for (const { createdAt, currency, accountId } of await entriesOf(order)) {
      expect(createdAt).to.deep.equal(capturedAt)
      expect({ currency, accountId }).to.deep.equal({ currency: 'EUR', accountId: harness.accountId })
    }
  })

  it('has what was captured, not what was authorized', async () => {
    const order = await authorizedOrder(harness)
    expect(await shown(order)).to.deep.equal([])
    await Payment.query(harness.db).patch({ amountToCapture: 1000 }).findById(order.paymentId)
    await harness.perform('payments.capture', { paymentId: order.paymentId })
    expect((await shown(order)).map(([, , amount]) => amount)).to.deep.equal([1000, -1000])
  })

  it('has a refund, and takes it back when it fails later: once, however often that is told', async () => {
    const order = await paidOrder(harness)
    const row = await refunded(order, 580)
    expect(await shown(order)).to.deep.equal([...capture, ...refund])
    harness.simulator.controls.failRefund(refundsOf(harness, order)[0]!.id, 'declined')
    const tell = () => harness.db.transaction((trx) => recordRefundFailedLater(trx, row, 'declined'))
    const told = await Promise.all([tell(), tell(), tell()])
    expect(told.filter((news) => news)).to.have.length(1)
    expect(await shown(order)).to.deep.equal([
      ...capture,
      ...refund,
      ['refund-failed', 'provider-balance', 580],
      ['refund-failed', 'sales', -580],
    ])
    expect(await row.$query(harness.db)).to.include({ state: 'failed', failureCode: 'declined' })
    expect((await paymentOf(harness, order)).refundAmount).to.equal(0)
    expect(await brokenMoneyOf(harness, order)).to.deep.equal([])
  })

  it('does not have a refund that failed before it succeeded', async () => {
    const order = await paidOrder(harness)
    const row = await acceptRefund(harness, order.paymentId, { amount: 580 })
    const outcome = { id: null, status: 'failed' as const, failureCode: 'declined' }
    expect(await harness.db.transaction((trx) => recordRefund(trx, row, outcome))).to.equal(true)
    expect(await shown(order)).to.deep.equal(capture)
  })

  it('has a late success: a capture that is proven after the payment was called cancelled', async () => {
    const order = await heldOrder(harness)
    await harness.perform('payments.reverse', { paymentId: order.paymentId })
    const payment = await paymentOf(harness, order)
    expect(payment.state).to.equal('cancelled')
    const intent = { id: 'pi_late', status: 'captured' as const, capturedAmount: 2580, declineCode: null }
    const record = () => harness.db.transaction((trx) => recordIntent(trx, payment, intent))
    expect((await Promise.all([record(), record()])).map(({ state }) => state)).to.deep.equal(['captured', 'captured'])
    expect(await shown(order)).to.deep.equal(capture)
  })

  it('does not move a state backwards: what is told late or twice changes nothing', async () => {
    const order = await paidOrder(harness)
    const row = await refunded(order, 580)
    const before = [await paymentOf(harness, order), await row.$query(harness.db)]
    const payment = await paymentOf(harness, order)
    const told = { id: payment.providerId, capturedAmount: 0, declineCode: null }
    for (const status of ['open', 'pending', 'authorized', 'declined', 'cancelled', 'captured'] as const)
      await harness.db.transaction((trx) => recordIntent(trx, payment, { ...told, status }))
    for (const status of ['pending', 'succeeded', 'failed'] as const) {
      const outcome = { id: row.providerId, status, failureCode: null }
      expect(await harness.db.transaction((trx) => recordRefund(trx, row, outcome))).to.equal(false)
    }
    expect([await paymentOf(harness, order), await row.$query(harness.db)]).to.deep.equal(before)
  })

  it('is not told of a charge that is not the payment’s own', async () => {
    const order = await paidOrder(harness)
    const other = await heldOrder(harness)
    await Payment.query(harness.db).patch({ providerId: 'pi_other' }).findById(other.paymentId)
    const stranger = { id: 'pi_stranger', capturedAmount: 1, declineCode: null }
    const payment = await paymentOf(harness, other)
    for (const status of ['authorized', 'captured', 'declined', 'cancelled'] as const) {
      await harness.db.transaction((trx) => recordIntent(trx, payment, { ...stranger, status }))
      expect((await paymentOf(harness, other)).state).to.equal('created')
    }
    expect(await shown(order)).to.deep.equal(capture)
  })

  it('has a capture by a worker of the version before, which says no amount and posts nothing', async () => {
    const order = await heldOrder(harness)
    await harness
      .db('payments')
      .where({ id: order.paymentId })
      .update({ state: 'captured', providerId: 'pi_old', sentAt: new Date(), capturedAt: new Date() })
    expect(await paymentOf(harness, order)).to.include({ capturedAmount: 2580 })
    expect(await shown(order)).to.deep.equal(capture)
  })

  it('is append-only', async () => {
    const order = await paidOrder(harness)
    const entries = () => harness.db('ledger_entries').where({ paymentId: order.paymentId })
    for (const attempted of [
      entries().update({ amount: 1 }),
      entries().delete(),
      harness.db.raw('TRUNCATE ledger_entries'),
    ])
      expect(await errorOf(attempted)).to.include({ code: '23001' })
    expect(await shown(order)).to.deep.equal(capture)
  })

  it('takes no posting whose sides do not sum to zero, and none twice', async () => {
    const order = await paidOrder(harness)
    const { accountId } = harness
    const entry = { accountId, paymentId: order.paymentId, sourceId: order.orderId, kind: 'refund', currency: 'EUR' }
    const insert = (...sides: object[]) =>
      errorOf(
        harness.db.transaction((trx) => trx('ledger_entries').insert(sides.map((side) => ({ ...entry, ...side })))),
      )
    const balance = { ledgerAccount: 'provider-balance', amount: -100 }
    expect(await insert(balance)).to.include({ code: '23514' })
    expect(await insert(balance, { ledgerAccount: 'sales', amount: 99 })).to.include({ code: '23514' })
    const mixed = { ledgerAccount: 'sales', amount: 100, currency: 'USD' }
    expect(await insert(balance, mixed)).to.include({ code: '23514' })
    const again = { sourceId: order.paymentId, kind: 'capture', ledgerAccount: 'sales', amount: -1 }
    expect(await insert(again)).to.include({ code: '23505' })
  })

  it('is found to differ where it does not agree with a payment, or with itself', async () => {
    const [changed, forgotten, lopsided] = [
      await paidOrder(harness),
      await heldOrder(harness),
      await paidOrder(harness),
    ]
    const idOf = ({ paymentId }: OpenOrder) => ({ id: paymentId })
    let found: unknown
    const rolledBack = harness.db.transaction(async (trx) => {
      await trx.raw('ALTER TABLE payments DISABLE TRIGGER payments_post')
      await trx('payments').where(idOf(changed)).update({ capturedAmount: 2000 })
      const captured = { state: 'captured', providerId: 'pi_x', sentAt: new Date(), capturedAt: new Date() }
      await trx('payments').where(idOf(forgotten)).update(captured)
      const side = { accountId: harness.accountId, paymentId: lopsided.paymentId, sourceId: lopsided.orderId }
      await trx('ledger_entries').insert({
        ...side,
        kind: 'refund',
        ledgerAccount: 'sales',
        amount: 7,
        currency: 'EUR',
      })
      found = await brokenLedger(trx)
      throw new Error('enough seen')
    })
    expect(await errorOf(rolledBack)).to.include({ message: 'enough seen' })
    const agreed = { currency: 'EUR', captured: 2580, refunded: 0, balance: 2580, unbalanced: 0 }
    expect(found).to.have.deep.members([
      { ...agreed, paymentId: changed.paymentId, captured: 2000 },
      { ...agreed, paymentId: forgotten.paymentId, balance: 0 },
      { ...agreed, paymentId: lopsided.paymentId, unbalanced: 7 },
    ])
  })
})
