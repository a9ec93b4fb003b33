// The ledger is complete from its first day: what was captured and refunded before there was one is in it.
import { readdir } from 'node:fs/promises'
import { expect } from 'chai'
import type { Knex } from 'knex'
import { type Db, openDatabase } from '../../../lib/db.ts'
import { type AccountId, newId, type OrderId, type PaymentId, type RefundId } from '../../../lib/ids.ts'
import { brokenLedger } from '../../../lib/payments/ledger.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

const MIGRATION = '20261121110200_ledger-and-capture.ts'
const INDEXES = '20261121110500_indexes.ts'
const BACKFILL = '20261121110600_backfill.ts'
const folder = new URL('../../../migrations/', import.meta.url)

interface Migration {
  up: (db: Knex) => Promise<unknown>
  config?: { transaction: boolean }
}

describe('the migration to a ledger', () => {
  let database: TestDatabase
  let db: Db
  const migrate = async (file: string) => {
    const { up, config } = (await import(new URL(file, folder).href)) as Migration
    await (config?.transaction === false ? up(db) : db.transaction((trx) => up(trx)))
  }
  let files: string[]
  before('a database of the version before', async () => {
    database = await createTestDatabase()
    db = openDatabase(database.url, 2, 'errand-test')
    await db.raw('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
    files = (await readdir(folder)).filter((file) => /^\d/.test(file)).sort()
    for (const file of files) if (file < MIGRATION) await migrate(file)
  })
  after(async () => {
    await db.destroy()
    await database.drop()
  })

  it('posts what was captured and refunded before, or by old code meanwhile, once, and nothing else (invariant 6)', async () => {
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
    const [captured, meanwhile] = [
      await insertPayment('captured', 300),
      await insertPayment('unknown'),
      await insertPayment('declined'),
    ]
    await insertRefund(captured, 'succeeded', 100)
    await insertRefund(captured, 'unknown', 200)
    await insertRefund(captured, 'failed', 400)

    for (const file of files) if (file >= MIGRATION && file < BACKFILL) await migrate(file)
    await db('payments').where({ id: meanwhile }).update({ state: 'captured', capturedAt: new Date() })
    // A build that was cut off leaves an index that is not valid.
    await db.raw("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'jobs_backlog'::regclass")
    for (const file of [INDEXES, BACKFILL, BACKFILL, INDEXES]) await migrate(file)
    const entries = await db('ledgerEntries').select('paymentId', 'kind', 'ledgerAccount', 'amount').orderBy('id')
    const [entry, later] = [{ paymentId: captured }, { paymentId: meanwhile }]
    expect(entries).to.deep.equal([
      { ...later, kind: 'capture', ledgerAccount: 'provider-balance', amount: 1000 },
      { ...later, kind: 'capture', ledgerAccount: 'sales', amount: -1000 },
      { ...entry, kind: 'capture', ledgerAccount: 'provider-balance', amount: 1000 },
      { ...entry, kind: 'capture', ledgerAccount: 'sales', amount: -1000 },
      { ...entry, kind: 'refund', ledgerAccount: 'provider-balance', amount: -100 },
      { ...entry, kind: 'refund', ledgerAccount: 'sales', amount: 100 },
    ])
    expect(await brokenLedger(db)).to.deep.equal([])
    expect(
      await db('payments').whereNotNull('capturedAmount').select('id', 'capturedAmount').orderBy('id'),
    ).to.deep.equal([
      { id: captured, capturedAmount: 1000 },
      { id: meanwhile, capturedAmount: 1000 },
    ])
  })

  it('leaves every index and every constraint valid', async () => {
    const { rows } = await db.raw(`
      SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid
      UNION ALL SELECT conname FROM pg_constraint WHERE NOT convalidated`)
    expect(rows).to.deep.equal([])
  })
})
