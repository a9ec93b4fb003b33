// A job's stream of events, byte for byte, for a client that reads as slowly as it likes.
import { expect } from 'chai'
import { frame, streamEvents } from '../../../../api/follow/events.ts'
import { createSeat, type Seat } from '../../../../api/follow/seat.ts'
import { jobWith, snapshotOf } from './jobs.ts'

describe('a stream of events', () => {
  const seats: Seat[] = []
  afterEach(() => {
    for (const seat of seats.splice(0)) seat.leave()
  })
  const open = (more: object, lastEventId?: string) => {
    let left = false
    const { seat, show } = createSeat(() => {
      left = true
    })
    seats.push(seat)
    const seen = snapshotOf(more)
    const events = streamEvents(seat, seen, lastEventId)[Symbol.asyncIterator]() as AsyncIterator<Buffer>
    const read = async () => {
      const { value, done } = await events.next()
      return done ? undefined : String(value)
    }
    return { seat, show, seen, read, events, left: () => left }
  }

  it('frames a job as an event with its entity tag', () => {
    const snapshot = snapshotOf({ error: { detail: 'two\nlines\r and \u2028' } })
    const [event, id, data, ...rest] = frame(snapshot).split('\n')
    expect([event, id]).to.deep.equal(['event: job', `id: ${snapshot.etag}`])
    expect(data).to.equal(`data: ${snapshot.json}`)
    expect(data).not.to.match(/[\r\n]/)
    expect(JSON.parse(data!.slice(6)).error.detail).to.equal('two\nlines\r and \u2028')
    expect(rest).to.deep.equal(['', ''])
  })

  it('says when to connect again, sends the job as it is and as it changes, and ends after the final event', async () => {
    const { read, show, seen, left } = open({})
    expect(await read()).to.match(/^retry: \d+\n\n$/)
    expect(await read()).to.equal(frame(seen))
    const running = snapshotOf({ state: 'running' })
    const next = read()
    show(running)
    expect(await next).to.equal(frame(running))
    const done = snapshotOf({ state: 'succeeded' })
    show(done)
    expect(await read()).to.equal(frame(done))
    expect(await read()).to.equal(undefined)
    expect(left()).to.equal(true)
  })

  it('sends nothing that the client has already', async () => {
    const { read, show } = open({}, snapshotOf({}).etag)
    await read()
    const next = read()
    show(snapshotOf({}))
    const running = snapshotOf({ state: 'running' })
    show(running)
    expect(await next).to.equal(frame(running))
  })

  it('passes over what changes while nobody reads, and holds only the newest', async () => {
    const { read, show } = open({})
    await read()
    await read()
    const steps = Array.from({ length: 1_000 }, (_, done) =>
      snapshotOf({ progress: { done, total: 1_000, message: null } }),
    )
    for (const step of steps) {
      show(step)
      await Promise.resolve()
    }
    const seen: string[] = []
    const done = snapshotOf({ state: 'failed' })
    show(done)
    for (let event = await read(); event; event = await read()) seen.push(event)
    expect(seen.at(-1)).to.equal(frame(done))
    expect(seen.length).to.be.below(5)
  })

  it('ends when the seat is given up, and gives the seat up when it is not read to its end', async () => {
    const first = open({})
    await first.read()
    await first.read()
    const next = first.read()
    first.seat.leave()
    expect(await next).to.equal(undefined)
    const second = open({})
    await second.read()
    await second.events.return?.()
    expect(second.left()).to.equal(true)
  })

  it('of a flow is a new event when a step is another', async () => {
    const { read, show } = open({ state: 'running' })
    await read()
    await read()
    const flow = snapshotOf({ state: 'running' }, [jobWith({ id: 'step-1', state: 'running' })])
    const next = read()
    show(flow)
    expect(await next).to.equal(frame(flow))
  })
})
