// Products and their stock as clients see them.
import { expect } from 'chai'
import fc from 'fast-check'
import { presentProduct, presentStock } from '../../../../api/presenters/product.ts'
import { Product, Stock } from '../../../../lib/models/product.ts'

const product = (onHand: number, reserved: number) =>
  Object.assign(new Product(), {
    id: 'not-for-clients',
    accountId: 'not-for-clients',
    sku: 'MUG',
    name: 'Blue mug',
    priceAmount: 900,
    priceCurrency: 'EUR',
    stock: Object.assign(new Stock(), { productId: 'not-for-clients', onHand, reserved, version: 7 }),
  }) as unknown as Product

describe('a product as clients see it', () => {
  it('has the published fields and no other', () => {
    const price = { amount: 900, currency: 'EUR' }
    expect(presentProduct(product(10, 3))).to.deep.equal({ sku: 'MUG', name: 'Blue mug', price, available: 7 })
    expect(presentStock(product(10, 3))).to.deep.equal({
      sku: 'MUG',
      onHand: 10,
      reserved: 3,
      available: 7,
      version: 7,
    })
  })

  it('invariant 5: is available as far as it is on hand and not reserved', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (onHand, reserved) => {
        expect(presentStock(product(onHand, reserved)).available + reserved).to.equal(onHand)
        expect(presentProduct(product(onHand, reserved)).available + reserved).to.equal(onHand)
      }),
    )
  })
})
