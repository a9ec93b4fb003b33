// Wrong credentials by address: bounded, forgotten in time, and no way to shut out somebody who is known.
import { expect } from 'chai'
import { createGuesses, network } from '../../../../lib/limits/guesses.ts'

describe('guesses', () => {
  const quota = { requests: 3, seconds: 60 }
  const open = () => {
    const clock = { now: 1_000 }
    const guesses = createGuesses(quota, () => clock.now)
    /** @returns how long to wait after each of so many wrong ones, one after the other. */
    const guess = (address: string, times: number) =>
      Array.from({ length: times }, (_, n) => {
        const guess = guesses.take(address, `Bearer wrong-${address}-${n}`)
        guess?.ended()
        return guess?.waitMs
      })
    return { clock, guesses, guess }
  }

  it('are taken up to the quota, then wait for the end of the window, and are taken again', () => {
    const { clock, guess } = open()
    expect(guess('192.0.2.1', 4)).to.deep.equal([0, 0, 0, 60_000])
    clock.now += 59_999
    expect(guess('192.0.2.1', 1)).to.deep.equal([1])
    clock.now += 1
    expect(guess('192.0.2.1', 4)).to.deep.equal([0, 0, 0, 60_000])
  })

  it('of one address leave those of another', () => {
    const { guess } = open()
    guess('192.0.2.1', 10)
    expect(guess('192.0.2.2', 1)).to.deep.equal([0])
  })

  it('are none where the credential was good, so that it is never shut out', () => {
    const { guesses, guess } = open()
    for (let n = 0; n < 10; n++) guesses.take('192.0.2.1', `Bearer good-${n}`)?.wasGood()
    expect(guess('192.0.2.1', 4)).to.deep.equal([0, 0, 0, 60_000])
    expect(guesses.take('192.0.2.1', 'Bearer good-0')).to.equal(undefined)
    expect(guesses.take('192.0.2.1', 'Bearer never-seen')?.waitMs).to.equal(60_000)
  })

  it('are one while many requests try the same at the same time: a client may begin with many connections', () => {
    const { guesses, guess } = open()
    const same = Array.from({ length: 50 }, () => guesses.take('192.0.2.1', 'Bearer same'))
    expect(same.map((each) => each?.waitMs)).to.deep.equal(Array(50).fill(0))
    expect(guess('192.0.2.1', 3)).to.deep.equal([0, 0, 60_000])
    same[1]?.wasGood()
    same[2]?.wasGood()
    expect(guess('192.0.2.1', 2)).to.deep.equal([0, 60_000])
  })

  it('are more where more try the same than a client has connections, and when they try again', () => {
    const { guesses } = open()
    const crowd = Array.from({ length: 1_000 }, () => guesses.take('192.0.2.1', 'Bearer same'))
    expect(crowd.filter((each) => each?.waitMs === 0)).to.have.length(3 * 64)
    for (const each of crowd) each?.ended()
    expect(guesses.take('192.0.2.1', 'Bearer same')?.waitMs).to.be.above(0)
    expect(guesses.take('192.0.2.2', 'Bearer same')?.waitMs).to.equal(0)
  })

  it('share what memory there is, however many addresses come', function () {
    this.timeout(30_000)
    const guesses = createGuesses({ requests: 1, seconds: 60 })
    let taken = 0
    for (let n = 0; n < 80_000; n++) {
      const guess = guesses.take(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, 'Bearer wrong')
      guess?.ended()
      if (guess?.waitMs === 0) taken++
    }
    expect(taken).to.be.within(30_000, 65_536)
  })
})

describe('whom an address belongs to', () => {
  for (const [address, owner] of [
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['', ''],
  ] as const) {
    it(`${address || '(none)'} is ${owner || '(none)'}`, () => expect(network(address)).to.equal(owner))
  }
})
