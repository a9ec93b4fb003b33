// A task done again and again: it outlives its errors, never overlaps itself, and stops when asked.
import { expect } from 'chai'
import { createLogger } from '../../../lib/logger.ts'
import { keepDoing } from '../../../lib/loop.ts'
import { waitFor } from '../../support/wait-for.ts'

const quiet = createLogger('test', 'silent')
const NEVER_MS = 3_600_000

/** A promise and the function that resolves it. */
function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open: () => open(), opened }
}

describe('a task that is kept doing', () => {
  it('starts at once', async () => {
    let runs = 0
    const stop = keepDoing('task', NEVER_MS, quiet, async () => runs++)
    expect(runs).to.equal(1)
    await stop()
  })

  it('runs again after the interval', async () => {
    let runs = 0
    const stop = keepDoing('task', 1, quiet, async () => ++runs)
    await waitFor('three runs', async () => runs >= 3)
    await stop()
  })

  it('runs again soon when it says so', async () => {
    let runs = 0
    const stop = keepDoing('task', NEVER_MS, quiet, async () => ++runs < 3 && { afterMs: 1 })
    await waitFor('three runs', async () => runs >= 3)
    await stop()
    expect(runs).to.equal(3)
  })

  it('runs again at once while it returns true, and pauses on anything else', async () => {
    for (const enough of [false, undefined, 1, 'true', {}]) {
      let runs = 0
      const stop = keepDoing('task', NEVER_MS, quiet, async () => (++runs < 5 ? true : enough))
      await waitFor('five runs', async () => runs >= 5)
      await stop()
      expect(runs).to.equal(5)
    }
  })

  it('outlives a task that rejects or throws', async () => {
    let runs = 0
    const stop = keepDoing('task', 1, quiet, () => {
      runs++
      if (runs === 1) throw new Error('thrown')
      return runs === 2 ? Promise.reject(new Error('rejected')) : Promise.resolve()
    })
    await waitFor('a run after both errors', async () => runs >= 3)
    await stop()
  })

  it('never runs beside itself', async () => {
    let running = 0
    let most = 0
    let runs = 0
    const stop = keepDoing('task', 0, quiet, async () => {
      most = Math.max(most, ++running)
      await new Promise(setImmediate)
      running--
      runs++
      return true
    })
    await waitFor('many runs', async () => runs >= 50)
    await stop()
    expect(most).to.equal(1)
  })

  it('stops in the middle of a pause, however long', async () => {
    let runs = 0
    const stop = keepDoing('task', NEVER_MS, quiet, async () => {
      runs++
    })
    await new Promise(setImmediate)
    await stop()
    expect(runs).to.equal(1)
  })

  it('stops only when the task under way has ended, and starts no other', async () => {
    const { open, opened } = gate()
    const events: string[] = []
    const stop = keepDoing('task', 0, quiet, async () => {
      events.push('started')
      await opened
      events.push('ended')
      return true
    })
    const stopping = stop().then(() => events.push('stopped'))
    await new Promise(setImmediate)
    expect(events).to.deep.equal(['started'])
    open()
    await stopping
    expect(events).to.deep.equal(['started', 'ended', 'stopped'])
  })

  it('may be stopped twice', async () => {
    const stop = keepDoing('task', NEVER_MS, quiet, async () => {})
    await Promise.all([stop(), stop()])
    await stop()
  })
})
