// When it is worth to ask again.
import { expect } from 'chai'
import { type QueueStates, retryAfterS } from '../../../../api/follow/retry-after.ts'
import { jobWith } from './jobs.ts'

describe('Retry-After', () => {
  const NOW = Date.parse('2026-11-21T10:00:00Z')
  const at = (seconds: number) => new Date(NOW + seconds * 1000)
  const states = (pausedUntil?: number, waitedMs?: number): QueueStates => ({
    pausedUntil: () => pausedUntil,
    waitedMs: () => waitedMs,
  })
  const idle = states()
  const secondsOf = (more: object, queues = idle, steps: object[] = []) =>
    retryAfterS({ job: jobWith(more), steps: steps.map(jobWith) }, queues, NOW)

  it('is not said of a final job', () => {
    for (const state of ['succeeded', 'failed', 'cancelled']) expect(secondsOf({ state })).to.equal(undefined)
  })

  it('is when a job that is planned, or tried again, is due; a minute at most', () => {
    expect(secondsOf({ state: 'scheduled', runAt: at(12.2) })).to.equal(13)
    expect(secondsOf({ state: 'scheduled', runAt: at(3600) })).to.equal(60)
    expect(secondsOf({ state: 'scheduled', runAt: at(-5) })).to.equal(1)
  })

  it('is the end of its queue’s pause', () => {
    const paused = states(NOW + 30_000)
    expect(secondsOf({ state: 'queued', runAt: at(-1) }, paused)).to.equal(30)
    expect(secondsOf({ state: 'scheduled', runAt: at(5) }, paused)).to.equal(30)
    expect(secondsOf({ state: 'scheduled', runAt: at(40) }, paused)).to.equal(40)
    expect(secondsOf({ state: 'queued', runAt: at(-1) }, states(NOW - 30_000))).to.equal(1)
  })

  it('is what is left of the time that the others of the account had to wait', () => {
    const behind = states(undefined, 40_000)
    expect(secondsOf({ state: 'queued', runAt: at(0) }, behind)).to.equal(40)
    expect(secondsOf({ state: 'queued', runAt: at(-25) }, behind)).to.equal(15)
    expect(secondsOf({ state: 'queued', runAt: at(0) })).to.equal(1)
  })

  it('grows with what it has taken so far', () => {
    expect(secondsOf({ state: 'queued', runAt: at(-200) })).to.equal(20)
    expect(secondsOf({ state: 'running', startedAt: at(-1) })).to.equal(1)
    expect(secondsOf({ state: 'running', startedAt: at(-90) })).to.equal(9)
    expect(secondsOf({ state: 'running', startedAt: at(-90_000) })).to.equal(60)
  })

  it('is that of the first step of a flow that can go on', () => {
    const flow = { state: 'running', startedAt: at(-600) }
    const steps = [
      { state: 'succeeded', finishedAt: at(-10) },
      { state: 'scheduled', runAt: at(45) },
      { state: 'scheduled', runAt: at(20) },
    ]
    expect(secondsOf(flow, idle, steps)).to.equal(20)
    expect(secondsOf(flow, idle, steps.slice(0, 1))).to.equal(60)
    expect(secondsOf({ ...flow, startedAt: at(-30) }, idle, steps.slice(0, 1))).to.equal(3)
  })

  it('is a whole number of seconds even if the clocks differ', () => {
    expect(secondsOf({ state: 'queued', runAt: at(7.5) })).to.equal(1)
    expect(secondsOf({ state: 'running', startedAt: at(7.5) })).to.equal(1)
    expect(secondsOf({ state: 'running', startedAt: null })).to.equal(1)
  })
})
