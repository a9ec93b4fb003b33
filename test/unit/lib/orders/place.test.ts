// Which orders are accepted, before any price is looked up.
import { expect } from 'chai'
import { InvalidRequest } from '../../../../lib/errors.ts'
import { OrderRequest } from '../../../../lib/orders/place.ts'
import { validate } from '../../../../lib/validate.ts'
import { errorOf } from '../../error-of.ts'

const order = {
  customer: { email: 'ada@example.com', name: 'Ada' },
  items: [{ sku: 'MUG-BLUE', quantity: 2 }],
  payment: { method: 'pm_card_visa' },
}
const accepts = (change: object) => OrderRequest.safeParse({ ...order, ...change }).success
const withQuantity = (quantity: unknown) => ({ items: [{ sku: 'MUG-BLUE', quantity }] })

describe('a request to place an order', () => {
  it('names a customer, items and a payment method', () => {
    expect(OrderRequest.parse(order)).to.deep.equal(order)
  })

  it('needs each of them', () => {
    for (const field of Object.keys(order)) expect(accepts({ [field]: undefined }), field).to.equal(false)
  })

  it('is captured at once or on a later word, and at once where it does not say', () => {
    for (const capture of ['automatic', 'manual', undefined])
      expect(accepts({ payment: { method: 'pm_card_visa', capture } }), capture).to.equal(true)
    for (const capture of ['later', '', null, true])
      expect(accepts({ payment: { method: 'pm_card_visa', capture } }), String(capture)).to.equal(false)
  })

  it('cannot name prices, totals or anything else', async () => {
    const greedy = {
      ...order,
      total: 1,
      items: [{ sku: 'MUG-BLUE', quantity: 1, unitAmount: 1 }],
      payment: { method: 'pm_card_visa', amount: 1 },
    }
    const { errors } = await errorOf(InvalidRequest, () => validate(OrderRequest, greedy))
    expect(errors?.map(({ pointer }) => pointer)).to.have.members([
      '#/total',
      '#/items/0/unitAmount',
      '#/payment/amount',
    ])
  })

  it('has quantities from 1 to 10,000', () => {
    for (const quantity of [1, 2, 10_000]) expect(accepts(withQuantity(quantity)), String(quantity)).to.equal(true)
  })

  for (const quantity of [0, -0, -1, 1.5, 10_001, 1e9, 2 ** 53, Number.NaN, '1', null, true, [1]]) {
    it(`has no quantity ${JSON.stringify(quantity)} (${typeof quantity})`, () => {
      expect(accepts(withQuantity(quantity))).to.equal(false)
    })
  }

  it('points to the quantity that is wrong', async () => {
    const items = [
      { sku: 'MUG', quantity: 1 },
      { sku: 'KETTLE', quantity: 0 },
    ]
    const { errors } = await errorOf(InvalidRequest, () => validate(OrderRequest, { ...order, items }))
    expect(errors?.map(({ pointer }) => pointer)).to.deep.equal(['#/items/1/quantity'])
  })

  it('has 1 to 100 lines', () => {
    const lines = (count: number) => ({ items: Array.from({ length: count }, () => ({ sku: 'MUG', quantity: 1 })) })
    expect([0, 1, 100, 101].map((count) => accepts(lines(count)))).to.deep.equal([false, true, true, false])
  })

  it('may name a currency that exists', () => {
    expect(accepts({ currency: 'EUR' })).to.equal(true)
    for (const currency of ['eur', 'ZZZ', '', 978, null])
      expect(accepts({ currency }), String(currency)).to.equal(false)
  })

  it('goes to a customer with one address and a name of one line', () => {
    const { email, name } = order.customer
    for (const address of ['ada', 'ada@example.com,eve@example.com', `Ada <${email}>`, '', null]) {
      expect(accepts({ customer: { email: address, name } }), String(address)).to.equal(false)
    }
    for (const text of ['', '  ', 'Ada\nBcc: eve@example.com', 'x'.repeat(201), 7]) {
      expect(accepts({ customer: { email, name: text } }), String(text)).to.equal(false)
    }
  })

  it('keeps names without the white space around them', () => {
    const { customer } = OrderRequest.parse({ ...order, customer: { email: 'ada@example.com', name: ' Ada\r\n' } })
    expect(customer.name).to.equal('Ada')
  })
})
