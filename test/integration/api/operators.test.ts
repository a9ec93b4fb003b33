// The operators' dashboard: who gets in, what it shows and steers, and what it must never show (invariant 10).
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { createApp } from '../../../api/app.ts'
import { queues } from '../../../lib/queues.ts'
import { registry } from '../../../workers/registry.ts'
import { operator, quiet, useHarness } from '../../support/harness.ts'
import { placeOrder } from '../../support/orders.ts'
import { waitFor } from '../../support/wait-for.ts'
import { expectProblem } from './refused.ts'

interface BoardQueue {
  name: string
  isPaused: boolean
  jobs: { id: string; name: string; data: unknown }[]
}

const basic = (email: string, password: string) => `Basic ${Buffer.from(`${email}:${password}`).toString('base64')}`
const login = basic(operator.email, operator.password)

describe('the dashboard', () => {
  const harness = useHarness()
  const call = (path: string, { authorization = login, method = 'GET', site = '' } = {}) =>
    fetch(harness.apiUrl + path, {
      method,
      redirect: 'manual',
      headers: { ...(authorization && { authorization }), ...(site && { 'sec-fetch-site': site }) },
    })
  const board = async (activeQueue = ''): Promise<BoardQueue[]> => {
    const response = await call(`/ops/queues/api/queues?activeQueue=${activeQueue}&page=1&jobsPerPage=100`)
    expect(response.status).to.equal(200)
    return ((await response.json()) as { queues: BoardQueue[] }).queues
  }
  const isPaused = async (name: string) => (await board()).find((queue) => queue.name === name)?.isPaused

  describe('asks for the login', () => {
    const wrong: [string, string][] = [
      ['nothing', ''],
      ['a wrong password', basic(operator.email, 'wrong')],
      ['another e-mail address', basic('mallory@example.com', operator.password)],
      ['an empty password', basic(operator.email, '')],
      ['a password that only begins right', basic(operator.email, `${operator.password} `)],
      ['something that is not base64', 'Basic !!!'],
    ]
    const paths = ['/ops', '/ops/', '/ops/queues', '/OPS/Queues', '/ops/queues/api/queues', '/ops/queues/static/x.js']
    for (const [name, authorization] of wrong) {
      it(`answers 401 to ${name}`, async () => {
        for (const path of paths) {
          const response = await call(path, { authorization })
          expect(response.status, path).to.equal(401)
          expect(response.headers.get('www-authenticate'), path).to.match(/^Basic realm=/)
          expect(await response.text(), path).to.not.include('<html')
        }
      })
    }

    it("does not take an account's API key for a login", async () => {
      const response = await call('/ops/queues', { authorization: `Bearer ${harness.api.key}` })
      expect(response.status).to.equal(401)
    })
  })

  it('is HTML for an operator, and its script and styles load', async () => {
    const response = await call('/ops/queues')
    expect(response.status).to.equal(200)
    expect(response.headers.get('content-type')).to.match(/^text\/html/)
    const html = await response.text()
    expect(html).to.include('Errand')
    const assets = [...html.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map(([, path = '']) => path)
    expect(assets).to.not.deep.equal([])
    for (const path of assets) {
      const asset = await call(new URL(path, `${harness.apiUrl}/ops/queues/`).pathname)
      expect(asset.status, path).to.equal(200)
      await asset.arrayBuffer()
    }
  })

  it('has a content security policy that lets its own script run', async () => {
    const response = await call('/ops/queues')
    const inline = (await response.text()).match(/<script(?![^>]*\bsrc=)(?![^>]*type="application\/json")[^>]*>/g) ?? []
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).to.include("script-src 'self'")
    expect(inline, 'inline scripts, which the policy stops').to.deep.equal([])
  })

  it('lists every queue', async () => {
    expect((await board()).map(({ name }) => name)).to.have.members([...queues])
  })

  it('refuses a change that another site makes the browser send', async () => {
    for (const site of ['cross-site', 'same-site', 'none']) {
      for (const [method, path] of [
        ['PUT', '/ops/queues/api/queues/maintenance/pause'],
        ['POST', '/ops/queues/api/queues/maintenance/add'],
      ] as const) {
        const { status, headers, ...response } = await call(path, { method, site }).then(async (answer) => ({
          status: answer.status,
          headers: answer.headers,
          body: await answer.json(),
        }))
        expectProblem({ status, headers, ...response }, { code: 'forbidden' })
      }
    }
    expect(await isPaused('maintenance')).to.equal(false)
  })

  it('refuses a change from a foreign origin where the browser sends no fetch metadata', async () => {
    const login = Buffer.from(`${operator.email}:${operator.password}`).toString('base64')
    const pauseFrom = (origin: string) =>
      fetch(`${harness.apiUrl}/ops/queues/api/queues/maintenance/pause`, {
        method: 'PUT',
        headers: { authorization: `Basic ${login}`, origin },
      })
    for (const origin of ['http://evil.example', 'null', 'not a url']) {
      expect((await pauseFrom(origin)).status, origin).to.equal(403)
    }
    expect(await isPaused('maintenance')).to.equal(false)
    expect((await pauseFrom(harness.apiUrl)).status).to.equal(200)
    await call('/ops/queues/api/queues/maintenance/resume', { method: 'PUT', site: 'same-origin' })
  })

  it('takes no work: nothing is put into the engine that no row stands for (invariant 7)', async () => {
    const { status } = await call('/ops/queues/api/queues/maintenance/add', { method: 'POST', site: 'same-origin' })
    expect(status).to.equal(403)
  })

  it('pauses a queue and resumes it from its own pages', async () => {
    const pause = await call('/ops/queues/api/queues/emails/pause', { method: 'PUT', site: 'same-origin' })
    expect(pause.status).to.equal(200)
    expect(await isPaused('emails')).to.equal(true)
    expect(await isPaused('orders')).to.equal(false)
    const resume = await call('/ops/queues/api/queues/emails/resume', { method: 'PUT', site: 'same-origin' })
    expect(resume.status).to.equal(200)
    expect(await isPaused('emails')).to.equal(false)
  })

  it('lets the jobs of a paused queue wait, and run once it is resumed', async () => {
    await harness.startWorkers()
    await call('/ops/queues/api/queues/emails/pause', { method: 'PUT', site: 'same-origin' })
    const { jobId, orderId } = await placeOrder(harness.api)
    await waitFor('the mail to be the last step', async () => {
      const { body } = await harness.api.get(`/v1/jobs/${jobId}`)
      return body.steps.length === 4
    })
    // A job of another queue that was accepted later is done first.
    const adjustment = { sku: 'KETTLE', delta: 1, reason: 'found' }
    const { body } = await harness.api.post('/v1/inventory/adjustments', adjustment)
    expect((await harness.api.finished(body.job.id)).state).to.equal('succeeded')
    expect((await harness.api.get(`/v1/jobs/${jobId}`)).body.steps[3].state).to.equal('queued')
    await call('/ops/queues/api/queues/emails/resume', { method: 'PUT', site: 'same-origin' })
    expect((await harness.api.finished(jobId)).state).to.equal('succeeded')
    expect((await harness.api.get(`/v1/orders/${orderId}`)).body.mails[0].state).to.equal('sent')
  })

  it('shows ids alone, and the engine holds no more: no address, no name, no card (invariants 7 and 10)', async () => {
    const { jobId } = await placeOrder(harness.api, { email: 'grace.hopper@example.com' })
    const declined = await placeOrder(harness.api, { email: 'alan@example.com', method: 'pm_card_chargeDeclined' })
    await harness.api.finished(jobId)
    await harness.api.finished(declined.jobId)
    const shown = (await Promise.all(queues.map((name) => board(name)))).flat().flatMap(({ jobs }) => jobs)
    for (const type of ['orders.place', 'payments.charge', 'inventory.reserve', 'emails.send']) {
      expect(shown.map(({ name }) => name)).to.include(type)
    }
    expect(shown.map(({ id }) => id.slice(0, 36))).to.include(jobId)
    for (const { data } of shown) expect(data).to.deep.equal({})
    expect(JSON.stringify(shown)).to.not.match(/@|grace|alan|lovelace|pm_card|mug/i)
  })

  it('is not there where no operator is configured', async () => {
    const { db, engine, dispatch } = harness
    const app = createApp({
      db,
      engine,
      dispatch,
      following: harness.following,
      catalogue: registry,
      log: quiet,
      operator: undefined,
    })
    const server = createServer(app.callback())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    try {
      for (const path of ['/ops', '/ops/queues', '/ops/queues/api/queues', '/OPS/queues']) {
        for (const authorization of [login, basic('undefined', 'undefined'), basic('', '')]) {
          const { status, headers, ...answer } = await fetch(url + path, { headers: { authorization } }).then(
            async (response) => ({ status: response.status, headers: response.headers, body: await response.json() }),
          )
          expectProblem({ status, headers, ...answer }, { code: 'not-found' })
        }
      }
    } finally {
      await new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      })
    }
  })
})
