// The ledger is complete from its first day: what was captured and refunded before there was one is in it.
import { readdir } from 'node:fs/promises'
import { expect } from 'chai'
import type { Knex } from 'knex'
import { type Db, openDatabase } from '../../../lib/db.ts'
import { type AccountId, newId, type OrderId, type PaymentId, type RefundId } from '../../../lib/ids.ts'
import { brokenLedger } from '../../../lib/payments/ledger.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

const MIGRATION = '20261121110200_ledger-and-capture.ts'
const folder = new URL('../../../migrations/', import.meta.url)

describe('the migration to a ledger', () => {
  let database: TestDatabase
  let db: Db
  const migrate = async (file: string) => {
    const { up } = (await import(new URL(file, folder).href)) as { up: (db: Knex) => Promise<unknown> }
    await db.transaction((trx) => up(trx))
  }
  before('a database of the version before', async () => {
    database = await createTestDatabase()
    db = openDatabase(database.url, 2, 'errand-test')
    await db.raw('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
    for (const file of (await readdir(folder)).sort()) if (file < MIGRATION) await migrate(file)
  })
  after(async () => {
    await db.destroy()
    await database.drop()
  })

  it('posts what was captured and refunded before, and nothing else (invariant 6)', async () => {
    const accountId = newId<AccountId>()
    await db('accounts').insert({ id: accountId, name: 'old' })
    const insertPayment = async (state: string, refundAmount = 0) => {
      const [id, orderId, jobId] = [newId<PaymentId>(), newId<OrderId>(), newId()]
      const job = { id: jobId, accountId, type: 'orders.place', queue: 'orders', state: 'queued', input: {} }
      await db('jobs').insert({ ...job, maxAttempts: 1, runAt: new Date() })
      const order = { id: orderId, accountId, jobId, state: 'processing', customerEmail: 'a@b.c', customerName: 'A' }
      await db('orders').insert({ ...order, totalAmount: 1000, currency: 'EUR' })
      const sent = { sentAt: new Date(), providerId: `pi_${id}`, capturedAt: state === 'captured' ? new Date() : null }
      const payment = { id, accountId, orderId, state, amount: 1000, currency: 'EUR', method: 'pm_card_visa' }
      await db('payments').insert({ ...payment, ...sent, refundAmount })
      return id
    }
    const insertRefund = (paymentId: PaymentId, state: string, amount: number) => {
      const id = newId<RefundId>()
      return db('refunds').insert({ id, accountId, paymentId, state, amount, providerId: id, sentAt: new Date() })
    }
    const [captured] = [
      await insertPayment('captured', 300),
      await insertPayment('unknown'),
      await insertPayment('declined'),
    ]
    await insertRefund(captured, 'succeeded', 100)
    await insertRefund(captured, 'unknown', 200)
    await insertRefund(captured, 'failed', 400)

    await migrate(MIGRATION)
    const entries = await db('ledgerEntries').select('paymentId', 'kind', 'ledgerAccount', 'amount').orderBy('id')
    const entry = { paymentId: captured }
    expect(entries).to.deep.equal([
      { ...entry, kind: 'capture', ledgerAccount: 'provider-balance', amount: 1000 },
      { ...entry, kind: 'capture', ledgerAccount: 'sales', amount: -1000 },
      { ...entry, kind: 'refund', ledgerAccount: 'provider-balance', amount: -100 },
      { ...entry, kind: 'refund', ledgerAccount: 'sales', amount: 100 },
    ])
    expect(await brokenLedger(db)).to.deep.equal([])
    expect(await db('payments').whereNotNull('capturedAmount').select('id', 'capturedAmount')).to.deep.equal([
      { id: captured, capturedAmount: 1000 },
    ])
  })
})
