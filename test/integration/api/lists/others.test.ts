// The lists of orders, payments, mails and products: what each shows, and what its filters let through.
import { expect } from 'chai'
import { newId } from '../../../../lib/ids.ts'
import { Email } from '../../../../lib/models/email.ts'
import { Order } from '../../../../lib/models/order.ts'
import { Payment } from '../../../../lib/models/payment.ts'
import { Product } from '../../../../lib/models/product.ts'
import type { TestClient } from '../../../support/client.ts'
import { useHarness } from '../../../support/harness.ts'
import { placeOrder } from '../../../support/orders.ts'
import { idsOf, nextOf, readAll } from '../../../support/pages.ts'
import { expectProblem } from '../refused.ts'

describe('the list of', () => {
  const harness = useHarness()
  const orders: string[] = []
  const emails: string[] = []
  let other: TestClient
  before(async () => {
    other = await harness.otherAccount()
    for (const email of ['ada@example.com', 'grace@example.com', 'ada@example.com']) {
      orders.push((await placeOrder(harness.api, { email })).orderId)
      const { body } = await harness.api.post('/v1/emails', { to: email, subject: 'Hello', text: 'A secret text' })
      emails.push(body.email.id)
    }
    await placeOrder(other)
    await other.post('/v1/emails', { to: 'ada@example.com', subject: 'Hello', text: 'Hello' })
  })

  describe('orders', () => {
    it('shows each as it was accepted, newest first, and leads through all of them', async () => {
      const all = await readAll(harness.api, '/v1/orders?limit=2')
      expect(idsOf(all)).to.deep.equal(orders.toReversed())
      const { payment, holds, mails, timeline, ...order } = (await harness.api.get(`/v1/orders/${orders[0]}`)).body
      expect(all[2]).to.deep.equal(order)
      expect(idsOf(await readAll(harness.api, '/v1/orders?limit=1&order=asc'))).to.deep.equal(orders)
    })

    it('goes by customer, state and time', async () => {
      const { createdAt } = await Order.query(harness.db).findById(orders[1]!).throwIfNotFound()
      await Order.query(harness.db).patch({ state: 'confirmed' }).findById(orders[1]!)
      const list = async (query: string) => idsOf(await readAll(harness.api, `/v1/orders?limit=1&${query}`))
      expect(await list('email=ada@example.com')).to.deep.equal([orders[2], orders[0]])
      expect(await list('email=nobody@example.com')).to.deep.equal([])
      expect(await list('state=confirmed')).to.deep.equal([orders[1]])
      expect(await list('state=processing,confirmed&email=grace@example.com')).to.deep.equal([orders[1]])
      const at = new Date(+createdAt + 1).toISOString()
      expect(await list(`createdBefore=${at}`)).to.deep.equal([orders[1], orders[0]])
      expect(await list(`createdAfter=${at}`)).to.deep.equal([orders[2]])
    })
  })

  describe('payments', () => {
    it('shows each as it is shown by itself, but for its refunds and ledger, by state and by order', async () => {
      const all = await readAll(harness.api, '/v1/payments?limit=2')
      expect(all.map(({ orderId }) => orderId)).to.deep.equal(orders.toReversed())
      const { attempts, refunds, ledger, ...payment } = (await harness.api.get(`/v1/payments/${all[0].id}`)).body
      expect(all[0]).to.deep.equal(payment)
      expect(idsOf(await readAll(harness.api, '/v1/payments?limit=2&order=asc'))).to.deep.equal(idsOf(all).reverse())
      await Payment.query(harness.db).patch({ state: 'declined' }).findById(all[1].id)
      expect(idsOf(await readAll(harness.api, '/v1/payments?limit=1&state=declined'))).to.deep.equal([all[1].id])
      expect(idsOf(await readAll(harness.api, `/v1/payments?orderId=${orders[2]}`))).to.deep.equal([all[0].id])
      expect(await readAll(other, `/v1/payments?orderId=${orders[2]}`)).to.deep.equal([])
    })
  })

  describe('mails', () => {
    it('shows what became of each, not what it says, by state and recipient', async () => {
      const all = await readAll(harness.api, '/v1/emails?limit=2')
      expect(idsOf(all)).to.deep.equal(emails.toReversed())
      expect(JSON.stringify(all)).to.not.contain('secret')
      await Email.query(harness.db).patch({ state: 'failed', failureCode: 'mail-rejected' }).findById(emails[1]!)
      const list = async (query: string) => idsOf(await readAll(harness.api, `/v1/emails?limit=1&${query}`))
      expect(await list('to=ada@example.com')).to.deep.equal([emails[2], emails[0]])
      expect(await list('state=failed,unknown')).to.deep.equal([emails[1]])
      expect(await list('state=sent')).to.deep.equal([])
    })

    it('has a place for each mail, which is the account’s alone (invariant 9)', async () => {
      const { status, body } = await harness.api.get(`/v1/emails/${emails[0]}`)
      expect(status).to.equal(200)
      expect(body).to.deep.equal((await readAll(harness.api, '/v1/emails'))[2])
      for (const id of [newId(), '1', '%00'])
        expectProblem(await harness.api.get(`/v1/emails/${id}`), { code: 'not-found' })
      expectProblem(await other.get(`/v1/emails/${emails[0]}`), { code: 'not-found' })
    })
  })

  describe('products', () => {
    it('goes by SKU, and leads through all of them', async () => {
      const all = await readAll(harness.api, '/v1/products?limit=2')
      expect(all.length).to.be.greaterThan(3)
      const skus = await Product.query(harness.db).where({ accountId: harness.accountId }).orderBy('sku')
      expect(all.map(({ sku }) => sku)).to.deep.equal(skus.map(({ sku }) => sku))
      expect(all).to.deep.equal(await readAll(harness.api, '/v1/products'))
      const next = nextOf(await harness.api.get('/v1/products?limit=2'))
      expectProblem(await other.get(next ?? ''), { code: 'invalid-cursor' })
    })
  })

  it('anything is of the account’s own rows alone (invariant 9)', async () => {
    for (const [path, count] of Object.entries({ orders: 1, payments: 1, emails: 1 }))
      expect(await readAll(other, `/v1/${path}`), path).to.have.length(count)
  })

  it('anything refuses what it does not understand', async () => {
    for (const query of ['state=done', 'email=ada', 'to=%00', 'orderId=1', 'limit=101', 'q=a', 'createdAfter=now'])
      for (const path of ['orders', 'payments', 'emails', 'products'])
        expectProblem(await harness.api.get(`/v1/${path}?${query}`), { code: 'invalid-request' })
  })
})
