// Fields that are wrong: each is refused with its pointer and the reason, on every route that takes a body, and nothing
// is stored.
import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { newId, type ProductId } from '../../../lib/ids.ts'
import { Product, Stock } from '../../../lib/models/product.ts'
import { useHarness } from '../../support/harness.ts'
import { orderBody, placeOrder } from '../../support/orders.ts'
import { expectProblem, type Refusal, storedRows } from './refused.ts'

interface Case extends Partial<Refusal> {
  name: string
  body: unknown
  pointer: string
}

const item = (change: object) => ({ ...orderBody(), items: [{ sku: 'MUG-BLUE', quantity: 1, ...change }] })
const customer = (change: object) => ({
  ...orderBody(),
  customer: { email: 'ada@example.com', name: 'Ada', ...change },
})
const { customer: _, ...withoutCustomer } = orderBody()
const bigLines = Array.from({ length: 3 }, () => ({ sku: 'KETTLE', quantity: 10_000 }))
const manyLines = Array.from({ length: 101 }, () => ({ sku: 'MUG-BLUE', quantity: 1 }))

const orders: Case[] = [
  { name: 'an unknown SKU', body: item({ sku: 'NOPE' }), pointer: '#/items/0/sku', reason: /NOPE/ },
  { name: 'the SKU "__proto__"', body: item({ sku: '__proto__' }), pointer: '#/items/0/sku', reason: /__proto__/ },
  { name: 'the SKU "constructor"', body: item({ sku: 'constructor' }), pointer: '#/items/0/sku' },
  { name: 'a SKU of another case', body: item({ sku: 'mug-blue' }), pointer: '#/items/0/sku' },
  { name: 'quantity 0', body: item({ quantity: 0 }), pointer: '#/items/0/quantity', reason: /1/ },
  { name: 'quantity -1', body: item({ quantity: -1 }), pointer: '#/items/0/quantity', reason: /1/ },
  { name: 'quantity 1.5', body: item({ quantity: 1.5 }), pointer: '#/items/0/quantity', reason: /int/ },
  { name: 'quantity 1e9', body: item({ quantity: 1e9 }), pointer: '#/items/0/quantity', reason: /10000/ },
  { name: 'quantity "2"', body: item({ quantity: '2' }), pointer: '#/items/0/quantity', reason: /number/ },
  { name: 'quantity null', body: item({ quantity: null }), pointer: '#/items/0/quantity' },
  { name: 'quantity true', body: item({ quantity: true }), pointer: '#/items/0/quantity' },
  { name: 'no items', body: { ...orderBody(), items: [] }, pointer: '#/items', reason: /1/ },
  { name: 'too many lines', body: { ...orderBody(), items: manyLines }, pointer: '#/items', reason: /100/ },
  { name: 'items that are no list', body: { ...orderBody(), items: { 0: 'x' } }, pointer: '#/items' },
  { name: 'a total above what a card can be charged', body: { ...orderBody(), items: bigLines }, pointer: '#/items' },
  { name: 'an unknown field', body: { ...orderBody(), coupon: 'X' }, pointer: '#/coupon', reason: /not a known field/ },
  { name: 'an unknown field of an item', body: item({ price: 1 }), pointer: '#/items/0/price', reason: /known/ },
  { name: 'a field named "constructor"', body: { ...orderBody(), constructor: {} }, pointer: '#/constructor' },
  { name: 'a field whose name needs escaping', body: { ...orderBody(), 'a/b~c': 1 }, pointer: '#/a~1b~0c' },
  { name: 'no customer', body: withoutCustomer, pointer: '#/customer' },
  { name: 'a list as the body', body: [orderBody()], pointer: '#' },
  { name: 'a bad e-mail address', body: customer({ email: 'ada' }), pointer: '#/customer/email', reason: /e-mail/ },
  { name: 'two recipients', body: customer({ email: 'a@example.com, b@example.com' }), pointer: '#/customer/email' },
  { name: 'a header in the address', body: customer({ email: 'a@b.de\r\nBcc: c@d.de' }), pointer: '#/customer/email' },
  { name: 'a header in the name', body: customer({ name: 'Ada\r\nBcc: c@d.de' }), pointer: '#/customer/name' },
  { name: 'an empty name', body: customer({ name: '   ' }), pointer: '#/customer/name' },
  { name: 'a name of 201 letters', body: customer({ name: 'a'.repeat(201) }), pointer: '#/customer/name' },
  { name: 'no payment method', body: { ...orderBody(), payment: {} }, pointer: '#/payment/method' },
  { name: 'an unknown currency', body: { ...orderBody(), currency: 'XYZ' }, pointer: '#/currency', reason: /4217/ },
  {
    name: 'a currency in lower case',
    body: { ...orderBody(), currency: 'eur' },
    pointer: '#/currency',
    reason: /4217/,
  },
  {
    name: 'not the currency of the price',
    body: { ...orderBody(), currency: 'USD' },
    pointer: '#/currency',
    reason: /EUR/,
  },
  {
    name: 'items in two currencies',
    body: { ...orderBody(), items: ['MUG-BLUE', 'IN-USD'].map((sku) => ({ sku, quantity: 1 })) },
    pointer: '#/items',
    reason: /one currency/,
  },
]

