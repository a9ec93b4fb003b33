// What the `stripe` package makes of each fault, and whether the work was done: what a worker has to cope with.
import { expect } from 'chai'
import Stripe from 'stripe'
import { type FaultKind, faultKinds } from '../../../../../lib/local/simulator/faults.ts'
import { type Simulator, startSimulator } from '../../../../../lib/local/simulator/index.ts'
import { waitFor } from '../../../../support/wait-for.ts'
import { errorOf } from '../../../error-of.ts'
import { clientOf } from './webhook-receiver.ts'

const CONFIRM = 'POST /v1/payment_intents/:id/confirm'
const READ = 'GET /v1/payment_intents/:id'
const charge = { amount: 5_000, currency: 'eur', payment_method: 'pm_card_visa' }

describe('the faults of the simulator, as the `stripe` package sees them', () => {
  let simulator: Simulator
  let stripe: Stripe
  beforeEach(async () => {
    simulator = await startSimulator()
    stripe = clientOf(simulator)
  })
  afterEach(() => simulator.stop())

  const create = async () => (await stripe.paymentIntents.create(charge)).id
  const confirm = (id: string, idempotencyKey: string, options: Stripe.RequestOptions = {}) =>
    stripe.paymentIntents.confirm(id, {}, { idempotencyKey, ...options })
  const statusOf = (id: string) => simulator.books.intents.get(id)?.status
  const failure = (call: () => unknown) => errorOf(Stripe.errors.StripeError, call)

  /** What a write meets: the error's status, whether the work was done, and what the same key gets afterwards. */
  const onWrites: [FaultKind, { status: number | undefined; done: boolean; afterwards: number }][] = [
    ['error', { status: 500, done: false, afterwards: 500 }],
    ['error-after', { status: 500, done: true, afterwards: 500 }],
    ['conflict', { status: 409, done: false, afterwards: 200 }],
    ['rate-limit', { status: 429, done: false, afterwards: 200 }],
    ['unauthorized', { status: 401, done: false, afterwards: 200 }],
    // The package asks again once after a connection was cut: two are needed for it to give up.
    ['reset', { status: undefined, done: true, afterwards: 200 }],
    ['cut', { status: undefined, done: false, afterwards: 200 }],
    ['silent', { status: undefined, done: true, afterwards: 200 }],
  ]
  for (const [kind, expected] of onWrites) {
    it(`${kind}: the work is ${expected.done ? '' : 'not '}done, and the key gets a ${expected.afterwards} afterwards`, async () => {
      const id = await create()
      simulator.faults.load([{ on: CONFIRM, do: kind, times: expected.status ? 1 : 2, ms: 50 }])
      const error = await failure(() => confirm(id, 'key'))
      expect([error.statusCode, statusOf(id) === 'succeeded']).to.deep.equal([expected.status, expected.done])
      const played = simulator.faults.playedByKind[kind]
      expect([played, simulator.faults.played]).to.deep.equal([expected.status ? 1 : 2, played])
      if (expected.afterwards === 500) {
        const replayed = await failure(() => confirm(id, 'key'))
        expect([replayed.statusCode, replayed.headers?.['idempotent-replayed']]).to.deep.equal([500, 'true'])
      } else expect((await confirm(id, 'key')).status).to.equal('succeeded')
      expect(
        [...simulator.books.events.values()].filter(({ type }) => type === 'payment_intent.succeeded'),
      ).to.have.length(expected.done || expected.afterwards === 200 ? 1 : 0)
    })
  }

  it('conflict and in use look the same: status 409, code idempotency_key_in_use', async () => {
    const id = await create()
    simulator.faults.load([{ on: CONFIRM, do: 'conflict', times: 1 }])
    expect((await failure(() => confirm(id, 'key'))).code).to.equal('idempotency_key_in_use')
  })

  it('delay: the answer comes late, and a caller without patience does not see it', async () => {
    const id = await create()
    simulator.faults.load([{ on: CONFIRM, do: 'delay', times: 1, ms: 300 }])
    await errorOf(Stripe.errors.StripeConnectionError, () => confirm(id, 'key', { timeout: 50 }))
    await waitFor('the work to be done all the same', async () => statusOf(id) === 'succeeded')
    expect((await confirm(id, 'key')).status).to.equal('succeeded')
  })

  it('silent: nothing is heard for half a minute, unless it is told otherwise', async () => {
    const id = await create()
    simulator.faults.load([{ on: CONFIRM, do: 'silent', times: 1 }])
    await errorOf(Stripe.errors.StripeConnectionError, () => confirm(id, 'key', { timeout: 300 }))
    expect(statusOf(id)).to.equal('succeeded')
  })

  const onReads: [FaultKind, number | undefined][] = [
    ['error', 500],
    ['rate-limit', 429],
    ['unauthorized', 401],
    ['cut', undefined],
    ['reset', undefined],
    ['silent', undefined],
  ]
  for (const [kind, status] of onReads) {
    it(`${kind} can happen to a read, and is over afterwards`, async () => {
      const id = await create()
      simulator.faults.load([{ on: READ, do: kind, times: status ? 1 : 2, ms: 20 }])
      expect((await failure(() => stripe.paymentIntents.retrieve(id))).statusCode).to.equal(status)
      expect((await stripe.paymentIntents.retrieve(id)).id).to.equal(id)
    })
  }

  it('a list, too, can fail in the middle', async () => {
    for (let count = 0; count < 3; count++) await create()
    simulator.faults.load([{ on: 'GET /v1/payment_intents', do: 'error', times: 1 }])
    const pages = stripe.paymentIntents.list({ limit: 1 })
    await failure(() => pages.autoPagingToArray({ limit: 10 }))
    expect(await stripe.paymentIntents.list({ limit: 1 }).autoPagingToArray({ limit: 10 })).to.have.length(3)
  })

  it('chaos over HTTP goes the same way again from the same seed, and ends when all is calm', async () => {
    const headers = { authorization: 'Bearer sk_test_1' }
    const body = 'amount=5000&currency=eur'
    /** One caller, one call after the other: how each ends. Not by the package, which asks again by itself. */
    async function run(seed: number): Promise<(string | number)[]> {
      simulator.faults.chaos({ seed, rate: 0.5, delayMs: 5, silentMs: 5 })
      const ends: (string | number)[] = []
      for (let count = 0; count < 150; count++) {
        const answer = await fetch(`${simulator.url}/v1/payment_intents`, { method: 'POST', headers, body }).catch(
          String,
        )
        ends.push(typeof answer === 'string' ? 'lost' : answer.status)
      }
      return ends
    }
    const first = await run(11)
    const { playedByKind } = simulator.faults
    expect(faultKinds.filter((kind) => playedByKind[kind] === 0)).to.be.empty
    expect(first).to.include.members([200, 'lost', 409, 429, 500, 401])
    expect(await run(11)).to.deep.equal(first)
    expect(await run(12)).to.not.deep.equal(first)
    simulator.controls.calm()
    const { played } = simulator.faults
    for (let count = 0; count < 20; count++) await create()
    expect(simulator.faults.played).to.equal(played)
  })
})
