// The fault script: what goes wrong, where, and how often.
import { expect } from 'chai'
import { FaultScript, readFaults } from '../../../../../lib/local/simulator/faults.ts'

const CREATE = 'POST /v1/payment_intents'
const REFUND = 'POST /v1/refunds'

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

describe('a fault script as it is sent', () => {
  const endpoints = [CREATE, REFUND]

  it('is read', () => {
    const faults = [{ on: CREATE, do: 'delay', times: 1, ms: 5 }]
    expect(readFaults(faults, endpoints)).to.deep.equal(faults)
  })

  it('is refused when a part of it could never be played', () => {
    const unplayable = [
      { on: 'GET /v1/refunds', do: 'reset', times: 1 },
      { on: CREATE, do: 'explode', times: 1 },
      { on: CREATE, do: 'reset', times: 0 },
      { bad: 1 },
    ]
    for (const fault of unplayable) expect(() => readFaults([fault], endpoints), JSON.stringify(fault)).to.throw()
  })
})
