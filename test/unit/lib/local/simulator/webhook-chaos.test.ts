// What goes wrong with events on their way, without the way: what is lost, doubled and put out of order.
import { expect } from 'chai'
import fc from 'fast-check'
import { disorder, type WebhookChaos } from '../../../../../lib/local/simulator/webhook-chaos.ts'

const events = Array.from({ length: 200 }, (_, index) => index)

function sentWith(chaos: WebhookChaos) {
  const counts = { dropped: 0, duplicated: 0, delayed: 0, reordered: 0 }
  const { pass, release, holds } = disorder<number>(chaos, counts)
  const sent = [...events.flatMap(pass), ...release()]
  expect(holds()).to.equal(false)
  return { sent, counts }
}

describe('chaos of webhooks', () => {
  it('sends everything once and in order where nothing is to go wrong', () => {
    const { sent, counts } = sentWith({})
    expect(sent).to.deep.equal(events)
    expect(Object.values(counts)).to.deep.equal([0, 0, 0, 0])
  })

  it('loses all, doubles all, delays all', () => {
    expect(sentWith({ drop: 1 })).to.deep.include({ sent: [] })
    const doubled = sentWith({ duplicate: 1 })
    expect(doubled.sent).to.deep.equal(events.flatMap((event) => [event, event]))
    expect(doubled.counts.duplicated).to.equal(200)
    expect(sentWith({ delayMs: 5 }).counts.delayed).to.equal(200)
  })

  it('loses and doubles about as many as it says', () => {
    const { sent, counts } = sentWith({ drop: 0.3, duplicate: 0.3 })
    expect(counts.dropped).to.be.within(35, 85)
    expect(sent).to.have.length(200 - counts.dropped + counts.duplicated)
  })

  it('puts events out of order, near where they were, and loses none', () => {
    const { sent, counts } = sentWith({ reorder: 5 })
    expect(sent).to.have.members(events)
    expect(counts.reordered).to.equal(200)
    for (let at = 0; at < 200; at += 5) {
      expect(sent.slice(at, at + 5)).to.have.members(events.slice(at, at + 5))
      expect(sent.slice(at, at + 5)).to.not.deep.equal(events.slice(at, at + 5))
    }
  })

  it('is the same again from its seed', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const chaos = { seed, drop: 0.2, duplicate: 0.2, reorder: 4 }
        expect(sentWith(chaos)).to.deep.equal(sentWith(chaos))
      }),
      { numRuns: 10 },
    )
    expect(sentWith({ seed: 1, drop: 0.2 }).sent).to.not.deep.equal(sentWith({ seed: 2, drop: 0.2 }).sent)
  })

  it('is refused where it could not be', () => {
    for (const wrong of [{ drop: 2 }, { duplicate: -1 }, { reorder: 1 }, { delayMs: -5 }])
      expect(() => sentWith(wrong), JSON.stringify(wrong)).to.throw()
  })
})
