// The door for the payment provider's events: only what it signed, each once, stored before it is acknowledged; and what
// somebody tries who is not the provider.
import { randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { pino } from 'pino'
import { SYSTEM_ACCOUNT } from '../../../lib/ids.ts'
import { Job } from '../../../lib/models/job.ts'
import { WebhookEvent } from '../../../lib/models/webhook-event.ts'
import { eventOf, post, postBytes, sign } from '../../support/events.ts'
import { useHarness } from '../../support/harness.ts'
import { serveApp } from '../../support/serve-app.ts'
import { openOrder } from '../../support/shop.ts'
import { expectProblem } from './refused.ts'

const PERSON = 'grace.hopper@example.com'
const json = { 'content-type': 'application/json' }

describe('POST /webhooks/stripe', () => {
  const harness = useHarness()
  const stored = (eventId: string) => WebhookEvent.query(harness.db).where({ eventId })
  const jobsOf = ({ id }: Pick<WebhookEvent, 'id'>) =>
    Job.query(harness.db).where({ type: 'webhooks.process' }).whereRaw("input ->> 'eventRowId' = ?", [id])
  const aboutNothing = (more: object = {}) =>
    eventOf('payment_intent.succeeded', {
      object: 'payment_intent',
      id: `pi_${randomUUID()}`,
      receipt_email: PERSON,
      ...more,
    })
  const rows = async () => {
    const events = await WebhookEvent.query(harness.db).resultSize()
    return [events, await Job.query(harness.db).resultSize()]
  }

  it('stores the event as it came, with the job that processes it, in one transaction', async () => {
    const order = await openOrder(harness)
    const event = aboutNothing({ metadata: { payment_id: order.paymentId } })
    const answer = await post(harness, event)
    expect(answer.status).to.equal(200)
    expect(answer.body).to.deep.equal({ received: true })

    const [row, ...more] = await stored(event.id)
    expect(more).to.deep.equal([])
    expect(row).to.include({ source: 'stripe', type: event.type, accountId: harness.accountId })
    expect(row!.body.toString()).to.equal(JSON.stringify(event))
    expect(row!.occurredAt).to.deep.equal(new Date(event.created * 1000))
    const [job, ...others] = await jobsOf(row!)
    expect(others).to.deep.equal([])
    expect(job).to.include({ id: row!.jobId, accountId: harness.accountId })
    expect(job!.input).to.deep.equal({ eventRowId: row!.id })
    expect(job!.createdAt).to.deep.equal(row!.receivedAt)
  })

  it("gives the job to the system where nobody's payment is named", async () => {
    const event = aboutNothing({ metadata: { payment_id: randomUUID() } })
    await post(harness, event)
    const [row] = await stored(event.id)
    expect(row).to.include({ accountId: SYSTEM_ACCOUNT })
    expect((await jobsOf(row!))[0]).to.include({ accountId: SYSTEM_ACCOUNT })
  })

  it('needs no API key, and takes one for no signature', async () => {
    const event = aboutNothing()
    const { status } = await post(harness, event, '')
    expect(status).to.equal(400)
    const authorization = `Bearer ${harness.api.key}`
    const answer = await postBytes(harness, JSON.stringify(event), { ...json, authorization })
    expectProblem(answer, { code: 'signature-invalid' })
  })

  it('stores an event of a type that it does not know, and does nothing about it', async () => {
    for (const event of [eventOf('customer.created', { object: 'customer', id: 'cus_1' }), eventOf('new.thing', {})]) {
      expect((await post(harness, event)).status).to.equal(200)
      const [row] = await stored(event.id)
      expect(row).to.include({ jobId: null, objectId: null, accountId: SYSTEM_ACCOUNT })
      expect(await jobsOf(row!)).to.deep.equal([])
    }
  })

  it('acknowledges an event that comes again, and does nothing more', async () => {
    const event = aboutNothing()
    for (let times = 0; times < 3; times++) expect((await post(harness, event)).body).to.deep.equal({ received: true })
    const [row, ...more] = await stored(event.id)
    expect(more).to.deep.equal([])
    expect(await jobsOf(row!)).to.have.length(1)
  })

  it('stores one row and one job for 500 copies at once', async () => {
    const event = aboutNothing()
    const answers = await Promise.all(Array.from({ length: 500 }, () => post(harness, event)))
    expect(new Set(answers.map(({ status }) => status))).to.deep.equal(new Set([200]))
    const [row, ...more] = await stored(event.id)
    expect(more).to.deep.equal([])
    expect(await jobsOf(row!)).to.have.length(1)
  })

  it('keeps the first body of an id, and says in the log that another one came, but not what is in it', async () => {
    const lines: string[] = []
    const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) })
    const { url, close } = await serveApp(harness, { log })
    try {
      const event = aboutNothing()
      const other = { ...event, data: { object: { ...(event.data.object as object), amount: 1 } } }
      const elsewhere = { ...harness, apiUrl: url }
      expect((await post(elsewhere, event)).status).to.equal(200)
      expect((await post(elsewhere, other)).body).to.deep.equal({ received: true })
      expect((await stored(event.id)).map(({ body }) => body.toString())).to.deep.equal([JSON.stringify(event)])
      const warnings = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 40)
      expect(warnings.map(({ eventId }) => eventId)).to.deep.equal([event.id])
      expect(lines.join()).to.not.match(/grace|payment_intent|whsec|v1=/)
    } finally {
      await close()
    }
  })

  describe('refuses, and stores nothing', () => {
    const event = aboutNothing()
    const payload = JSON.stringify(event)
    // Of the test's own time: the file is read long before.
    const inSeconds = (more: number) => Math.floor(Date.now() / 1000) + more
    const attacks: [string, () => Promise<Awaited<ReturnType<typeof post>>>, 'signature-invalid' | 'malformed-body'][] =
      [
        [
          'a replay with a changed body',
          () => post(harness, { ...event, id: 'evt_changed' }, sign(payload)),
          'signature-invalid',
        ],
        ['a wrong secret', () => post(harness, event, sign(payload, 'whsec_wrong_secret')), 'signature-invalid'],
        [
          'an old signature',
          () => post(harness, event, sign(payload, undefined, inSeconds(-400))),
          'signature-invalid',
        ],
        [
          'a signature of the future',
          () => post(harness, event, sign(payload, undefined, inSeconds(400))),
          'signature-invalid',
        ],
        ['no header', () => postBytes(harness, payload, json), 'signature-invalid'],
        [
          'an empty body',
          () => postBytes(harness, '', { ...json, 'stripe-signature': sign('x') }),
          'signature-invalid',
        ],
        ['signed text', () => postBytes(harness, 'hello', { 'stripe-signature': sign('hello') }), 'malformed-body'],
        [
          'a signed half',
          () => postBytes(harness, payload.slice(9), { 'stripe-signature': sign(payload.slice(9)) }),
          'malformed-body',
        ],
      ]
    for (const [name, attack, code] of attacks) {
      it(name, async () => {
        const before = await rows()
        expectProblem(await attack(), { code })
        expect(await rows()).to.deep.equal(before)
      })
    }

    it('a packed body: what was signed would not be what is checked', async () => {
      const headers = { ...json, 'stripe-signature': sign(payload), 'content-encoding': 'gzip' }
      const answer = await postBytes(harness, new Uint8Array(gzipSync(payload)), headers)
      expectProblem(answer, { code: 'unsupported-media-type' })
      expect(await stored(event.id)).to.deep.equal([])
    })

    it('10 MB, whether it says so before or sends it in chunks', async () => {
      const large = 'x'.repeat(10 * 1024 * 1024)
      const chunked = () =>
        new Promise<number>((resolve, reject) => {
          const headers = { 'stripe-signature': sign(large), 'transfer-encoding': 'chunked' }
          const sending = request(`${harness.apiUrl}/webhooks/stripe`, { method: 'POST', headers }, (answer) => {
            resolve(answer.statusCode ?? 0)
            answer.resume()
            sending.destroy()
          })
          sending.on('error', reject)
          for (let at = 0; at < large.length; at += 65_536) sending.write(large.slice(at, at + 65_536))
        })
      expect(await chunked()).to.equal(413)
      const declared = new Promise<number>((resolve, reject) => {
        const headers = { 'stripe-signature': sign(large), 'content-length': large.length }
        const sending = request(`${harness.apiUrl}/webhooks/stripe`, { method: 'POST', headers }, (answer) => {
          resolve(answer.statusCode ?? 0)
          sending.destroy()
        })
        sending.on('error', reject)
        sending.flushHeaders()
      })
      expect(await declared).to.equal(413)
    })
  })

  it('takes a chunked body, and one without a content type, as long as it is signed', async () => {
    const event = aboutNothing()
    const payload = JSON.stringify(event)
    const status = await new Promise((resolve, reject) => {
      const headers = { 'stripe-signature': sign(payload), 'transfer-encoding': 'chunked' }
      const sending = request(`${harness.apiUrl}/webhooks/stripe`, { method: 'POST', headers }, (answer) => {
        answer.resume()
        answer.on('end', () => resolve(answer.statusCode))
      })
      sending.on('error', reject)
      for (const character of payload) sending.write(character)
      sending.end()
    })
    expect(status).to.equal(200)
    expect(await stored(event.id)).to.have.length(1)
  })

  it('takes two signatures, the first of which is of an old secret', async () => {
    const event = aboutNothing()
    const payload = JSON.stringify(event)
    const [moment, old] = sign(payload, 'whsec_that_is_gone').split(',')
    const [, good] = sign(payload).split(',')
    expect((await post(harness, event, `${moment},${old},${good}`)).status).to.equal(200)
  })

  it('is closed, with a clear problem, where no secret is configured', async () => {
    const { url, close } = await serveApp(harness, { stripeWebhookSecrets: undefined })
    try {
      const answer = await post({ ...harness, apiUrl: url }, aboutNothing())
      expectProblem(answer, { code: 'unavailable' })
      expect(answer.body.detail).to.include('STRIPE_WEBHOOK_SECRET')
    } finally {
      await close()
    }
  })

  it('answers other methods with 405', async () => {
    expectProblem(await harness.api.get('/webhooks/stripe'), { code: 'method-not-allowed' })
  })
})
