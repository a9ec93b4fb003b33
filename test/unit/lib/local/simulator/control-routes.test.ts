// The simulator's own calls over HTTP, and the simulator as a process, as the local stack and the chaos suite use it.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { type Simulator, startSimulator } from '../../../../../lib/local/simulator/index.ts'
import { waitFor } from '../../../../support/wait-for.ts'
import { clientOf, type Receiver, SECRET, startReceiver } from './webhook-receiver.ts'

const charge = { amount: 5_000, currency: 'eur', payment_method: 'pm_card_visa' }

describe('the simulator’s own calls', () => {
  let simulator: Simulator
  let receiver: Receiver
  before(async () => {
    receiver = await startReceiver()
    simulator = await startSimulator()
  })
  after(async () => {
    await simulator.stop()
    await receiver.stop()
  })

  async function call(method: string, path: string, body?: unknown) {
    const response = await fetch(simulator.url + path, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  const paid = (more: object = {}) => clientOf(simulator).paymentIntents.create({ ...charge, confirm: true, ...more })
  const refunded = async (method: string) =>
    clientOf(simulator).refunds.create({ payment_intent: (await paid({ payment_method: method })).id })

  it('fail and succeed refunds', async () => {
    const [pending, done] = [await refunded('pm_card_pendingRefund'), await refunded('pm_card_refundFail')]
    expect((await call('POST', `/simulator/refunds/${pending.id}/succeed`)).body.status).to.equal('succeeded')
    const failed = await call('POST', `/simulator/refunds/${done.id}/fail`, { failure_reason: 'declined' })
    expect(failed.body).to.include({ status: 'failed', failure_reason: 'declined' })
    expect((await call('POST', `/simulator/refunds/${pending.id}/fail`)).body.failure_reason).to.equal('unknown')
    expect((await call('POST', `/simulator/refunds/${done.id}/fail`)).status).to.equal(400)
    expect((await call('POST', '/simulator/refunds/re_none/fail')).status).to.equal(404)
  })

  it('let an authorization expire', async () => {
    const { id } = await paid({ capture_method: 'manual' })
    const { body } = await call('POST', `/simulator/payment_intents/${id}/expire`)
    expect(body).to.include({ status: 'canceled', cancellation_reason: 'automatic' })
  })

  it('say where events go, and what becomes of them', async () => {
    expect((await call('POST', '/simulator/webhook', { url: receiver.url, secret: SECRET })).status).to.equal(200)
    await call('POST', '/simulator/webhook-chaos', { duplicate: 1 })
    await paid()
    await waitFor('four deliveries', async () => receiver.received.length === 4)
    await call('POST', '/simulator/calm')
    const { id } = receiver.events()[0]!
    await call('POST', `/simulator/events/${id}/resend`)
    await waitFor('a fifth delivery', async () => receiver.received.length === 5)
    expect(receiver.events()[4]?.id).to.equal(id)
    await waitFor('all to be counted', async () => simulator.webhooks.pending === 0)
    expect((await call('GET', '/simulator')).body.webhooks).to.include({ delivered: 5, duplicated: 2, pending: 0 })
    await call('DELETE', '/simulator/webhook')
    await paid()
    expect(simulator.webhooks.pending).to.equal(0)
  })

  it('start chaos and end it', async () => {
    await call('POST', '/simulator/chaos', { seed: 1, rate: 1, kinds: ['rate-limit'] })
    expect((await fetch(`${simulator.url}/v1/refunds`)).status).to.equal(429)
    const { body } = await call('POST', '/simulator/calm')
    expect((await fetch(`${simulator.url}/v1/refunds`)).status).to.equal(200)
    expect(body.faults).to.deep.equal({
      played: simulator.faults.played,
      playedByKind: { ...simulator.faults.playedByKind, 'rate-limit': 1 },
    })
  })

  it('refuse what they cannot read', async () => {
    for (const [path, body] of [
      ['/faults', [{ on: 'GET /v1/refunds', do: 'conflict', times: 1 }]],
      ['/faults', {}],
      ['/simulator/chaos', { seed: 1 }],
      ['/simulator/webhook', { url: 'ftp://example.org', secret: SECRET }],
      ['/simulator/webhook', { url: receiver.url }],
      ['/simulator/webhook-chaos', { lose: 1 }],
    ] as const) {
      expect((await call('POST', path, body)).status, `${path} ${JSON.stringify(body)}`).to.equal(400)
    }
    const broken = await fetch(`${simulator.url}/simulator/chaos`, { method: 'POST', body: '{' })
    expect(broken.status).to.equal(400)
  })
})

describe('the simulator as a process', () => {
  const program = 'lib/local/simulator/process.ts'
  const start = (args: string[], env: Record<string, string>) =>
    fork(program, args, { execArgv: ['--import', 'tsx'], env: { ...process.env, ...env }, silent: true })

  it('sends its events where the settings say, and keeps them over a restart', async () => {
    const receiver = await startReceiver()
    const folder = await mkdtemp(join(tmpdir(), 'errand-simulator-'))
    const run = async <R>(use: (url: string) => Promise<R>): Promise<R> => {
      const child = start([join(folder, 'journal'), '0'], { WEBHOOK_URL: receiver.url, WEBHOOK_SECRET: SECRET })
      const [message] = (await once(child, 'message')) as [{ paymentsUrl: string }]
      const result = await use(message.paymentsUrl)
      child.kill('SIGTERM')
      expect(await once(child, 'exit')).to.deep.equal([0, null])
      return result
    }
    const events = (url: string) => clientOf({ url }).events.list()
    const before = await run(async (url) => {
      await clientOf({ url }).paymentIntents.create({ ...charge, confirm: true })
      await waitFor('both events', async () => receiver.events().length === 2)
      return (await events(url)).data
    })
    const after = await run(async (url) => (await events(url)).data)
    await receiver.stop()
    await rm(folder, { recursive: true })
    expect(after).to.deep.equal(before)
    expect(after.map(({ id }) => id)).to.have.members(receiver.events().map(({ id }) => id))
  })

  it('does not start with a webhook nobody could verify', async () => {
    const child = start(['', '0'], { WEBHOOK_URL: 'http://127.0.0.1:1/', WEBHOOK_SECRET: '' })
    let said = ''
    child.stderr?.on('data', (chunk) => {
      said += chunk
    })
    expect(await once(child, 'exit')).to.deep.equal([1, null])
    expect(said).to.contain('WEBHOOK_SECRET')
  })
})
