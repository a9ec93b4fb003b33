// Load shedding: what could only wait is refused quickly, what was accepted is stored, and it ends by itself.
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import { openDatabase } from '../../../lib/db.ts'
import { TryLater } from '../../../lib/errors.ts'
import { Job } from '../../../lib/models/job.ts'
import { useCrowd } from '../../support/crowd.ts'
import { operator, useHarness } from '../../support/harness.ts'
import { serveWithin } from '../../support/limits.ts'
import { startTcpProxy } from '../../support/tcp-proxy.ts'
import { waitFor } from '../../support/wait-for.ts'
import { expectProblem, storedRows } from './refused.ts'

const mail = { to: 'ada@example.com', subject: 'Hello', text: 'Hello.' }

describe('load shedding while PostgreSQL is slow', () => {
  const harness = useHarness()

  it('refuses quickly what could only wait, stores what it accepts, and takes all again when it is over', async () => {
    const WAITING = 20
    const POOL = 2
    const db = openDatabase(harness.databaseUrl, POOL, 'errand-shed')
    const { url, client, limits, close } = await serveWithin(harness, { SHED_WAITING: WAITING }, db)
    const api = client()
    const before = await storedRows(harness.db)
    const locked = await harness.db.transaction()
    await locked.raw('LOCK TABLE emails IN ACCESS EXCLUSIVE MODE')
    let most = 0
    let answered = 0
    const send = async () => {
      const answer = await api.post('/v1/emails', mail)
      most = Math.max(most, limits.waits.waiting())
      answered++
      return answer
    }
    const sending = Array.from({ length: 300 }, send)
    const first = await Promise.race(sending)
    expectProblem(first, { code: 'overloaded' })
    expect(Number(first.headers.get('retry-after'))).to.be.within(1, 3)
    // Reads cannot be looked up, either. Some that were let in are refused once their body is there, and others come instead.
    const read = await waitFor('reads to be refused', async () => {
      if (limits.waits.waiting() < WAITING) sending.push(send())
      const answer = await Promise.race([api.get('/v1/products'), delay(300, undefined)])
      return answer?.status === 503 && answer
    })
    expectProblem(read, { code: 'overloaded' })
    // The operators and the health of the process are not refused.
    expect((await fetch(`${url}/healthz`)).status).to.equal(200)
    const login = `Basic ${Buffer.from(`${operator.email}:${operator.password}`).toString('base64')}`
    expect((await fetch(`${url}/ops/queues`, { headers: { authorization: login } })).status).to.equal(200)

    await waitFor('all that may not wait to be refused', async () => answered >= sending.length - WAITING - 2 * POOL)
    await locked.rollback()
    const answers = await Promise.all(sending)
    const accepted = answers.filter(({ status }) => status === 202)
    const refused = answers.filter(({ status }) => status === 503)
    expect(accepted.length + refused.length).to.equal(sending.length)
    expect(accepted.length).to.be.within(1, WAITING + 2 * POOL)
    // Those that were to be accepted together and wait for a connection each instead are seen in neither place for a moment.
    expect(most).to.be.at.most(WAITING + POOL)
    for (const answer of refused) expectProblem(answer, { code: 'overloaded' })
    const after = await storedRows(harness.db)
    for (const table of ['jobs', 'emails', 'idempotency_keys'])
      expect(Number(after[table]) - Number(before[table]), table).to.equal(accepted.length)
    const ids = accepted.map(({ body }) => body.job.id)
    expect(await Job.query(harness.db).findByIds(ids).resultSize()).to.equal(accepted.length)

    expect((await api.post('/v1/emails', mail)).status).to.equal(202)
    await close()
    await db.destroy()
  })

  it('refuses when one has waited too long for a connection, is not ready meanwhile, and goes on by itself', async () => {
    const { hostname, port } = new URL(harness.databaseUrl)
    const proxy = await startTcpProxy(() => ({ host: hostname, port: Number(port) }))
    const through = new URL(harness.databaseUrl)
    through.host = `127.0.0.1:${proxy.port}`
    const db = openDatabase(through.href, 2, 'errand-shed')
    const { url, client, close } = await serveWithin(harness, { SHED_WAIT_MS: 150 }, db)
    const api = client()
    expect((await api.get('/v1/products')).status).to.equal(200)
    proxy.freeze()
    const stuck = Array.from({ length: 5 }, () => api.post('/v1/emails', mail))
    const refusal = await waitFor('a refusal', async () => {
      const answer = await Promise.race([api.post('/v1/emails', mail), delay(300, undefined)])
      return answer?.status === 503 && answer
    })
    expectProblem(refusal, { code: 'overloaded' })
    // Whether it is ready is still asked of the database, which does not answer.
    const readiness = fetch(`${url}/readyz`).then(({ status }) => status)
    expect(await Promise.race([readiness, delay(200, 'no answer yet')])).to.be.oneOf([503, 'no answer yet'])
    proxy.heal()
    const answers = await Promise.all(stuck)
    const accepted = answers.filter(({ status }) => status === 202).map(({ body }) => body.job.id)
    expect(await Job.query(harness.db).findByIds(accepted).resultSize()).to.equal(accepted.length)
    await waitFor('it to accept again', async () => (await api.post('/v1/emails', mail)).status === 202)
    expect(await readiness).to.be.oneOf([200, 503])
    await close()
    await db.destroy()
    await proxy.stop()
  })

  it('bounds the bodies that are in memory at once, of one account before it is too much for all', async () => {
    const { url, client, close } = await serveWithin(harness, { BODIES_MAX_BYTES: 4 * 1024 * 1024 })
    const api = client()
    const size = 500 * 1024
    const body = JSON.stringify({ ...mail, text: 'x'.repeat(size - 100) })
    const slow = await Promise.all(Array.from({ length: 2 }, () => beginUpload(url, api.key, body)))
    const before = await storedRows(harness.db)
    const large = { ...mail, text: 'x'.repeat(80 * 1024) }
    await waitFor('the room to be used up', async () => {
      const answer = await api.post('/v1/emails', large)
      return answer.status === 503 && expectProblem(answer, { code: 'overloaded' }) === undefined
    })
    const stored = Number((await storedRows(harness.db)).emails) - Number(before.emails)
    expect((await api.get('/v1/products')).status).to.equal(200)
    const other = client((await harness.otherAccount()).key)
    expect((await other.post('/v1/emails', mail)).status).to.equal(202)
    expect(Number((await storedRows(harness.db)).emails) - Number(before.emails)).to.equal(stored + 1)
    // One that is given up frees its room, as does one that ends.
    slow[0]?.abandon()
    expect(await slow[1]?.finish()).to.equal(422)
    await waitFor('room for a body', async () => (await api.post('/v1/emails', large)).status === 202)
    await close()
  })

  it('counts what a body has once it is there, however it was sent, and while it is waited for', async () => {
    const { url, client, close } = await serveWithin(harness, { BODIES_MAX_BYTES: 16 * 1024 * 1024 })
    const chunked = () =>
      fetch(`${url}/v1/emails`, {
        method: 'POST',
        headers: { authorization: `Bearer ${client().key}`, 'content-type': 'application/json', prefer: 'wait=2' },
        body: new Blob([JSON.stringify(mail)]).stream(),
        duplex: 'half',
      } as RequestInit)
    const answers = await Promise.all(Array.from({ length: 30 }, chunked))
    expect(new Set(answers.map(({ status }) => status))).to.deep.equal(new Set([202]))
    await close()
  })

  it('waits for a body for so long and no longer, and closes the connection', async () => {
    const { url, client, close } = await serveWithin(harness, { BODY_TIMEOUT_MS: 200 })
    const before = await storedRows(harness.db)
    const upload = await beginUpload(url, client().key, JSON.stringify(mail))
    const { statusCode, headers, body } = await upload.answer()
    expect(statusCode).to.equal(408)
    expect(headers.connection).to.equal('close')
    expect(JSON.parse(body)).to.include({ type: '/problems/body-too-slow' })
    expect(await storedRows(harness.db)).to.deep.equal(before)
    await close()
  })
})

