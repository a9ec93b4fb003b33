// Money: whole minor units, a currency that exists, and how an amount reads.
import { expect } from 'chai'
import fc from 'fast-check'
import { Amount, Currency, formatMoney, MAX_AMOUNT } from '../../../lib/money.ts'

describe('an amount', () => {
  it('invariant 6: is any whole number of minor units from 1 to the provider’s bound', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: MAX_AMOUNT }), (amount) => Amount.safeParse(amount).success))
  })

  for (const amount of [
    0,
    -0,
    -1,
    0.5,
    29.99,
    MAX_AMOUNT + 1,
    1e9,
    2 ** 53,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '100',
    null,
    true,
  ]) {
    it(`invariant 6: is not ${Object.is(amount, -0) ? '-0' : JSON.stringify(amount)} (${typeof amount})`, () => {
      expect(Amount.safeParse(amount).success).to.be.false
    })
  }
})

describe('a currency', () => {
  it('is an ISO 4217 code in upper case', () => {
    for (const code of ['EUR', 'USD', 'JPY', 'KWD']) expect(Currency.parse(code)).to.equal(code)
  })

  for (const code of ['eur', 'Eur', 'EU', 'EURO', ' EUR', '€', 'ZZZ', 'QQQ', '', 978, null]) {
    it(`is not ${JSON.stringify(code)}`, () => {
      expect(Currency.safeParse(code).success).to.be.false
    })
  }
})

describe('an amount as it reads', () => {
  it('has as many digits after the point as its currency has minor units', () => {
    expect(formatMoney(2900, 'EUR')).to.equal('€29.00')
    expect(formatMoney(2900, 'JPY')).to.equal('¥2,900')
    expect(formatMoney(2900, 'KWD').replace(/\s/u, ' ')).to.equal('KWD 2.900')
  })

  it('keeps every minor unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MAX_AMOUNT }), fc.constantFrom('EUR', 'JPY', 'KWD'), (amount, currency) => {
        expect(Number(formatMoney(amount, currency).replaceAll(/\D/gu, ''))).to.equal(amount)
      }),
    )
  })
})