const welcome = { to: 'ada@example.com', template: 'welcome', data: { name: 'Ada' } }
const note = { to: 'ada@example.com', subject: 'Hello', text: 'Hello Ada' }
const emails: Case[] = [
  { name: 'an unknown template', body: { ...welcome, template: 'nope' }, pointer: '#/template', reason: /welcome/ },
  { name: 'the template "__proto__"', body: { ...welcome, template: '__proto__' }, pointer: '#/template' },
  { name: 'template data of the wrong type', body: { ...welcome, data: { name: 1 } }, pointer: '#/data/name' },
  { name: 'missing template data', body: { ...welcome, data: {} }, pointer: '#/data/name' },
  {
    name: 'template data that the template does not know',
    body: { ...welcome, data: { name: 'Ada', age: 36 } },
    pointer: '#/data/age',
    reason: /not a known field/,
  },
  { name: 'template data with a line break', body: { ...welcome, data: { name: 'a\nb' } }, pointer: '#/data/name' },
  { name: 'a bad address', body: { ...note, to: 'ada@' }, pointer: '#/to', reason: /e-mail/ },
  { name: 'two recipients', body: { ...note, to: 'a@example.com,b@example.com' }, pointer: '#/to' },
  { name: 'a list of recipients', body: { ...note, to: ['a@example.com'] }, pointer: '#/to' },
  { name: 'a display name', body: { ...note, to: 'Ada <ada@example.com>' }, pointer: '#/to' },
  { name: 'a header in the recipient', body: { ...note, to: 'a@b.de\r\nBcc: c@d.de' }, pointer: '#/to' },
  { name: 'a header in the subject', body: { ...note, subject: 'Hi\r\nBcc: c@d.de' }, pointer: '#/subject' },
  { name: 'a bare line feed in the subject', body: { ...note, subject: 'Hi\nBcc: c@d.de' }, pointer: '#/subject' },
  { name: 'an empty text', body: { ...note, text: '' }, pointer: '#/text' },
  { name: 'a template and a text', body: { ...welcome, subject: 'Hi', text: 'x' }, pointer: '#/text' },
  { name: 'sendAt that is no time', body: { ...note, sendAt: 'tomorrow' }, pointer: '#/sendAt' },
]

const set = { sku: 'KETTLE', set: 5, version: 1, reason: 'count' }
const delta = { sku: 'KETTLE', delta: 1, reason: 'count' }
const adjustments: Case[] = [
  { name: 'a negative set', body: { ...set, set: -1 }, pointer: '#/set', reason: /0/ },
  { name: 'set without version', body: { sku: 'KETTLE', set: 5, reason: 'count' }, pointer: '#/version' },
  { name: 'version 0', body: { ...set, version: 0 }, pointer: '#/version' },
  { name: 'delta 0', body: { ...delta, delta: 0 }, pointer: '#/delta', reason: /not be 0/ },
  { name: 'delta 0.5', body: { ...delta, delta: 0.5 }, pointer: '#/delta', reason: /int/ },
  { name: 'delta "1"', body: { ...delta, delta: '1' }, pointer: '#/delta', reason: /number/ },
  { name: 'delta 1e9', body: { ...delta, delta: 1e9 }, pointer: '#/delta', reason: /1000000/ },
  { name: 'delta and set', body: { ...set, delta: 1 }, pointer: '#/delta' },
  { name: 'no reason', body: { sku: 'KETTLE', delta: 1 }, pointer: '#/reason' },
  { name: 'an unknown SKU', body: { ...delta, sku: 'NOPE' }, pointer: '#/sku', reason: /NOPE/ },
  { name: 'the SKU "__proto__"', body: { ...delta, sku: '__proto__' }, pointer: '#/sku' },
]

const refunds: Case[] = [
  { name: 'amount 0', body: { amount: 0 }, pointer: '#/amount', reason: /1/ },
  { name: 'a negative amount', body: { amount: -100 }, pointer: '#/amount', reason: /1/ },
  { name: 'a fraction of a cent', body: { amount: 10.5 }, pointer: '#/amount', reason: /int/ },
  { name: 'an amount as a string', body: { amount: '100' }, pointer: '#/amount', reason: /number/ },
  { name: 'an amount above the bound', body: { amount: 1e12 }, pointer: '#/amount', reason: /99999999/ },
  { name: 'amount null', body: { amount: null }, pointer: '#/amount' },
  { name: 'a reason of two lines', body: { reason: 'a\nb' }, pointer: '#/reason', reason: /one line/ },
  { name: 'a currency', body: { amount: 1, currency: 'USD' }, pointer: '#/currency', reason: /known/ },
]

