// Doing together what is asked for at the same time: groups, lanes, results in order, errors, and what is said of who waits.
import { setImmediate } from 'node:timers/promises'
import { expect } from 'chai'
import { together } from '../../../lib/together.ts'

describe('what is done together', () => {
  /** Work that ends when it is told to. */
  const open = (bounds: { lanes: number; most: number }) => {
    const groups: { items: number[]; end: (error?: Error) => void }[] = []
    const ask = together(
      (items: number[]) =>
        new Promise<number[]>((resolve, reject) => {
          groups.push({ items, end: (error) => (error ? reject(error) : resolve(items.map((item) => item * 10))) })
        }),
      bounds,
    )
    return { ask, groups }
  }

  it('is what was asked for in the same turn of the event loop, each with its own result', async () => {
    const { ask, groups } = open({ lanes: 1, most: 10 })
    const answers = Promise.all([ask(1), ask(2), ask(3)])
    await setImmediate()
    expect(groups.map(({ items }) => items)).to.deep.equal([[1, 2, 3]])
    groups[0]?.end()
    expect(await answers).to.deep.equal([10, 20, 30])
  })

  it('waits while all lanes are busy, goes with the next group, and is told how long it waits', async () => {
    const { ask, groups } = open({ lanes: 2, most: 2 })
    const first = [ask(1), ask(2), ask(3)]
    await setImmediate()
    const second = ask(4)
    await setImmediate()
    expect(groups.map(({ items }) => items)).to.deep.equal([[1, 2], [3]])
    const third = [ask(5), ask(6), ask(7)]
    await setImmediate()
    expect(ask.waiting()).to.equal(7)
    expect(ask.waitedMs()).to.be.at.least(0)
    for (let ended = 0; ended < 5; ended++) {
      groups[ended]?.end()
      await setImmediate()
      await setImmediate()
    }
    expect(await Promise.all([...first, second, ...third])).to.deep.equal([10, 20, 30, 40, 50, 60, 70])
    expect(ask.waiting()).to.equal(0)
    expect(ask.waitedMs()).to.equal(0)
    expect(Math.max(...groups.map(({ items }) => items.length))).to.equal(2)
  })

  it('fails together, and what comes after it does not', async () => {
    const { ask, groups } = open({ lanes: 1, most: 2 })
    const failing = [ask(1), ask(2)].map((asked) => asked.catch((error: Error) => error.message))
    await setImmediate()
    const next = ask(3)
    groups[0]?.end(new Error('gone'))
    expect(await Promise.all(failing)).to.deep.equal(['gone', 'gone'])
    await setImmediate()
    groups[1]?.end()
    expect(await next).to.equal(30)
  })

  it('is refused as a whole where the work forgets one of them', async () => {
    const ask = together(async (items: number[]) => items.slice(1), { lanes: 1, most: 2 })
    const outcomes = await Promise.allSettled([ask(1), ask(2)])
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected'])
  })
})
