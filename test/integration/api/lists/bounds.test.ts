// No list looks at more than 10,000 rows for a page, however few of them fit: it says where to go on.
import { expect } from 'chai'
import { raw } from 'objection'
import { newId } from '../../../../lib/ids.ts'
import { Job } from '../../../../lib/models/job.ts'
import { useHarness } from '../../../support/harness.ts'
import { idsOf, nextOf, readAll } from '../../../support/pages.ts'
import { planOf } from '../../../support/plans.ts'
import { insertJobOf } from '../../../support/shop.ts'

/** Ids that follow each other in time, from the first ms of 2025 on. */
const MANY = `
  INSERT INTO jobs (id, account_id, type, queue, state, input, max_attempts, run_at, created_at, finished_at)
  SELECT ('01941f29-' || lpad(to_hex(n), 4, '0') || '-7000-8000-000000000000')::uuid, :accountId, 'emails.send', 'emails',
    'succeeded', '{}', 3, now(), now(), now() FROM generate_series(1, :count::integer) n`

describe('a list with more rows than a page looks at', () => {
  const harness = useHarness()
  let oldest: string
  before(async () => {
    const { accountId, db } = harness
    const job = await insertJobOf(harness, 'inventory.adjust', { adjustmentId: newId() })
    oldest = '01941f29-0000-7000-8000-000000000000'
    await Job.query(db)
      .patch({ id: oldest as typeof job.id, state: 'succeeded', dispatchedAt: null, finishedAt: raw('now()') })
      .findById(job.id)
    await db.raw(MANY, { accountId, count: 10_000 })
    await db.raw('ANALYZE jobs')
  })

  it('says where to go on when it found nothing among the newest, and finds it there', async () => {
    for (const filter of [
      'type=inventory.adjust',
      'type=inventory.adjust&state=succeeded',
      'q=adjustment-is-no-text',
    ]) {
      const first = await harness.api.get(`/v1/jobs?${filter}`)
      expect(first.body.data).to.deep.equal([])
      const second = await harness.api.get(nextOf(first) ?? '')
      expect(idsOf(second.body.data)).to.deep.equal(filter.startsWith('q') ? [] : [oldest])
      expect(second.body.next).to.equal(null)
    }
  })

  it('goes on from there with the rows that came first, too', async () => {
    const rows = await readAll(harness.api, '/v1/jobs?type=inventory.adjust&order=asc')
    expect(idsOf(rows)).to.deep.equal([oldest])
  })

  it('has every row once at the edge of what one page looks at', async () => {
    const edges = ['2710', '0001'].map((n) => `01941f29-${n}-7000-8000-000000000000`)
    const change = { type: 'inventory.adjust', queue: 'inventory' as const }
    await Job.query(harness.db).patch(change).findByIds(edges)
    for (const limit of [1, 2, 3, 20]) {
      const rows = await readAll(harness.api, `/v1/jobs?type=inventory.adjust&limit=${limit}`)
      expect(idsOf(rows), `limit ${limit}`).to.deep.equal([...edges, oldest])
    }
  })

  it('is at its end when the last row is looked at', async () => {
    const { data, next } = (await harness.api.get('/v1/jobs?type=inventory.adjust&createdBefore=2000-01-01T00:00:00Z'))
      .body
    expect({ data, next }).to.deep.equal({ data: [], next: null })
  })

  it('goes through the account’s own rows alone, newest or oldest first', async () => {
    for (const order of ['asc', 'desc']) {
      const plan = await planOf(harness.db, 'row_number()', () =>
        harness.api.get(`/v1/jobs?order=${order}&type=inventory.adjust`),
      )
      expect(plan).to.match(/Index Scan (Backward )?using jobs_account /)
      expect(plan).to.not.match(/Sort|Seq Scan|Bitmap/)
    }
  })
})
