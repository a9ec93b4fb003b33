// The simulator's books: what they remember, over a restart too.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { Books } from '../../../../../lib/local/simulator/books.ts'
import { cancelIntent, confirmIntent, createIntent } from '../../../../../lib/local/simulator/intents.ts'
import { providerId, type StripeEvent } from '../../../../../lib/local/simulator/objects.ts'
import { createRefund, failRefund } from '../../../../../lib/local/simulator/refunds.ts'

const form = { amount: '5000', currency: 'eur', payment_method: 'pm_card_visa' }

describe('the books of the simulator', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'errand-books-'))
  })
  after(() => rm(folder, { recursive: true }))

  it('are the same after a restart, in the same order', () => {
    const journal = join(folder, 'journal')
    const books = new Books(journal)
    const first = confirmIntent(books, createIntent(books, { ...form, metadata: { payment_id: 'p\n1' } }).id)
    cancelIntent(books, createIntent(books, form).id)
    createRefund(books, { payment_intent: first.id, amount: '1500' })
    const again = new Books(journal)
    expect([...again.intents]).to.deep.equal([...books.intents])
    expect([...again.refunds]).to.deep.equal([...books.refunds])
    expect([...again.events]).to.deep.equal([...books.events])
    expect(again.events.size).to.equal(5)
    expect(again.refunded(first.id)).to.equal(1_500)
  })

  it('go on after a restart', () => {
    const journal = join(folder, 'second-journal')
    const { id } = createIntent(new Books(journal), form)
    confirmIntent(new Books(journal), id)
    expect(new Books(journal).intents.get(id)).to.include({ status: 'succeeded', amount_received: 5_000 })
  })

  it('are kept in memory alone where no journal is named', () => {
    createIntent(new Books(), form)
    expect(new Books().intents.size).to.equal(0)
  })

  it('count what an intent gave back by that intent’s refunds alone, and not by failed ones', () => {
    const books = new Books()
    const [one, other] = [1, 2].map(() => confirmIntent(books, createIntent(books, form).id))
    const refund = createRefund(books, { payment_intent: one!.id, amount: '1000' })
    createRefund(books, { payment_intent: other!.id, amount: '2000' })
    books.save({ ...refund, id: providerId('re'), status: 'failed' })
    expect(books.refunded(one!.id)).to.equal(1_000)
  })

  it('tell of every change by an event, with the object as it was then', () => {
    const books = new Books()
    const told: StripeEvent[] = []
    books.onEvent((event) => told.push(event))
    const intent = createIntent(books, form)
    const paid = confirmIntent(books, intent.id)
    const refund = createRefund(books, { payment_intent: intent.id })
    const failed = failRefund(books, refund.id)
    expect(told.map(({ type, data }) => [type, data.object])).to.deep.equal([
      ['payment_intent.created', intent],
      ['payment_intent.succeeded', paid],
      ['refund.created', refund],
      ['refund.failed', failed],
      ['refund.updated', failed],
    ])
    expect([...books.events.values()]).to.deep.equal(told)
  })
})
