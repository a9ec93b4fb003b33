// Timers by name: the earlier time counts, one thing is done at a time, and stopping waits for it.
import { expect } from 'chai'
import { createTimers } from '../../../../lib/limits/timers.ts'

describe('timers by name', () => {
  const record = () => {
    const done: string[] = []
    let finished = () => {}
    const three = new Promise<void>((resolve) => {
      finished = resolve
    })
    const task = async (name: string) => {
      done.push(`${name} begins`)
      await new Promise(setImmediate)
      if (name === 'bad') throw new Error('bad')
      done.push(`${name} ends`)
      if (name === 'last') finished()
    }
    return { done, three, task }
  }

  it('do what is due once, at the earliest time that was set, one after the other', async () => {
    const { done, three, task } = record()
    const timers = createTimers(task, () => {})
    timers.set('a', 60_000)
    timers.set('a', 0)
    timers.set('a', 5)
    timers.set('b', 0)
    timers.set('last', 20)
    await three
    await timers.stop()
    expect(done).to.deep.equal(['a begins', 'a ends', 'b begins', 'b ends', 'last begins', 'last ends'])
  })

  it('go on after an error, which they tell', async () => {
    const { done, three, task } = record()
    const errors: unknown[] = []
    const timers = createTimers(task, (error) => errors.push(error))
    timers.set('bad', 0)
    timers.set('last', 5)
    await three
    await timers.stop()
    expect(errors).to.have.length(1)
    expect(done.at(-1)).to.equal('last ends')
  })

  it('do nothing more when they are stopped', async () => {
    const { done, task } = record()
    const timers = createTimers(task, () => {})
    timers.set('a', 0)
    await timers.stop()
    timers.set('b', 0)
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(done).to.deep.equal([])
  })
})
