// The room for request bodies: bounded in all and for one caller, and free again afterwards.
import { expect } from 'chai'
import { createBodyBudget } from '../../../../lib/limits/body-budget.ts'

describe('the room for bodies', () => {
  it('is a quarter for one caller at most, and nobody gets more than there is', () => {
    const budget = createBodyBudget(100)
    expect(budget.take('a', 25)).to.be.an('object')
    expect(budget.take('a', 1)).to.equal(undefined)
    for (const owner of ['b', 'c', 'd']) expect(budget.take(owner, 25)).to.be.an('object')
    expect(budget.take('e', 1)).to.equal(undefined)
  })

  it('is there again when it was given back', () => {
    const budget = createBodyBudget(100)
    for (let n = 0; n < 1_000; n++) {
      const both = [budget.take('a', 10), budget.take('a', 15)]
      expect(budget.take('a', 1)).to.equal(undefined)
      for (const room of both) room?.giveBack()
    }
  })

  it('is there again for the part that a body does not need, and is given back once', () => {
    const budget = createBodyBudget(100)
    const room = budget.take('a', 25)
    room?.shrinkTo(5)
    room?.shrinkTo(90)
    const rest = budget.take('a', 20)
    expect(rest).to.be.an('object')
    expect(budget.take('a', 1)).to.equal(undefined)
    for (let n = 0; n < 2; n++) room?.giveBack()
    expect(budget.take('a', 6)).to.equal(undefined)
    expect(budget.take('a', 5)).to.be.an('object')
  })
})