const mail = { type: 'emails.send', input: note }
const jobs: Case[] = [
  { name: 'an unknown type', body: { ...mail, type: 'emails.burn' }, pointer: '#/type', reason: /emails\.send/ },
  { name: 'the type "__proto__"', body: { ...mail, type: '__proto__' }, pointer: '#/type' },
  { name: 'a type that is not public', body: { type: 'payments.charge', input: {} }, pointer: '#/type' },
  { name: 'a type without input', body: { type: 'emails.send' }, pointer: '#/input' },
  { name: 'input that is a list', body: { ...mail, input: [note] }, pointer: '#/input' },
  { name: 'runAt that is no time', body: { ...mail, runAt: 'soon' }, pointer: '#/runAt' },
  { name: 'runAt without a time zone', body: { ...mail, runAt: '2030-01-01T00:00:00' }, pointer: '#/runAt' },
  { name: 'runAt on 30 February', body: { ...mail, runAt: '2030-02-30T00:00:00Z' }, pointer: '#/runAt' },
  { name: 'runAt as a number', body: { ...mail, runAt: 1893456000 }, pointer: '#/runAt' },
  { name: 'an unknown field', body: { ...mail, attempts: 99 }, pointer: '#/attempts', reason: /known/ },
  { name: 'wrong input', body: { ...mail, input: { ...note, to: 'x' } }, pointer: '#/input/to', reason: /e-mail/ },
  {
    name: 'input with an unknown template',
    body: { ...mail, input: { ...welcome, template: 'nope' } },
    pointer: '#/input/template',
  },
  {
    name: 'an order of nothing',
    body: { type: 'orders.place', input: { ...orderBody(), items: [] } },
    pointer: '#/input/items',
  },
  {
    name: 'an order of an unknown SKU',
    body: { type: 'orders.place', input: item({ sku: 'NOPE' }) },
    pointer: '#/input/items/0/sku',
  },
  {
    name: 'an adjustment of an unknown SKU',
    body: { type: 'inventory.adjust', input: { ...delta, sku: 'NOPE' } },
    pointer: '#/input/sku',
  },
  { name: 'a refund of no payment', body: { type: 'payments.refund', input: {} }, pointer: '#/input/paymentId' },
]

describe('a field that is wrong is refused with its pointer and the reason, and nothing is stored', () => {
  const harness = useHarness()
  let paymentId = ''
  before(async () => {
    const { db, accountId, api } = harness
    const id = newId<ProductId>()
    const price = { priceAmount: 100, priceCurrency: 'USD' }
    await Product.query(db).insert({ id, accountId, sku: 'IN-USD', name: 'Priced in dollars', ...price })
    await Stock.query(db).insert({ productId: id, accountId, onHand: 0 })
    await harness.startWorkers()
    const { jobId, orderId } = await placeOrder(api)
    await api.finished(jobId)
    paymentId = (await api.get(`/v1/orders/${orderId}`)).body.payment.id
  })

  const tables: [string, Case[], () => string][] = [
    ['POST /v1/orders', orders, () => '/v1/orders'],
    ['POST /v1/emails', emails, () => '/v1/emails'],
    ['POST /v1/inventory/adjustments', adjustments, () => '/v1/inventory/adjustments'],
    ['POST /v1/payments/:id/refunds', refunds, () => `/v1/payments/${paymentId}/refunds`],
    ['POST /v1/jobs', jobs, () => '/v1/jobs'],
  ]
  for (const [title, cases, path] of tables) {
    describe(title, () => {
      for (const { name, body, code = 'invalid-request', ...where } of cases) {
        it(`refuses ${name}`, async () => {
          const before = await storedRows(harness.db)
          const answer = await harness.api.post(path(), body)
          expectProblem(answer, { code, ...where })
          expect(await storedRows(harness.db)).to.deep.equal(before)
        })
      }
    })
  }

  it('does not take an empty body for the wish to refund all', async () => {
    const before = await storedRows(harness.db)
    const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() }
    const answer = await harness.api.send('POST', `/v1/payments/${paymentId}/refunds`, { body: '', headers })
    expectProblem(answer, { code: 'malformed-body' })
    expect(await storedRows(harness.db)).to.deep.equal(before)
  })

  it('names every wrong field at once', async () => {
    const body = { ...customer({ email: 'ada' }), items: [{ sku: 'NOPE', quantity: 0 }], currency: 'XYZ' }
    const answer = await harness.api.post('/v1/orders', body)
    const pointers = answer.body.errors.map((error: { pointer: string }) => error.pointer)
    expect(pointers).to.have.members(['#/customer/email', '#/items/0/quantity', '#/currency'])
  })
})
