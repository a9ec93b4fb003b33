// What is written through an outage, and what is not: the database's failures are waited out, any other answer is one.
import { expect } from 'chai'
import pg from 'pg'
import { persist } from '../../../lib/persist.ts'

const sqlState = (code: string) => Object.assign(new pg.DatabaseError('failed', 6, 'error'), { code })
const gone = () => sqlState('57P01')
const never = new AbortController().signal

/** Fails with each of `failures` in turn, then returns 'written'. */
function failing(...failures: Error[]) {
  const tries = { count: 0 }
  const write = async () => {
    tries.count++
    const failure = failures.shift()
    if (failure) throw failure
    return 'written'
  }
  return { tries, write }
}

describe('persisting', () => {
  it('writes once where the database is well', async () => {
    const { tries, write } = failing()
    expect(await persist(never, write)).to.equal('written')
    expect(tries.count).to.equal(1)
  })

  it('tries again while the database fails, and returns what it wrote in the end', async () => {
    const { tries, write } = failing(gone(), sqlState('40001'), new Error('Connection terminated unexpectedly'))
    expect(await persist(never, write)).to.equal('written')
    expect(tries.count).to.equal(4)
  })

  const answers: Record<string, Error> = {
    'an error of the work': new Error('boom'),
    'a broken constraint': sqlState('23505'),
    'a statement that took too long': sqlState('57014'),
  }
  for (const [what, error] of Object.entries(answers)) {
    it(`gives back ${what} at once, also after a failure of the database`, async () => {
      const { tries, write } = failing(gone(), error)
      expect(await persist(never, write).catch((thrown: unknown) => thrown)).to.equal(error)
      expect(tries.count).to.equal(2)
    })
  }

  it('tries once where it is to stop already, and says why that failed', async () => {
    const failure = gone()
    const { tries, write } = failing(failure)
    expect(await persist(AbortSignal.abort(), write).catch((thrown: unknown) => thrown)).to.equal(failure)
    expect(tries.count).to.equal(1)
    expect(await persist(AbortSignal.abort(), failing().write)).to.equal('written')
  })

  it('ends in the middle of its pause when it is to stop, with what the database said', async () => {
    const stop = new AbortController()
    const failure = gone()
    const { tries, write } = failing(failure)
    const persisting = persist(stop.signal, () => {
      setImmediate(() => stop.abort(new Error('the reason to stop')))
      return write()
    })
    expect(await persisting.catch((thrown: unknown) => thrown)).to.equal(failure)
    expect(tries.count).to.equal(1)
  })
})
