// Many submissions at the same time share transactions, and none of them notices: each is stored once or refused for itself.
import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { IdempotencyKey } from '../../../lib/models/idempotency-key.ts'
import { Job } from '../../../lib/models/job.ts'
import { useHarness } from '../../support/harness.ts'
import { waitFor } from '../../support/wait-for.ts'
import { expectProblem, storedRows } from './refused.ts'

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

  it('do not wait long for one whose key another transaction holds', async () => {
    const key = randomUUID()
    const held = await harness.db.transaction()
    const row = { accountId: harness.accountId, key, fingerprint: Buffer.alloc(32) }
    await IdempotencyKey.query(held).insert(row)
    const mine = { type: 'emails.send', input: mail(300) }
    const stuck = submit(mine, key)
    const others = await Promise.all(mails(301, 321).map((body) => submit(body, randomUUID())))
    expect(others.map(({ status }) => status)).to.deep.equal(Array(20).fill(202))
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
