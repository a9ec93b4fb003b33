// Jobs as clients follow them: submitted, planned, waited for, and every public type done from end to end.
import { expect } from 'chai'
import { registry } from '../../../workers/registry.ts'
import { useHarness } from '../../support/harness.ts'
import { mailsAbout } from '../../support/inbox.ts'
import { brokenMoney, brokenStock } from '../../support/invariants.ts'
import { orderBody, placeOrder } from '../../support/orders.ts'
import { waitFor } from '../../support/wait-for.ts'
import { expectProblem, storedRows } from './refused.ts'

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const FIELDS =
  'id type state needsAttention createdAt runAt startedAt finishedAt attempt maxAttempts cancelRequestedAt priority startBefore uniqueKey progress result error steps links'
const note = (subject: string) => ({ to: 'ada@example.com', subject, text: 'Hello Ada' })

describe('a job', () => {
  const harness = useHarness()
  const submit = (type: string, input: object, more: object = {}) =>
    harness.api.post('/v1/jobs', { type, input, ...more })

  describe('before a worker is there', () => {
    it('is accepted with its place, its id and what is known of it', async () => {
      const { status, headers, body } = await submit('emails.send', note('accepted'))
      expect(status).to.equal(202)
      expect(Object.keys(body)).to.deep.equal(['job', 'created'])
      expect(body.created).to.equal(true)
      expect(Object.keys(body.job)).to.have.members(FIELDS.split(' '))
      expect(body.job.id).to.match(UUID_V7)
      expect(headers.get('location')).to.equal(`/v1/jobs/${body.job.id}`)
      expect(headers.get('retry-after')).to.equal('1')
      const { createdAt, runAt, links, ...job } = body.job
      expect(createdAt).to.match(RFC_3339)
      expect(runAt).to.match(RFC_3339)
      expect(links).to.deep.equal({ self: `/v1/jobs/${body.job.id}`, events: `/v1/jobs/${body.job.id}/events` })
      expect(job).to.deep.equal({
        id: body.job.id,
        type: 'emails.send',
        state: 'queued',
        needsAttention: false,
        startedAt: null,
        finishedAt: null,
        attempt: 0,
        maxAttempts: registry['emails.send'].maxAttempts,
        cancelRequestedAt: null,
        priority: 5,
        startBefore: null,
        uniqueKey: null,
        progress: null,
        result: null,
        error: null,
        steps: [],
      })
    })

    it('is found at its place at once, as it was answered (invariant 1)', async () => {
      const { headers, body } = await submit('emails.send', note('found'))
      const found = await harness.api.get(headers.get('location') ?? '')
      expect(found.status).to.equal(200)
      expect(found.body).to.deep.equal(body.job)
      expect(found.headers.get('retry-after')).to.equal('1')
      expect(found.headers.get('cache-control')).to.equal('no-store')
    })

    it('is a 404 under an id that does not exist or is none', async () => {
      const ids = [
        '01890a5d-ac96-774b-bcce-b302099a8057',
        '1',
        'null',
        '__proto__',
        '%00',
        '%27%20OR%201=1',
        'a'.repeat(5000),
      ]
      for (const id of ids) expectProblem(await harness.api.get(`/v1/jobs/${id}`), { code: 'not-found' })
    })
  })

  describe('with workers', () => {
    before(() => harness.startWorkers())
    after('invariants 5 and 6 hold', async () => {
      expect(await brokenStock(harness.db)).to.deep.equal([])
      expect(await brokenMoney(harness.db, harness.simulator)).to.deep.equal([])
    })

    it('of every public type is done from end to end', async () => {
      const { orderId } = await placeOrder(harness.api).then(async (placed) => {
        await harness.api.finished(placed.jobId)
        return placed
      })
      const { payment } = (await harness.api.get(`/v1/orders/${orderId}`)).body
      const authorized = async () => {
        const placed = await placeOrder(harness.api, { capture: 'manual' })
        await harness.api.finished(placed.jobId)
        return { orderId: placed.orderId }
      }
      const inputs: Record<string, object> = {
        'orders.place': orderBody(),
        'emails.send': note('of every type'),
        'inventory.adjust': { sku: 'KETTLE', delta: 2, reason: 'found' },
        'maintenance.ping': {},
        'orders.capture': await authorized(),
        'orders.cancel': await authorized(),
        'payments.refund': { paymentId: payment.id, amount: 90 },
      }
      const publicTypes = Object.values(registry)
        .filter((each) => each.public)
        .map(({ type }) => type)
      expect(Object.keys(inputs)).to.have.members(publicTypes)
      for (const [type, input] of Object.entries(inputs)) {
        const { status, body } = await submit(type, input)
        expect(status, type).to.equal(202)
        const job = await harness.api.finished(body.job.id)
        expect(job.state, `${type}: ${JSON.stringify(job.error)}`).to.equal('succeeded')
        expect(job.type).to.equal(type)
        expect(job.result).to.be.an('object')
      }
      expect(await mailsAbout(harness.inbox, 'of every type')).to.have.length(1)
      expect((await harness.api.get(`/v1/payments/${payment.id}`)).body.refunded.amount).to.equal(90)
    })

    it('that is final has exactly the documented fields and no Retry-After', async () => {
      const { jobId } = await placeOrder(harness.api)
      const job = await harness.api.finished(jobId)
      expect(Object.keys(job)).to.have.members(FIELDS.split(' '))
      for (const time of ['createdAt', 'runAt', 'startedAt', 'finishedAt']) expect(job[time], time).to.match(RFC_3339)
      expect(job.createdAt <= job.startedAt && job.startedAt <= job.finishedAt).to.equal(true)
      expect(job).to.include({ attempt: 1, error: null, needsAttention: false })
      for (const step of job.steps) {
        expect(Object.keys(step)).to.have.members(['type', 'jobId', 'state', 'undo'])
        const { body } = await harness.api.get(`/v1/jobs/${step.jobId}`)
        expect(body).to.include({ type: step.type, state: step.state })
        expect(body.links).to.deep.equal({
          self: `/v1/jobs/${step.jobId}`,
          events: `/v1/jobs/${step.jobId}/events`,
          parent: `/v1/jobs/${jobId}`,
        })
      }
      const { headers } = await harness.api.get(`/v1/jobs/${jobId}`)
      expect(headers.get('retry-after')).to.equal(null)
    })

    it('that failed says why, as a problem', async () => {
      const { jobId } = await placeOrder(harness.api, { method: 'pm_card_chargeDeclinedInsufficientFunds' })
      const job = await harness.api.finished(jobId)
      expect(Object.keys(job)).to.have.members(FIELDS.split(' '))
      expect(job).to.include({ state: 'failed', result: null })
      expect(Object.keys(job.error)).to.have.members(['type', 'title', 'status', 'detail'])
      expect((await harness.api.get(job.error.type)).body).to.include({
        title: job.error.title,
        status: job.error.status,
      })
    })

    it('that is planned for later is not run before a job that is due', async () => {
      const runAt = new Date(Date.now() + 3_600_000).toISOString()
      const later = await submit('emails.send', note('in an hour'), { runAt })
      expect(later.body.job).to.include({ state: 'scheduled', runAt })
      const now = await submit('emails.send', note('at once'))
      await harness.api.finished(now.body.job.id)
      const { body: job, headers } = await harness.api.get(`/v1/jobs/${later.body.job.id}`)
      expect(job).to.include({ state: 'scheduled', runAt, attempt: 0, startedAt: null })
      expect(headers.get('retry-after')).to.match(/^\d+$/)
      expect(await mailsAbout(harness.inbox, 'in an hour')).to.deep.equal([])
    })

    it('that is planned for soon is run then, and not before', async () => {
      const runAt = new Date(Date.now() + 700).toISOString()
      const { body } = await submit('emails.send', note('soon'), { runAt })
      expect(body.job.state).to.equal('scheduled')
      const job = await harness.api.finished(body.job.id)
      expect(job.state).to.equal('succeeded')
      expect(job.startedAt >= runAt, `${job.startedAt} is not before ${runAt}`).to.equal(true)
    })

    it('that was planned for the past, in another time zone, is run at once', async () => {
      const { body } = await submit('emails.send', note('past'), { runAt: '2020-01-01T12:00:00+02:00' })
      expect(body.job).to.include({ state: 'queued', runAt: body.job.createdAt })
      expect((await harness.api.finished(body.job.id)).state).to.equal('succeeded')
    })

    it('is shown as it is: never final without its result, while it is polled (invariant 8)', async () => {
      const { jobId } = await placeOrder(harness.api)
      const seen: string[] = []
      await waitFor('the job to be final', async () => {
        const { body, headers } = await harness.api.get(`/v1/jobs/${jobId}`)
        seen.push(body.state)
        const final = ['succeeded', 'failed', 'cancelled'].includes(body.state)
        expect(final).to.equal(body.finishedAt !== null)
        expect(final).to.equal(body.result !== null)
        expect(headers.get('retry-after') === null).to.equal(final)
        return final
      })
      const order = ['queued', 'running', 'succeeded']
      expect(seen).to.deep.equal(seen.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)))
    })
  })

  it('cannot be changed by a method that does not exist, and the answer says which do', async () => {
    const before = await storedRows(harness.db)
    const { body } = await harness.api.get('/v1/products')
    expect(body.data).to.have.length(5)
    const calls = [
      ['DELETE', '/v1/jobs/01890a5d-ac96-774b-bcce-b302099a8057', 'GET'],
      ['PUT', '/v1/orders', 'POST'],
      ['POST', '/v1/products', 'GET'],
      ['PATCH', '/v1/inventory/KETTLE', 'GET'],
      ['DELETE', '/healthz', 'GET'],
    ] as const
    for (const [method, path, allowed] of calls) {
      const answer = await harness.api.send(method, path)
      expectProblem(answer, { code: 'method-not-allowed' })
      expect(answer.headers.get('allow')?.split(', ')).to.include(allowed)
    }
    expect(await storedRows(harness.db)).to.deep.equal(before)
  })
})
