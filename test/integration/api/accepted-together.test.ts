// Many submissions at the same time share transactions, and none of them notices: each is stored once or refused for itself.
import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { claimKey } from '../../../lib/jobs/idempotency.ts'
import { IdempotencyKey } from '../../../lib/models/idempotency-key.ts'
import { Job } from '../../../lib/models/job.ts'
import { useHarness } from '../../support/harness.ts'
import { waitFor } from '../../support/wait-for.ts'
import { expectProblem, storedRows } from './refused.ts'

const ping = { type: 'maintenance.ping', input: {} }
const mail = (n: number) => ({ to: `ada-${n}@example.com`, subject: `Number ${n}`, text: 'Hello.' })

describe('submissions at the same time', () => {
  const harness = useHarness()
  const submit = (body: object, key: string) => harness.api.post('/v1/jobs', body, { 'idempotency-key': key })
  const mails = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, n) => ({ type: 'emails.send', input: mail(from + n) }))

  it('are stored each with its own rows and answer, in few transactions (invariant 1)', async () => {
    const answers = await Promise.all(mails(0, 60).map((body) => submit(body, randomUUID())))
    expect(answers.map(({ status }) => status)).to.deep.equal(Array(60).fill(202))
    const ids = answers.map(({ body }) => body.job.id)
    expect(new Set(ids).size).to.equal(60)
    const { rows } = await harness.db.raw(
      `SELECT jobs.id, to_address, jobs.xmin = keys.xmin AS together, jobs.xmin::text AS transaction FROM jobs
       JOIN emails ON emails.id = (input ->> 'emailId')::uuid JOIN idempotency_keys AS keys ON job_id = jobs.id
       WHERE jobs.id = any(?)`,
      [ids],
    )
    const addresses = new Map(rows.map((row: { id: string; to_address: string }) => [row.id, row.to_address]))
    expect(ids.map((id) => addresses.get(id))).to.deep.equal(mails(0, 60).map(({ input }) => input.to))
    expect(rows.every((row: { together: boolean }) => row.together)).to.equal(true)
    expect(new Set(rows.map((row: { transaction: string }) => row.transaction)).size).to.be.below(60)
  })

  it('are refused each for itself: the others are stored all the same', async () => {
    const before = await storedRows(harness.db)
    const bodies = mails(100, 140).map((body, n) =>
      n % 4 === 0 ? { type: 'orders.place', input: order('NO-SUCH-SKU') } : body,
    )
    const answers = await Promise.all(bodies.map((body) => submit(body, randomUUID())))
    for (const [n, answer] of answers.entries()) {
      if (n % 4 === 0) expectProblem(answer, { code: 'invalid-request' })
      else expect(answer.status).to.equal(202)
    }
    const after = await storedRows(harness.db)
    for (const table of ['jobs', 'emails', 'idempotency_keys'])
      expect(Number(after[table]) - Number(before[table]), table).to.equal(30)
    expect(after.orders).to.equal(before.orders)
    const ids = answers.flatMap(({ status, body }) => (status === 202 ? [body.job.id] : []))
    const { rows } = await harness.db.raw('SELECT DISTINCT xmin::text FROM jobs WHERE id = any(?)', [ids])
    expect(rows.length, 'transactions').to.be.below(15)
  })

  it('of a type without rows are one statement: each has its own answer, the stored one (invariant 1)', async () => {
    const pings = Array.from({ length: 50 }, (_, n) => ({
      type: 'maintenance.ping',
      input: {},
      priority: n % 10,
      ...(n % 5 === 0 && { runAt: new Date(Date.now() + 3_600_000).toISOString() }),
    }))
    const keys = pings.map(() => randomUUID())
    const submitAll = () => Promise.all(pings.map((body, n) => submit(body, keys[n]!)))
    const answers = await submitAll()
    const jobs = await Job.query(harness.db).findByIds(answers.map(({ body }) => body.job.id))
    expect(jobs).to.have.length(50)
    for (const [n, { status, headers, body }] of answers.entries()) {
      expect(status).to.equal(202)
      expect(headers.get('content-type')).to.equal('application/json; charset=utf-8')
      const { createdAt, runAt, state, priority } = jobs.find(({ id }) => id === body.job.id)!
      const [created, run] = [createdAt, runAt].map((time) => time.toISOString())
      expect(body).to.deep.include({ created: true })
      expect(body.job).to.include({ createdAt: created, runAt: run, state, priority })
      expect(state).to.equal(n % 5 === 0 ? 'scheduled' : 'queued')
    }
    const again = await submitAll()
    expect(again.map(({ body }) => body)).to.deep.equal(answers.map(({ body }) => body))
    expect(again.every(({ headers }) => headers.get('idempotency-replayed') === 'true')).to.equal(true)
  })

  it('may name moments that PostgreSQL and JSON write differently: they have passed', async () => {
    for (const startBefore of ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00+14:00'])
      for (const body of [ping, ...mails(400, 401)]) {
        const answer = await submit({ ...body, startBefore }, randomUUID())
        expect(answer.status).to.equal(202)
        expect(answer.body.job.startBefore).to.equal('0001-01-01T00:00:00.000Z')
      }
  })

  it('with one key are one job, and each gets its answer, once as new', async () => {
    const key = randomUUID()
    const [body] = mails(200, 201)
    const answers = await Promise.all(
      [...mails(210, 230), ...Array(10).fill(body)].map((each, n) => submit(each, n < 20 ? randomUUID() : key)),
    )
    const same = answers.slice(20)
    expect(same.map(({ status }) => status)).to.deep.equal(Array(10).fill(202))
    expect(new Set(same.map(({ body: { job } }) => job.id)).size).to.equal(1)
    expect(same.filter(({ headers }) => headers.get('idempotency-replayed') === null)).to.have.length(1)
    expect(await IdempotencyKey.query(harness.db).where({ key }).resultSize()).to.equal(1)
    expect(new Set(answers.map(({ body: { job } }) => job.id)).size).to.equal(21)
  })

  for (const [name, mine, theirs] of [
    ['with rows', { type: 'emails.send', input: mail(300) }, mails(301, 321)],
    ['without rows', ping, Array(20).fill(ping)],
  ] as const)
    it(`do not wait for one whose key another transaction holds: a type ${name}`, async () => {
      const key = randomUUID()
      const held = await harness.db.transaction()
      await claimKey(held, harness.accountId, { key, fingerprint: Buffer.alloc(32) })
      let refusedFirst = false
      const stuck = submit(mine, key).finally(() => {
        refusedFirst = true
      })
      const others = await Promise.all(theirs.map((body) => submit(body, randomUUID())))
      expect(others.map(({ status }) => status)).to.deep.equal(Array(20).fill(202))
      expect(refusedFirst).to.equal(false)
      expectProblem(await stuck, { code: 'idempotency-key-in-flight' })
      await held.rollback()
      const after = await waitFor('the key to be free', async () => {
        const answer = await submit(mine, key)
        return answer.status === 202 && answer
      })
      expect(await Job.query(harness.db).findById(after.body.job.id)).to.include({ state: 'queued' })
    })
})

const order = (sku: string) => ({
  customer: { email: 'ada@example.com', name: 'Ada' },
  items: [{ sku, quantity: 1 }],
  payment: { method: 'pm_card_visa' },
})
