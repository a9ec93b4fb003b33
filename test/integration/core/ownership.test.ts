// Every row has an owner, and the database itself keeps what belongs together with one owner (invariant 9).
import { expect } from 'chai'
import { OrderItem } from '../../../lib/models/order.ts'
import { Product } from '../../../lib/models/product.ts'
import { useHarness } from '../../support/harness.ts'
import { placeOrder } from '../../support/orders.ts'

/** Tables of the system as a whole, and why none of their rows belongs to an account. */
const OF_THE_SYSTEM = {
  accounts: 'they are the owners',
  audit_walks: 'how far the audit has walked through the rows of all accounts',
  job_starts: 'a type’s rate is shared by all accounts',
  queue_pauses: 'a queue is every account’s',
  reconciliations: 'one run compares the books of all accounts',
  stock_audits: 'a mark of the audit on a product, which has the owner',
}

const WITHOUT_OWNER = `
  SELECT t.table_name FROM information_schema.tables t
  WHERE t.table_schema = 'public' AND t.table_name NOT LIKE 'knex%'
    AND NOT EXISTS (
      SELECT FROM information_schema.columns c
      WHERE c.table_schema = 'public' AND c.table_name = t.table_name AND c.column_name = 'account_id' AND c.is_nullable = 'NO')`

describe('ownership', () => {
  const harness = useHarness()

  it('is on every row of every table but those of the system as a whole (invariant 9)', async () => {
    const { rows } = await harness.db.raw<{ rows: { table_name: string }[] }>(WITHOUT_OWNER)
    expect(rows.map((row) => row.table_name)).to.have.members(Object.keys(OF_THE_SYSTEM))
  })

  it("is guarded by the database: an order cannot hold another account's product", async () => {
    const { db, accountId, api } = harness
    await harness.otherAccount()
    const foreign = await Product.query(db).whereNot({ accountId }).first().throwIfNotFound()
    const { orderId } = await placeOrder(api)
    const item = { accountId, orderId, productId: foreign.id, sku: foreign.sku, name: 'x', quantity: 1, unitAmount: 1 }
    const refused = await OrderItem.query(db)
      .insert(item as unknown as Partial<OrderItem>)
      .then(
        () => 'stored',
        (error: { name: string }) => error.name,
      )
    expect(refused).to.equal('ForeignKeyViolationError')
  })
})
