// The room for request bodies: bounded in all and for one caller, and free again afterwards.
import { expect } from 'chai'
import { createBodyBudget } from '../../../../lib/limits/body-budget.ts'

describe('the room for bodies', () => {
  it('is a quarter for one caller at most, and nobody gets more than there is', () => {
    const budget = createBodyBudget(100)
    expect(budget.take('a', 25)).to.be.a('function')
    expect(budget.take('a', 1)).to.equal(undefined)
    for (const owner of ['b', 'c', 'd']) expect(budget.take(owner, 25)).to.be.a('function')
    expect(budget.take('e', 1)).to.equal(undefined)
  })

  it('is there again when it was given back', () => {
    const budget = createBodyBudget(100)
    for (let n = 0; n < 1_000; n++) {
      const both = [budget.take('a', 10), budget.take('a', 15)]
      expect(budget.take('a', 1)).to.equal(undefined)
      for (const giveBack of both) giveBack?.()
    }
  })
})
