// Counting in blocks: the bound holds whoever counts, and few ask.
import { expect } from 'chai'
import { inBlocks } from '../../../../lib/limits/blocks.ts'

/** A store of so many, and how often it was asked. */
function open(quota: number, resetMs = 60_000) {
  const store = { left: quota, asked: 0 }
  const taking = (size: number) => async () => {
    store.asked++
    await new Promise(setImmediate)
    if (store.left < size) return { exceeded: true, remaining: 0, resetMs }
    store.left -= size
    return { exceeded: false, remaining: store.left, resetMs }
  }
  return { store, process: (size: number) => inBlocks(size, taking(size)) }
}

describe('counting in blocks', () => {
  it('lets no more through than there are, whatever comes at once to several processes', async () => {
    const { store, process } = open(100)
    const counters = [process(10), process(10), process(10)]
    const counts = await Promise.all(Array.from({ length: 300 }, (_, n) => counters[n % 3]?.('key')))
    expect(counts.filter((count) => count?.exceeded === false)).to.have.length(100)
    // Ten blocks, and one refusal at least for each process.
    expect(store.asked).to.be.within(13, 30)
  })

  it('says what is left, here and elsewhere', async () => {
    const count = open(30).process(10)
    const left = []
    for (let n = 0; n < 30; n++) left.push((await count('key')).remaining)
    expect(left).to.deep.equal(Array.from({ length: 30 }, (_, n) => 29 - n))
    expect(await count('key')).to.include({ exceeded: true, remaining: 0 })
  })

  it('forgets a block whose window is over', async () => {
    const { store, process } = open(30, -1)
    const fleeting = process(10)
    // Each block is over when it comes; the store ends it.
    expect((await fleeting('key')).exceeded).to.equal(true)
    expect(store.left).to.equal(0)
  })

  it('goes on after a store that failed', async () => {
    const store: { fails: boolean } = { fails: true }
    const count = inBlocks(2, async () => {
      if (store.fails) throw new Error('away')
      return { exceeded: false, remaining: 0, resetMs: 1_000 }
    })
    expect(await count('key').catch((error: Error) => error.message)).to.equal('away')
    store.fails = false
    expect((await count('key')).exceeded).to.equal(false)
  })
})