/** Sends half a body. A text of more than 100 KB is refused only once it was read. */
async function beginUpload(url: string, key: string, body: string) {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  }
  const upload = httpRequest(`${url}/v1/emails`, { method: 'POST', headers })
  upload.on('error', () => {})
  const answered = new Promise<IncomingMessage>((resolve) => upload.on('response', resolve))
  const half = Math.floor(body.length / 2)
  await new Promise((resolve) => upload.write(body.slice(0, half), resolve))
  return {
    abandon: () => upload.destroy(),
    finish: async () => {
      upload.end(body.slice(half))
      return (await answered).resume().statusCode
    },
    /** What comes although the body is not there. */
    answer: async () => {
      const { statusCode, headers } = await answered
      return { statusCode, headers, body: await text(await answered) }
    },
  }
}

describe('a backlog over its bound', () => {
  const harness = useHarness()
  const crowd = useCrowd(harness)

  it('shuts out who made it, from that queue alone; others, replays and what ends something go on', async () => {
    const { client, close } = await serveWithin(harness, { BACKLOG_MAX: 100 })
    const api = client()
    const other = client((await harness.otherAccount()).key)
    const early = { 'idempotency-key': 'before-the-flood' }
    const accepted = await api.post('/v1/emails', mail, early)
    expect(accepted.status).to.equal(202)
    await crowd.flood(120, { type: 'emails.send' })
    const refusal = await waitFor('a refusal', async () => {
      const answer = await api.post('/v1/emails', mail)
      return answer.status === 503 && answer
    })
    expectProblem(refusal, { code: 'overloaded' })
    expect(Number(refusal.headers.get('retry-after'))).to.be.at.least(1)

    const before = await storedRows(harness.db)
    expectProblem(await api.post('/v1/jobs', { type: 'emails.send', input: mail }), { code: 'overloaded' })
    expect(await storedRows(harness.db)).to.deep.equal(before)
    // Its key was not used up by that, and an earlier one still has its answer.
    const replayed = await api.post('/v1/emails', mail, early)
    expect(replayed.headers.get('idempotency-replayed')).to.equal('true')
    expect(replayed.body.job.id).to.equal(accepted.body.job.id)
    expect((await api.get(`/v1/jobs/${accepted.body.job.id}`)).status).to.equal(200)
    const adjustment = { sku: 'MUG-BLUE', delta: 1, reason: 'found' }
    expect((await api.post('/v1/inventory/adjustments', adjustment)).status).to.equal(202)
    expect((await other.post('/v1/emails', mail)).status).to.equal(202)

    await Job.query(harness.db).delete().where({ type: 'emails.send', state: 'queued', dispatchedAt: null })
    await waitFor('submissions to be taken again', async () => (await api.post('/v1/emails', mail)).status === 202)
    await close()
  })

  it('does not keep an account from giving money back', async () => {
    const { client, limits, close } = await serveWithin(harness, { BACKLOG_MAX: 10 })
    await crowd.flood(20, { type: 'payments.charge' })
    await waitFor('the flood to be counted', async () => {
      try {
        limits.backlog?.admit(harness.accountId, 'payments.charge')
        return false
      } catch (error) {
        return error instanceof TryLater
      }
    })
    const refund = () => client().post('/v1/payments/00000000-0000-7000-8000-00000000abcd/refunds', {})
    expectProblem(await refund(), { code: 'not-found' })
    await close()
  })
})
