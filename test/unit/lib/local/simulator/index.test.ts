// The simulator as a server: forms in, JSON out, keys honoured, faults played.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Fault } from '../../../../../lib/local/simulator/faults.ts'
import { type Simulator, startSimulator } from '../../../../../lib/local/simulator/index.ts'
import { waitFor } from '../../../../support/wait-for.ts'

const INTENTS = '/v1/payment_intents'
const CONFIRM = `POST ${INTENTS}/:id/confirm`
const visa = { amount: '5000', currency: 'eur', payment_method: 'pm_card_visa', 'metadata[payment_id]': 'p1' }

interface Body {
  id: string
  status: string
  error: Record<string, unknown>
  data: { id: string }[]
  metadata: object
  played: number
}

describe('the simulator as a server', () => {
  let simulator: Simulator
  before(async () => {
    simulator = await startSimulator()
  })
  after(() => simulator.stop())

  async function answerTo(request: Promise<Response>) {
    const response = await request
    return { status: response.status, body: (await response.json()) as Body }
  }
  const get = (path: string) => answerTo(fetch(simulator.url + path))
  const send = (path: string, form: Record<string, string>, key?: string, authorization = 'Bearer sk_test_1') =>
    fetch(simulator.url + path, {
      method: 'POST',
      headers: { authorization, ...(key && { 'idempotency-key': key }) },
      body: new URLSearchParams(form),
    })
  const post = (...request: Parameters<typeof send>) => answerTo(send(...request))
  const created = async (method = 'pm_card_visa') => (await post(INTENTS, { ...visa, payment_method: method })).body.id
  const confirm = (id: string, key?: string) => post(`${INTENTS}/${id}/confirm`, {}, key)
  const load = (faults: Fault[]) => simulator.faults.load(faults)

  it('reads forms as the `stripe` package sends them', async () => {
    const { status, body } = await post(INTENTS, visa)
    expect([status, body.status, body.metadata]).to.deep.equal([200, 'requires_confirmation', { payment_id: 'p1' }])
    expect((await get(`${INTENTS}/${body.id}`)).body).to.deep.equal(body)
  })

  it('charges, refuses to charge again, refunds, and lists the refunds of one intent', async () => {
    const [id, other] = [await created(), await created()]
    for (const each of [id, other]) expect((await confirm(each)).body.status).to.equal('succeeded')
    expect((await confirm(id)).body.error.code).to.equal('payment_intent_unexpected_state')
    const { body: refund } = await post('/v1/refunds', { payment_intent: id, amount: '1500' })
    await post('/v1/refunds', { payment_intent: other })
    expect((await get(`/v1/refunds?payment_intent=${id}`)).body.data).to.deep.equal([refund])
    expect((await post('/v1/refunds', { payment_intent: id, amount: '3501' })).status).to.equal(400)
  })

  it('declines with Stripe’s error', async () => {
    const { status, body } = await confirm(await created('pm_card_chargeDeclinedLostCard'))
    expect(status).to.equal(402)
    expect(body.error).to.include({ type: 'card_error', code: 'card_declined', decline_code: 'lost_card' })
  })

  it('cancels, and does not charge what is cancelled', async () => {
    const id = await created()
    expect((await post(`${INTENTS}/${id}/cancel`, {})).body.status).to.equal('canceled')
    expect((await confirm(id)).status).to.equal(400)
  })

  it('does nothing without a secret key', async () => {
    const before = simulator.books.intents.size
    expect((await post(INTENTS, visa, undefined, 'Bearer pk_test_1')).status).to.equal(401)
    expect(simulator.books.intents.size).to.equal(before)
  })

  it('does the work of a key once, and refuses it for other parameters or another path', async () => {
    const { body } = await post(INTENTS, visa, 'key-1')
    expect((await post(INTENTS, visa, 'key-1')).body).to.deep.equal(body)
    for (const [path, form] of [
      [INTENTS, { ...visa, amount: '1' }],
      [`${INTENTS}/${body.id}/confirm`, {}],
    ] as const) {
      const refused = await post(path, form as Record<string, string>, 'key-1')
      expect([refused.status, refused.body.error.type]).to.deep.equal([400, 'idempotency_error'])
    }
    expect(simulator.books.intents.get(body.id)?.status).to.equal('requires_confirmation')
  })

  it('replays a decline, and a stored 500 whose work was not done', async () => {
    const declined = await created('pm_card_chargeDeclined')
    expect(await confirm(declined, 'key-2')).to.deep.equal(await confirm(declined, 'key-2'))
    const id = await created()
    load([{ on: CONFIRM, do: 'error', times: 1 }])
    expect([(await confirm(id, 'key-3')).status, (await confirm(id, 'key-3')).status]).to.deep.equal([500, 500])
    expect(simulator.books.intents.get(id)?.status).to.equal('requires_confirmation')
    expect((await confirm(id, 'key-4')).body.status).to.equal('succeeded')
  })

  it('replays a stored 500 whose work was done', async () => {
    const id = await created()
    load([{ on: CONFIRM, do: 'error-after', times: 1 }])
    expect([(await confirm(id, 'key-5')).status, (await confirm(id, 'key-5')).status]).to.deep.equal([500, 500])
    expect(simulator.books.intents.get(id)?.status).to.equal('succeeded')
  })

  it('cuts a connection after the work is done, and replays its answer', async () => {
    const id = await created()
    load([{ on: CONFIRM, do: 'reset', times: 1 }])
    const cut = await send(`${INTENTS}/${id}/confirm`, {}, 'key-6').catch((error: unknown) => error)
    expect(cut).to.be.instanceOf(TypeError)
    expect(simulator.books.intents.get(id)?.status).to.equal('succeeded')
    expect((await confirm(id, 'key-6')).body.status).to.equal('succeeded')
  })

  it('answers 409 while a key is in use', async () => {
    const id = await created()
    const before = simulator.faults.played
    load([{ on: CONFIRM, do: 'delay', times: 1, ms: 1_000 }])
    const slow = confirm(id, 'key-7')
    await waitFor('the charge to be under way', async () => simulator.faults.played > before)
    const { status, body } = await confirm(id, 'key-7')
    expect([status, body.error.code]).to.deep.equal([409, 'idempotency_key_in_use'])
    expect((await slow).body.status).to.equal('succeeded')
  })

  it('takes a fault script over HTTP', async () => {
    const faults: Fault[] = [{ on: `POST ${INTENTS}`, do: 'error', times: 1 }]
    const body = JSON.stringify(faults)
    const headers = { 'content-type': 'application/json' }
    const loaded = await answerTo(fetch(`${simulator.url}/faults`, { method: 'POST', headers, body }))
    expect(loaded.body).to.deep.equal({ played: simulator.faults.played })
    expect([(await post(INTENTS, visa)).status, (await post(INTENTS, visa)).status]).to.deep.equal([500, 200])
  })

  it('is a 404 for what does not exist', async () => {
    for (const path of [`${INTENTS}/pi_none`, '/v1/refunds/re_none']) {
      const { status, body } = await get(path)
      expect([status, body.error.code]).to.deep.equal([404, 'resource_missing'])
    }
  })

  it('keeps its books over a restart where it has a journal', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'errand-simulator-'))
    const journal = join(folder, 'journal')
    const first = await startSimulator({ journal })
    const response = await fetch(first.url + INTENTS, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_1' },
      body: new URLSearchParams(visa),
    })
    const intent = (await response.json()) as Body
    await first.stop()
    const second = await startSimulator({ journal })
    const { data } = (await (await fetch(second.url + INTENTS)).json()) as Body
    await second.stop()
    await rm(folder, { recursive: true })
    expect(data).to.deep.equal([intent])
  })
})
