// Schedules through the API: made, replaced, seen, steered and ended by their account alone, and refused with the reason.
import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { Job } from '../../../lib/models/job.ts'
import { Schedule } from '../../../lib/models/schedule.ts'
import type { TestClient } from '../../support/client.ts'
import { operator, useHarness } from '../../support/harness.ts'
import { hourly, makeDue, putSchedule, runDue, someName, welcome } from '../../support/schedules.ts'
import { paidOrder } from '../../support/shop.ts'
import { expectProblem, storedRows } from './refused.ts'

describe('schedules', () => {
  const harness = useHarness()
  let name: string
  beforeEach(() => {
    name = someName()
  })

  const put = (body: unknown, as = name) => putSchedule(harness.api, as, body)
  const show = async () => (await harness.api.get(`/v1/schedules/${name}`)).body
  const steer = (action: string, client = harness.api, headers = {}) =>
    client.send('POST', `/v1/schedules/${name}/${action}`, { headers })
  const count = () => Schedule.query(harness.db).resultSize()

  it('are made by PUT, with what was left out filled in, and show their next five runs', async () => {
    const { status, headers, body } = await put({ ...welcome, cron: ' 0  6 * *  * ', timezone: 'Europe/Berlin' })
    expect([status, headers.get('location')]).to.deep.equal([201, `/v1/schedules/${name}`])
    expect(body).to.deep.include({
      name,
      cron: '0 6 * * *',
      timezone: 'Europe/Berlin',
      input: welcome.input,
      priority: 5,
      missed: 'once',
      paused: false,
      lastTick: null,
      lastError: null,
      revision: 1,
      recentRuns: [],
      links: { self: `/v1/schedules/${name}` },
    })
    const next: string[] = body.nextRuns
    expect(next).to.have.length(5)
    expect(next[0]).to.equal(body.nextRunAt)
    expect(Date.parse(body.nextRunAt)).to.be.within(Date.now(), Date.now() + 25 * 3_600_000)
    for (const run of next) {
      const hour = new Date(run).toLocaleTimeString('en-GB', { timeZone: 'Europe/Berlin' })
      expect(hour).to.equal('06:00:00')
    }
    expect(await show()).to.deep.equal(body)
  })

  it('are not changed by the same again, and keep what is due', async () => {
    const { latest, cron } = hourly()
    const { body } = await put({ ...welcome, cron })
    await makeDue(harness, name, latest)
    const { text, ...rest } = welcome.input
    const again = await put({ ...welcome, cron, timezone: 'UTC', input: { text, ...rest } })
    expect(again.status).to.equal(200)
    expect(again.body).to.deep.equal({ ...body, nextRunAt: latest.toISOString() })
  })

  it('are replaced as a whole, but paused only when asked', async () => {
    await put({ ...welcome, priority: 1, missed: 'all', timezone: 'Asia/Tokyo', paused: true })
    const { status, body } = await put({ ...welcome, cron: '@daily' })
    expect(status).to.equal(200)
    expect(body).to.include({ cron: '@daily', priority: 5, missed: 'once', timezone: 'UTC', paused: true, revision: 2 })
    expect([body.nextRunAt, body.nextRuns]).to.deep.equal([null, []])
    const { body: resumed } = await put({ ...welcome, cron: '@daily', paused: false })
    expect(resumed).to.include({ paused: false, revision: 3 })
    expect(Date.parse(resumed.nextRunAt)).to.be.above(Date.now())
  })

  it('are made once when ten ask for it at once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => put(welcome)))
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([...Array(9).fill(200), 201])
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).to.equal(1)
  })

  for (const [what, change, pointer, reason] of [
    ['a cron expression with seconds', { cron: '0 0 6 * * *' }, '#/cron', /five fields/],
    ['a day that never comes', { cron: '0 0 30 2 *' }, '#/cron', /never comes/],
    ['a minute that is none', { cron: '60 * * * *' }, '#/cron', /minute/],
    ['a moment', { cron: '2030-01-01T00:00:00' }, '#/cron', /five fields/],
    ['a long cron expression', { cron: `${'0,'.repeat(60)}0 * * * *` }, '#/cron', /100/],
    ['no cron expression', { cron: undefined }, '#/cron', /string/],
    ['an unknown time zone', { timezone: 'Mars/Olympus' }, '#/timezone', /time zone/],
    ['an offset', { timezone: '+02:00' }, '#/timezone', /time zone/],
    ['an unknown type', { type: 'emails.read' }, '#/type', /emails\.send/],
    ['a type that is not public', { type: 'payments.charge' }, '#/type', /one of/],
    ['the type "__proto__"', { type: '__proto__' }, '#/type', /one of/],
    ['an input that its type refuses', { input: { ...welcome.input, to: 'ada' } }, '#/input/to', /e-mail/],
    ['an input with an unknown field', { input: { ...welcome.input, cc: 'x' } }, '#/input/cc', /known/],
    ['an input that is none', { input: [] }, '#/input', /./],
    ['a priority of 10', { priority: 10 }, '#/priority', /9/],
    ['an unknown policy', { missed: 'some' }, '#/missed', /once/],
    ['paused that is no boolean', { paused: 'yes' }, '#/paused', /boolean/],
    ['an unknown field', { runAt: '2030-01-01T00:00:00Z' }, '#/runAt', /known/],
  ] as const) {
    it(`refuse ${what}, and store nothing`, async () => {
      const before = await count()
      expectProblem(await put({ ...welcome, ...change }), { code: 'invalid-request', pointer, reason })
      expect(await count()).to.equal(before)
    })
  }

  it('refuse a name that cannot be one, and find none by it', async () => {
    for (const bad of ['A', '-a', '.a', 'a b', 'a%2Fb', 'a'.repeat(65), '%00', 'é']) {
      const answer = await put(welcome, encodeURIComponent(decodeURIComponent(bad)))
      expectProblem(answer, { code: 'invalid-request' })
      expect(answer.body.detail).to.match(/name in the path/)
      expect((await harness.api.get(`/v1/schedules/${encodeURIComponent(bad)}`)).status).to.equal(404)
    }
    expect((await put(welcome, 'a'.repeat(64))).status).to.equal(201)
  })

  it('are bounded in number; those that are there can be replaced', async () => {
    const client = await harness.otherAccount()
    await putSchedule(client, 'first', welcome)
    await harness.db.raw(
      `INSERT INTO schedules (id, account_id, name, cron, timezone, type, input, priority, missed, paused)
       SELECT gen_random_uuid(), account_id, 'more-' || n, cron, timezone, type, input, priority, missed, true
       FROM schedules, generate_series(1, 499) AS n WHERE name = 'first'`,
    )
    expectProblem(await putSchedule(client, name, welcome), { code: 'conflict' })
    expect((await putSchedule(client, 'first', { ...welcome, cron: '@hourly' })).status).to.equal(200)
    const { data } = (await client.get('/v1/schedules')).body
    expect(data).to.have.length(500)
    expect(data[0]).to.not.have.property('nextRuns')
    expect(data[0]).to.include({ name: 'first', cron: '@hourly' })
  })

  it('are listed without what they would submit, which may be much', async () => {
    await put({ ...welcome, paused: true })
    const { body } = await harness.api.get('/v1/schedules')
    for (const schedule of body.data) expect(schedule).to.not.have.property('input')
  })

  it('are paused and resumed, each as often as one likes, and what comes meanwhile is skipped', async () => {
    const { cron, latest, ago } = hourly()
    await put({ ...welcome, cron, missed: 'all' })
    await makeDue(harness, name, latest)
    for (let again = 0; again < 2; again++) {
      const { status, body } = await steer('pause')
      expect(status).to.equal(200)
      expect(body).to.deep.include({ paused: true, nextRunAt: null, nextRuns: [], revision: 2 })
    }
    await runDue(harness)
    for (let again = 0; again < 2; again++) {
      const { status, body } = await steer('resume')
      expect(status).to.equal(200)
      expect(body).to.deep.include({ paused: false, nextRunAt: ago(-1).toISOString(), revision: 3 })
    }
    await makeDue(harness, name, latest)
    expect((await steer('resume')).body.nextRunAt, 'what is due stays due').to.equal(latest.toISOString())
    expect((await show()).recentRuns).to.deep.equal([])
  })

  it('are run at once, paused or not, and their ticks are left alone', async () => {
    const { body: before } = await put({ ...welcome, priority: 3, paused: true })
    const { status, headers, body } = await steer('run')
    expect(status).to.equal(202)
    expect(headers.get('location')).to.equal(`/v1/jobs/${body.job.id}`)
    expect(body.job).to.include({ type: 'emails.send', priority: 3 })
    expect((await harness.api.get(`/v1/jobs/${body.job.id}`)).status).to.equal(200)
    expect(await show()).to.deep.equal(before)
  })

  it('are run once for each Idempotency-Key, which types that require one require here', async () => {
    await put({ ...welcome, type: 'inventory.adjust', input: { sku: 'KETTLE', delta: 1, reason: 'recount' } })
    expectProblem(await steer('run'), { code: 'idempotency-key-missing' })
    const headers = { 'idempotency-key': name }
    const first = await steer('run', harness.api, headers)
    const again = await steer('run', harness.api, headers)
    expect([first.status, again.status]).to.deep.equal([202, 202])
    expect(again.headers.get('idempotency-replayed')).to.equal('true')
    expect(again.body).to.deep.equal(first.body)
  })

  it('are not run at once with an input that is not accepted any more, and nothing is stored', async () => {
    await put({ ...welcome, type: 'inventory.adjust', input: { sku: 'NOPE', delta: 1, reason: 'recount' } })
    const before = await storedRows(harness.db)
    const answer = await steer('run', harness.api, { 'idempotency-key': name })
    expectProblem(answer, { code: 'invalid-request', pointer: '#/input/sku', reason: /NOPE/ })
    expect(await storedRows(harness.db)).to.deep.equal(before)
  })

  it('are not run at once where what they are about is not in a state for it, exactly as the request itself', async () => {
    const { paymentId } = await paidOrder(harness)
    const { orderId } = await paidOrder(harness)
    for (const [type, input, code] of [
      ['payments.refund', { paymentId, amount: 99_999_999 }, 'not-refundable'],
      ['orders.capture', { orderId }, 'conflict'],
    ] as const) {
      expectProblem(await harness.api.post('/v1/jobs', { type, input }), { code })
      const { status } = await put({ ...welcome, type, input })
      expect(status).to.be.oneOf([200, 201])
      expectProblem(await steer('run', harness.api, { 'idempotency-key': randomUUID() }), { code })
    }
  })

  it('are ended; what they made stays', async () => {
    const { cron, latest } = hourly()
    await put({ ...welcome, cron })
    await makeDue(harness, name, latest)
    await runDue(harness)
    const { links } = await show()
    const remove = () => harness.api.send('DELETE', `/v1/schedules/${name}`)
    expect((await remove()).status).to.equal(204)
    expectProblem(await remove(), { code: 'not-found' })
    expectProblem(await harness.api.get(`/v1/schedules/${name}`), { code: 'not-found' })
    expect((await harness.api.get(links.lastJob)).status).to.equal(200)
  })

  it('are each account’s own (invariant 9)', async () => {
    const { body: mine } = await put(welcome)
    const other = await harness.otherAccount()
    const jobs = await Job.query(harness.db).resultSize()
    const tries: [string, string][] = [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/pause'],
      ['POST', '/resume'],
      ['POST', '/run'],
    ]
    const all = (client: TestClient) =>
      Promise.all(tries.map(([method, path]) => client.send(method, `/v1/schedules/${name}${path}`)))
    for (const answer of await all(other)) expectProblem(answer, { code: 'not-found' })
    expect((await other.get('/v1/schedules')).body.data).to.deep.equal([])
    expect((await putSchedule(other, name, { ...welcome, cron: '@daily' })).status).to.equal(201)
    expect(await show()).to.deep.equal(mine)
    expect(await Job.query(harness.db).resultSize()).to.equal(jobs)
    for (const [method, path] of tries)
      expect((await fetch(`${harness.apiUrl}/v1/schedules/${name}${path}`, { method })).status).to.equal(401)
  })

  it('that are late are seen by the operators, without a name', async () => {
    await Schedule.query(harness.db).delete()
    const authorization = `Basic ${Buffer.from(`${operator.email}:${operator.password}`).toString('base64')}`
    const late = async () => {
      const text = await (await fetch(`${harness.apiUrl}/metrics`, { headers: { authorization } })).text()
      expect(text).to.not.include(name)
      return Number(/^errand_schedules_late_seconds (\S+)$/m.exec(text)?.[1])
    }
    expect(await late()).to.equal(0)
    await put(welcome)
    expect(await late()).to.equal(0)
    await makeDue(harness, name, new Date(Date.now() - 60_000))
    expect(await late()).to.be.within(59, 90)
  })
})
