// The queue of a job type is its first word.
import { expect } from 'chai'
import { queueOf, queues } from '../../../lib/queues.ts'

describe('the queue of a job type', () => {
  it('is its first word', () => {
    for (const queue of queues) expect(queueOf(`${queue}.anything`)).to.equal(queue)
  })

  for (const type of ['', 'orders', 'ordersplace', 'Orders.place', 'nothing.place', '.place', 'place.orders']) {
    it(`does not exist for "${type}"`, () => {
      expect(() => queueOf(type)).to.throw(TypeError, `"${type}"`)
    })
  }
})
