// The list of jobs: what each filter lets through, the text search, and several jobs by their ids.
import { expect } from 'chai'
import { raw } from 'objection'
import { type JobId, newId } from '../../../../lib/ids.ts'
import { insertJob, inTransaction } from '../../../../lib/jobs/enqueue.ts'
import { Job } from '../../../../lib/models/job.ts'
import { problem } from '../../../../lib/problems.ts'
import { noDispatch, useHarness } from '../../../support/harness.ts'
import { idsOf, readAll } from '../../../support/pages.ts'
import { insertJobOf } from '../../../support/shop.ts'
import { expectProblem } from '../refused.ts'

const emailId = '01890a5d-ac96-774b-bcce-b302099a8057'
const detail = 'The mail was rejected: 100%_of it \\ by mx.example.'

describe('the list of jobs', () => {
  const harness = useHarness()
  const jobs = {} as Record<'queued' | 'scheduled' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'flow', Job>
  const steps: Job[] = []
  const list = async (query: string) => idsOf(await readAll(harness.api, `/v1/jobs?limit=2&${query}`))
  const idsFrom = (...names: (keyof typeof jobs)[]) => names.map((name) => jobs[name].id)
  const end = { dispatchedAt: null, finishedAt: raw('now()') }
  const insert = async (
    change: object,
    type = 'emails.send',
    input: Record<string, unknown> = { emailId: newId() },
  ) => {
    const { id } = await insertJobOf(harness, type, input)
    return Job.query(harness.db).patchAndFetchById(id, { priority: 5, ...change })
  }
  before(async () => {
    const error = problem('mail-rejected', detail)
    jobs.queued = await insert({})
    jobs.scheduled = await insert({ state: 'scheduled', dispatchedAt: null, needsAttention: 'it waits for too long' })
    jobs.running = await insert({ state: 'running', dispatchedAt: null }, 'payments.charge', { paymentId: newId() })
    jobs.succeeded = await insert({ state: 'succeeded', ...end }, 'emails.send', { emailId })
    jobs.failed = await insert({ state: 'failed', error, needsAttention: 'look', ...end })
    jobs.cancelled = await insert({ state: 'cancelled', ...end }, 'inventory.adjust', { adjustmentId: newId() })
    jobs.flow = await insert({}, 'orders.place', { orderId: newId(), paymentId: newId() })
    for (const step of [0, 1]) {
      const parent = { id: jobs.flow.id, step, role: 'do' as const }
      const { accountId } = harness
      const reserve = { type: 'inventory.reserve', input: { orderId: newId() }, accountId, maxAttempts: 3, parent }
      steps.push(await inTransaction(harness.db, noDispatch, (trx) => insertJob(trx, reserve)))
    }
  })

  it('shows each as it is shown by itself, a flow with its steps', async () => {
    const { body } = await harness.api.get('/v1/jobs')
    expect(idsOf(body.data)).to.deep.equal(
      idsFrom('flow', 'cancelled', 'failed', 'succeeded', 'running', 'scheduled', 'queued'),
    )
    for (const job of body.data) expect(job).to.deep.equal((await harness.api.get(`/v1/jobs/${job.id}`)).body)
    expect(body.data[0].steps).to.have.length(2)
  })

  it('goes by state: by one or by several, in whatever order', async () => {
    for (const state of ['queued', 'scheduled', 'running', 'succeeded', 'failed', 'cancelled'] as const) {
      const also = state === 'queued' ? idsFrom('flow') : []
      expect(await list(`state=${state}`), state).to.deep.equal([...also, jobs[state].id])
    }
    expect(await list('state=failed,cancelled')).to.deep.equal(idsFrom('cancelled', 'failed'))
    expect(await list('state=failed,queued,scheduled,failed')).to.deep.equal(
      idsFrom('flow', 'failed', 'scheduled', 'queued'),
    )
  })

  it('goes by type', async () => {
    expect(await list('type=orders.place')).to.deep.equal(idsFrom('flow'))
    expect(await list('type=orders.place,payments.charge')).to.deep.equal(idsFrom('flow', 'running'))
    expect(await list('type=nothing.such')).to.deep.equal([])
  })

  it('goes by what needs attention', async () => {
    expect(await list('needsAttention=true')).to.deep.equal(idsFrom('failed', 'scheduled'))
    expect(await list('needsAttention=true&state=failed')).to.deep.equal(idsFrom('failed'))
    expect(await list('needsAttention=false')).to.deep.equal(
      idsFrom('flow', 'cancelled', 'succeeded', 'running', 'queued'),
    )
  })

  it('leaves the steps of flows out, unless they are asked for', async () => {
    const ids = steps.map(({ id }) => id).reverse()
    expect(await list('type=inventory.reserve')).to.deep.equal([])
    expect(await list('type=inventory.reserve&steps=true')).to.deep.equal(ids)
    expect(await list('steps=true')).to.have.length(9)
    expect(await list(`parent=${jobs.flow.id}`)).to.deep.equal(ids)
    expect(await list(`parent=${jobs.queued.id}`)).to.deep.equal([])
    expect(await readAll(await harness.otherAccount(), `/v1/jobs?parent=${jobs.flow.id}`)).to.deep.equal([])
  })

  it('goes by time: from then on, and before then', async () => {
    const { createdAt, id } = jobs.running
    await Job.query(harness.db)
      .patch({ createdAt: new Date(+createdAt + 1) })
      .findById(id)
    const at = new Date(+createdAt + 1).toISOString()
    const before = await list(`createdBefore=${at}&steps=true`)
    const after = await list(`createdAfter=${at}&steps=true`)
    expect(after).to.include(id)
    expect(before).to.not.include(id)
    expect([...after, ...before]).to.have.members(await list('steps=true'))
    expect(await list('createdBefore=2020-01-01T00:00:00Z')).to.deep.equal([])
    expect(await list('createdAfter=0000-01-01T00:00:00Z&createdBefore=9999-12-31T23:59:59Z')).to.have.length(7)
    expect(await list('createdAfter=9999-01-01T00:00:00%2B02:00')).to.deep.equal([])
  })

  it('finds a text in what a job is about and in its error, in any case, and nothing but this text', async () => {
    expect(await list(`q=${emailId}`)).to.deep.equal(idsFrom('succeeded'))
    expect(await list(`q=${emailId.slice(3, 20).toUpperCase()}`)).to.deep.equal(idsFrom('succeeded'))
    for (const text of ['REJECTED: 100%_of', '\\', '%', 'mail-rejected'])
      expect(await list(`q=${encodeURIComponent(text)}`), text).to.deep.equal(idsFrom('failed'))
    // Names of fields, and what may stand for any character elsewhere, are no text.
    for (const text of ['emailId', 'r_jected', '100%%of', "' OR true --", 'The mail was sent'])
      expect(await list(`q=${encodeURIComponent(text)}`), text).to.deep.equal([])
    expect(await list(`q=rejected&state=succeeded`)).to.deep.equal([])
  })

  it('gives several by their ids, in that order, and says which are missing', async () => {
    const theirs = (
      await (await harness.otherAccount()).post('/v1/emails', { to: 'a@example.com', subject: 'a', text: 'a' })
    ).body.job.id
    const wanted = [jobs.failed.id, steps[0]!.id, newId<JobId>(), jobs.flow.id, theirs]
    const { status, body, headers } = await harness.api.get(`/v1/jobs?ids=${[...wanted, wanted[0]].join(',')}`)
    expect(status).to.equal(200)
    expect(idsOf(body.data)).to.deep.equal([wanted[0], wanted[1], wanted[3]])
    expect(body.missing).to.deep.equal([wanted[2], theirs])
    expect(body.next).to.equal(null)
    expect(headers.get('cache-control')).to.equal('no-store')
    expect(body.data[2]).to.deep.equal((await harness.api.get(`/v1/jobs/${jobs.flow.id}`)).body)
  })

  it('refuses more than 100 ids, what is none, and other filters beside them', async () => {
    const id = jobs.flow.id
    const many = Array.from({ length: 101 }, () => newId()).join(',')
    for (const query of [`ids=${many}`, 'ids=', 'ids=1', `ids=${id},`, `ids=${id}&ids=${id}`])
      expectProblem(await harness.api.get(`/v1/jobs?${query}`), { code: 'invalid-request' })
    for (const [name, value] of Object.entries({
      state: 'queued',
      q: 'a',
      steps: 'true',
      cursor: 'a',
      batch: newId(),
    })) {
      const answer = await harness.api.get(`/v1/jobs?ids=${id}&${name}=${value}`)
      expectProblem(answer, { code: 'invalid-request', pointer: `#/${name}` })
    }
  })

  it('refuses filters that it does not know or understand, and says which', async () => {
    const wrong = {
      state: ['done', 'queued,', '', 'queued,DONE'],
      type: ['', 'a'.repeat(101), Array.from({ length: 21 }, (_, i) => i).join(','), '%00', '%0A'],
      needsAttention: ['yes', '1', ''],
      steps: ['2'],
      parent: ['1', 'null'],
      batch: ['x'],
      createdAfter: ['yesterday', '2026-11-21', '2026-11-21T10:00:00', '1790000000'],
      createdBefore: ['2026-13-01T00:00:00Z', ''],
      order: ['up', 'DESC'],
      q: ['', 'a'.repeat(101), '%00', 'a%00b', '%0A'],
      sort: ['id'],
      __proto__x: ['1'],
    }
    for (const [name, values] of Object.entries(wrong)) {
      for (const value of values) {
        const { status, body } = await harness.api.get(`/v1/jobs?${name}=${value}`)
        expect(status, `${name}=${value}: ${JSON.stringify(body)}`).to.equal(422)
        expect(body.errors[0].pointer).to.match(new RegExp(`^#/${name}`))
      }
    }
    expectProblem(await harness.api.get('/v1/jobs?state=queued&state=failed'), {
      code: 'invalid-request',
      pointer: '#/state',
    })
  })
})
