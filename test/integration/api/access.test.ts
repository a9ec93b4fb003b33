// Who may see and touch what: callers by their API key, accounts their own rows alone (invariant 9).
import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { ApiKey } from '../../../lib/models/api-key.ts'
import { createClient, type TestClient } from '../../support/client.ts'
import { useHarness } from '../../support/harness.ts'
import { brokenMoney, brokenStock } from '../../support/invariants.ts'
import { orderBody, placeOrder } from '../../support/orders.ts'
import { waitFor } from '../../support/wait-for.ts'
import { expectProblem, storedRows } from './refused.ts'

describe('access to the API', () => {
  const harness = useHarness()
  const authorizedAs = (authorization: string | undefined, method = 'GET', path = '/v1/products') =>
    fetch(harness.apiUrl + path, { method, headers: { ...(authorization !== undefined && { authorization }) } })
  const expectUnauthorized = async (response: Response) => {
    const { status, headers } = response
    expectProblem({ status, headers, body: await response.json() }, { code: 'unauthorized' })
    expect(headers.get('www-authenticate')).to.match(/^Bearer/)
  }

  describe('without a good key', () => {
    const credentials: [string, (key: string) => string | undefined][] = [
      ['no Authorization header', () => undefined],
      ['an empty Authorization header', () => ''],
      ['the scheme without a key', () => 'Bearer '],
      ['the key without a scheme', (key) => key],
      ['another scheme', (key) => `Basic ${Buffer.from(`${key}:`).toString('base64')}`],
      ['an unknown key', () => 'Bearer errand_nobody-has-this-key'],
      ['a key of another case', (key) => `Bearer ${key.toUpperCase()}`],
      ['a part of a key', (key) => `Bearer ${key.slice(0, -1)}`],
      ['two keys', (key) => `Bearer ${key} ${key}`],
    ]
    for (const [name, authorization] of credentials) {
      it(`answers 401 to ${name}`, async () => {
        await expectUnauthorized(await authorizedAs(authorization(harness.api.key)))
      })
    }

    it('answers 401 to a key a second after it was revoked, at the latest', async () => {
      const { key } = await harness.otherAccount()
      expect((await authorizedAs(`Bearer ${key}`)).status).to.equal(200)
      const { id } = await ApiKey.query(harness.db).orderBy('createdAt', 'desc').first().throwIfNotFound()
      await ApiKey.query(harness.db).patch({ revokedAt: new Date() }).findById(id)
      const revokedAt = Date.now()
      const refused = await waitFor('the key to be refused', async () => {
        const answer = await authorizedAs(`Bearer ${key}`)
        return answer.status !== 200 && answer
      })
      expect(Date.now() - revokedAt).to.be.below(3_000)
      await expectUnauthorized(refused)
      expect((await harness.api.get('/v1/products')).status).to.equal(200)
    })

    it('answers 401 before anything is read or stored, whatever the route, its case and its slashes', async () => {
      const before = await storedRows(harness.db)
      const paths = ['/v1/orders', '/V1/Orders', '/v1/orders/', '/V1/JOBS', '/v1/emails', '/v1/nothing', '/v1', '/v1/']
      for (const path of paths) await expectUnauthorized(await authorizedAs('Bearer nobody', 'POST', path))
      for (const path of [`/V1/Jobs/${randomUUID()}`, '/V1/products', '/v1/INVENTORY/MUG-BLUE']) {
        await expectUnauthorized(await authorizedAs(undefined, 'GET', path))
      }
      expect(await storedRows(harness.db)).to.deep.equal(before)
    })

    it('lets nobody around the guard by writing the path another way', async () => {
      for (const path of ['//v1/products', '/%761/products', '/v1%2fproducts', '/./v1/products', '/x/../v1/products']) {
        const response = await authorizedAs(undefined, 'GET', path)
        expect(response.status, path).to.be.oneOf([401, 404])
      }
    })

    it('takes the scheme in any case, as RFC 9110 asks', async () => {
      expect((await authorizedAs(`bearer ${harness.api.key}`)).status).to.equal(200)
    })

    it('does not take an operator for a caller of the API', async () => {
      const login = Buffer.from('ops@example.com:correct horse battery').toString('base64')
      await expectUnauthorized(await authorizedAs(`Basic ${login}`))
    })
  })

  describe('of another account (invariant 9)', () => {
    let other: TestClient
    let theirs: { jobId: string; orderId: string; paymentId: string }
    before(async () => {
      await harness.startWorkers()
      other = await harness.otherAccount()
      const { jobId, orderId } = await placeOrder(harness.api)
      await harness.api.finished(jobId)
      const { body } = await harness.api.get(`/v1/orders/${orderId}`)
      theirs = { jobId, orderId, paymentId: body.payment.id }
    })

    it("answers 404 to another account's job, order and payment, exactly as to an id that does not exist", async () => {
      const { jobId, orderId, paymentId } = theirs
      for (const [kind, id] of [
        ['jobs', jobId],
        ['orders', orderId],
        ['payments', paymentId],
      ] as const) {
        expect((await harness.api.get(`/v1/${kind}/${id}`)).status, kind).to.equal(200)
        const hidden = await other.get(`/v1/${kind}/${id}`)
        expectProblem(hidden, { code: 'not-found' })
        expect(hidden.body).to.deep.equal((await other.get(`/v1/${kind}/${randomUUID()}`)).body)
      }
    })

    it("answers 404 to the step of another account's flow", async () => {
      const { steps } = (await harness.api.get(`/v1/jobs/${theirs.jobId}`)).body
      expect(steps).to.have.length(4)
      for (const { jobId } of steps) expectProblem(await other.get(`/v1/jobs/${jobId}`), { code: 'not-found' })
    })

    it("refuses to refund another account's payment, on both ways to ask for it, and changes nothing", async () => {
      const { paymentId } = theirs
      const before = await storedRows(harness.db)
      expectProblem(await other.post(`/v1/payments/${paymentId}/refunds`, { amount: 1 }), { code: 'not-found' })
      expectProblem(await other.post(`/v1/payments/${paymentId}/refunds`, {}), { code: 'not-found' })
      const input = { paymentId, amount: 1 }
      expectProblem(await other.post('/v1/jobs', { type: 'payments.refund', input }), { code: 'not-found' })
      expect(await storedRows(harness.db)).to.deep.equal(before)
      const { body } = await harness.api.get(`/v1/payments/${paymentId}`)
      expect(body.refunding.amount).to.equal(0)
      expect(await brokenMoney(harness.db, harness.simulator)).to.deep.equal([])
    })

    it('neither sees, orders nor adjusts what only another account sells', async () => {
      const { db, api, accountId } = harness
      await db('products').where({ accountId, sku: 'KETTLE' }).update({ sku: 'OURS-ALONE' })
      const before = await storedRows(db)
      const { body: stock } = await api.get('/v1/inventory/OURS-ALONE')
      expect(stock.onHand).to.equal(50)

      expectProblem(await other.get('/v1/inventory/OURS-ALONE'), { code: 'not-found' })
      const { body: products } = await other.get('/v1/products')
      const theirSkus = products.data.map(({ sku }: { sku: string }) => sku)
      expect(theirSkus).to.include('KETTLE')
      expect(theirSkus).to.not.include('OURS-ALONE')
      const order = orderBody({ items: [{ sku: 'OURS-ALONE', quantity: 1 }] })
      expectProblem(await other.post('/v1/orders', order), { code: 'invalid-request', pointer: '#/items/0/sku' })
      const adjustment = { sku: 'OURS-ALONE', delta: 1, reason: 'theft' }
      expectProblem(await other.post('/v1/inventory/adjustments', adjustment), {
        code: 'invalid-request',
        pointer: '#/sku',
      })
      expect(await storedRows(db)).to.deep.equal(before)
      expect((await api.get('/v1/inventory/OURS-ALONE')).body).to.deep.equal(stock)
    })

    it('moves the stock of the own product alone where two accounts sell the same SKU', async () => {
      const ours = (await harness.api.get('/v1/inventory/MUG-RED')).body
      const { body } = await other.post('/v1/inventory/adjustments', { sku: 'MUG-RED', delta: -7, reason: 'broken' })
      expect((await other.finished(body.job.id)).state).to.equal('succeeded')
      expect((await other.get('/v1/inventory/MUG-RED')).body.onHand).to.equal(493)
      expect((await harness.api.get('/v1/inventory/MUG-RED')).body).to.deep.equal(ours)
      expect(await brokenStock(harness.db)).to.deep.equal([])
    })

    it('keeps a key to its own account when two clients call at the same time', async () => {
      const third = createClient(harness.apiUrl, (await harness.otherAccount()).key)
      const clients = [harness.api, other, third]
      const orders = await Promise.all(clients.map((client) => placeOrder(client)))
      for (const [index, { orderId, jobId }] of orders.entries()) {
        for (const [caller, client] of clients.entries()) {
          const expected = caller === index ? 200 : 404
          expect((await client.get(`/v1/orders/${orderId}`)).status).to.equal(expected)
        }
        await clients[index]?.finished(jobId)
      }
      expect(await brokenStock(harness.db)).to.deep.equal([])
    })
  })
})
