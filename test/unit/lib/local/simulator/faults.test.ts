// The fault script: what goes wrong, where, and how often.
import { expect } from 'chai'
import {
  type Chaos,
  type FaultKind,
  FaultScript,
  faultKinds,
  readFaults,
} from '../../../../../lib/local/simulator/faults.ts'

const CREATE = 'POST /v1/payment_intents'
const REFUND = 'POST /v1/refunds'
const LIST = 'GET /v1/refunds'

describe('a fault script', () => {
  let script: FaultScript
  beforeEach(() => {
    script = new FaultScript()
  })
  const play = (on: string, times: number) => Array.from({ length: times }, () => script.next(on)?.do)

  it('plays nothing until it is loaded', () => {
    expect(script.next(CREATE)).to.equal(undefined)
    expect(script.played).to.equal(0)
  })

  it('plays each fault as often as it says, on its own call, in order', () => {
    script.load([
      { on: CREATE, do: 'error', times: 2 },
      { on: REFUND, do: 'delay', times: 1, ms: 5 },
      { on: CREATE, do: 'reset', times: 1 },
    ])
    expect(play(CREATE, 4)).to.deep.equal(['error', 'error', 'reset', undefined])
    expect(play(REFUND, 2)).to.deep.equal(['delay', undefined])
    expect(script.played).to.equal(4)
    const { error, delay, reset, cut } = script.playedByKind
    expect([error, delay, reset, cut]).to.deep.equal([2, 1, 1, 0])
  })

  it('is replaced by the next one, whole', () => {
    script.load([{ on: CREATE, do: 'error', times: 5 }])
    script.load([{ on: REFUND, do: 'reset', times: 1 }])
    expect(play(CREATE, 1)).to.deep.equal([undefined])
    expect(play(REFUND, 1)).to.deep.equal(['reset'])
  })

  it('leaves the list it was loaded from as it was', () => {
    const faults = [{ on: CREATE, do: 'error' as const, times: 1 }]
    script.load(faults)
    play(CREATE, 1)
    expect(faults).to.deep.equal([{ on: CREATE, do: 'error', times: 1 }])
  })
})

describe('chaos', () => {
  const chaos: Chaos = { seed: 7, rate: 0.5 }
  /** What each of many calls meets. */
  const played = (script: FaultScript, on = CREATE, times = 500) => Array.from({ length: times }, () => script.next(on))
  const startedWith = (more: Partial<Chaos> = {}) => {
    const script = new FaultScript()
    script.chaos({ ...chaos, ...more })
    return script
  }
  const kindsPlayed = (script: FaultScript, on?: string) =>
    new Set(played(script, on).flatMap((fault): FaultKind[] => (fault ? [fault.do] : [])))

  it('is the same again from its seed, and another from another', () => {
    const calls = played(startedWith())
    expect(played(startedWith())).to.deep.equal(calls)
    expect(played(startedWith({ seed: 8 }))).to.not.deep.equal(calls)
  })

  it('plays about as many faults as its rate says, and counts them by kind', () => {
    const script = startedWith({ rate: 0.2 })
    const faults = played(script).filter((fault) => fault !== undefined)
    expect(faults.length).to.be.within(60, 140)
    expect(script.played).to.equal(faults.length)
    for (const kind of faultKinds)
      expect(script.playedByKind[kind], kind).to.equal(faults.filter((fault) => fault.do === kind).length)
  })

  it('plays nothing at a rate of 0, and on every call at a rate of 1', () => {
    expect(played(startedWith({ rate: 0 })).filter(Boolean)).to.be.empty
    expect(played(startedWith({ rate: 1 })).every(Boolean)).to.equal(true)
  })

  it('plays every kind, or those that are named, and on a GET those that it can', () => {
    expect(kindsPlayed(startedWith())).to.have.all.keys(...faultKinds)
    expect(kindsPlayed(startedWith({ kinds: ['cut', 'conflict'] }))).to.have.all.keys('cut', 'conflict')
    expect(kindsPlayed(startedWith({ kinds: ['cut', 'conflict'] }), LIST)).to.have.all.keys('cut')
    expect(kindsPlayed(startedWith({ kinds: ['conflict'] }), LIST)).to.be.empty
  })

  it('delays up to what it was given', () => {
    const delays = played(startedWith({ kinds: ['delay'], delayMs: 40 })).flatMap((fault) => fault?.ms ?? [])
    expect(Math.max(...delays)).to.be.within(30, 40)
    expect(Math.min(...delays)).to.be.within(0, 10)
  })

  it('gives way to the script, which does not shift what comes after', () => {
    const [script, alone] = [startedWith({ rate: 1 }), startedWith({ rate: 1 })]
    script.load([{ on: CREATE, do: 'reset', times: 3 }])
    const [calls, expected] = [played(script), played(alone)]
    expect(calls.slice(0, 3).map((fault) => fault?.do)).to.deep.equal(['reset', 'reset', 'reset'])
    expect(calls.slice(3)).to.deep.equal(expected.slice(3))
  })

  it('ends when all is calm, and the script with it', () => {
    const script = startedWith({ rate: 1 })
    script.load([{ on: CREATE, do: 'reset', times: 3 }])
    script.calm()
    expect(played(script).filter(Boolean)).to.be.empty
  })

  it('is refused where it could not be', () => {
    for (const wrong of [{ rate: 1.1 }, { rate: -1 }, { seed: 0.5 }, { kinds: [] }])
      expect(() => startedWith(wrong), JSON.stringify(wrong)).to.throw()
  })
})

describe('a fault script as it is sent', () => {
  const endpoints = [CREATE, REFUND, LIST]

  it('is read', () => {
    const faults = [
      { on: CREATE, do: 'delay', times: 1, ms: 5 },
      { on: LIST, do: 'silent', times: 1 },
    ]
    expect(readFaults(faults, endpoints)).to.deep.equal(faults)
  })

  it('is refused when a part of it could never be played', () => {
    const unplayable = [
      { on: 'GET /v1/charges', do: 'reset', times: 1 },
      { on: LIST, do: 'error-after', times: 1 },
      { on: LIST, do: 'conflict', times: 1 },
      { on: CREATE, do: 'explode', times: 1 },
      { on: CREATE, do: 'reset', times: 0 },
      { bad: 1 },
    ]
    for (const fault of unplayable) expect(() => readFaults([fault], endpoints), JSON.stringify(fault)).to.throw()
  })
})
