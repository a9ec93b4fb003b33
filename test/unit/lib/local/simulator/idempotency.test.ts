// Idempotency keys as Stripe honours them: one answer a key, errors included.
import { expect } from 'chai'
import { StripeError } from '../../../../../lib/local/simulator/errors.ts'
import { IdempotencyKeys, type Reply } from '../../../../../lib/local/simulator/idempotency.ts'
import { errorOf } from '../../../error-of.ts'

describe('an idempotency key of the simulator', () => {
  let keys: IdempotencyKeys
  let done: number
  beforeEach(() => {
    keys = new IdempotencyKeys()
    done = 0
  })
  const work =
    (status = 200) =>
    async (): Promise<Reply> => ({ status, body: { number: ++done } })

  for (const status of [200, 402, 500]) {
    it(`gets the first answer again, of status ${status} as well, and the work is done once`, async () => {
      const first = await keys.once('k', 'charge 5000', work(status))
      expect(first).to.deep.equal({ status, body: { number: 1 } })
      expect(await keys.once('k', 'charge 5000', work(200))).to.deep.equal({ ...first, replayed: true })
      expect(done).to.equal(1)
    })
  }

  it('is refused with other parameters, and the work is not done', async () => {
    await keys.once('k', 'charge 5000', work())
    const { status, body } = await errorOf(StripeError, () => keys.once('k', 'charge 6000', work()))
    expect([status, body.error.type]).to.deep.equal([400, 'idempotency_error'])
    expect(done).to.equal(1)
  })

  it('is in use until its first request is answered', async () => {
    let finish = () => {}
    const first = keys.once('k', 'charge', async () => {
      await new Promise<void>((resolve) => {
        finish = resolve
      })
      return { status: 200, body: 'done' }
    })
    const { status, body } = await errorOf(StripeError, () => keys.once('k', 'charge', work()))
    expect([status, body.error.code]).to.deep.equal([409, 'idempotency_key_in_use'])
    finish()
    expect(await first).to.deep.equal({ status: 200, body: 'done' })
    expect(await keys.once('k', 'charge', work())).to.deep.equal({ status: 200, body: 'done', replayed: true })
    expect(done).to.equal(0)
  })

  it('is free again when its work breaks without an answer', async () => {
    const broken = () => keys.once('k', 'charge', async () => Promise.reject(new RangeError('a bug')))
    await errorOf(RangeError, broken)
    expect(await keys.once('k', 'charge', work())).to.deep.equal({ status: 200, body: { number: 1 } })
  })

  it('has nothing to do with another key', async () => {
    await keys.once('a', 'charge', work())
    await keys.once('b', 'charge', work())
    expect(done).to.equal(2)
  })

  it('may be missing: then the work is done each time', async () => {
    await keys.once(undefined, 'charge', work())
    await keys.once(undefined, 'charge', work())
    expect(done).to.equal(2)
  })
})
