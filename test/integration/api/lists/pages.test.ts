// Pages of a list: each row once, in both orders, whatever is inserted meanwhile; and no cursor that was not given out.
import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { newId } from '../../../../lib/ids.ts'
import { Job } from '../../../../lib/models/job.ts'
import { useHarness } from '../../../support/harness.ts'
import { idsOf, nextOf, readAll } from '../../../support/pages.ts'
import { insertJobOf } from '../../../support/shop.ts'
import { expectProblem } from '../refused.ts'

describe('the pages of a list', () => {
  const harness = useHarness()
  const insert = () => insertJobOf(harness, 'emails.send', { emailId: newId() })
  const insertMany = async (count: number) => {
    const ids: string[] = []
    for (let i = 0; i < count; i++) ids.push((await insert()).id)
    return ids
  }
  let ids: string[]
  before(async () => {
    ids = await insertMany(25)
  })

  it('are the newest 20 first, by default', async () => {
    const { body, headers } = await harness.api.get('/v1/jobs')
    expect(idsOf(body.data)).to.deep.equal(ids.toReversed().slice(0, 20))
    expect(headers.get('cache-control')).to.equal('no-store')
    expect(body.next).to.be.a('string')
  })

  it('have every row once, in both orders, in pages of any size', async () => {
    for (const limit of [1, 7, 24, 25, 26, 100]) {
      expect(idsOf(await readAll(harness.api, `/v1/jobs?limit=${limit}`))).to.deep.equal(ids.toReversed())
      expect(idsOf(await readAll(harness.api, `/v1/jobs?limit=${limit}&order=asc`))).to.deep.equal(ids)
    }
  })

  it('end with one whose next is null, also when it is full', async () => {
    const { body, headers } = await harness.api.get('/v1/jobs?limit=25')
    expect(body.data).to.have.length(25)
    expect(body.next).to.equal(null)
    expect(headers.get('link')).to.equal(null)
  })

  it('are read on with another limit', async () => {
    const first = await harness.api.get('/v1/jobs?limit=3')
    const second = await harness.api.get(`/v1/jobs?limit=4&cursor=${first.body.next}`)
    expect(idsOf([...first.body.data, ...second.body.data])).to.deep.equal(ids.toReversed().slice(0, 7))
  })

  it('name the filters in the link to the next one', async () => {
    const answer = await harness.api.get(
      '/v1/jobs?limit=2&state=queued,running&createdAfter=2020-01-01T01:00:00%2B01:00',
    )
    const { searchParams } = new URL(nextOf(answer) ?? '', harness.apiUrl)
    expect(Object.fromEntries(searchParams)).to.include({
      state: 'queued,running',
      createdAfter: '2020-01-01T00:00:00.000Z',
      limit: '2',
    })
  })

  it('have each row that was there once while others come in, newest first', async () => {
    const there = idsOf(await readAll(harness.api, '/v1/jobs?limit=100'))
    const seen = idsOf(await readAll(harness.api, '/v1/jobs?limit=4', () => insert().then(() => {})))
    expect(seen).to.deep.equal(there)
  })

  it('oldest first, lead through what comes in meanwhile, too', async () => {
    const there = idsOf(await readAll(harness.api, '/v1/jobs?order=asc&limit=100'))
    const added: string[] = []
    const seen = await readAll(harness.api, '/v1/jobs?order=asc&limit=4', async () => {
      if (added.length < 10) added.push(...(await insertMany(1)))
    })
    expect(idsOf(seen)).to.deep.equal([...there, ...added])
  })

  it('do not move when the row at their edge changes, or is gone', async () => {
    const first = await harness.api.get('/v1/jobs?limit=5')
    const all = idsOf(await readAll(harness.api, '/v1/jobs?limit=100'))
    await Job.query(harness.db)
      .patch({ state: 'scheduled', dispatchedAt: null })
      .findById(all[3] ?? '')
    await Job.query(harness.db).deleteById(all[4] ?? '')
    const second = await harness.api.get(nextOf(first) ?? '')
    expect(idsOf(second.body.data)).to.deep.equal(all.slice(5, 10))
  })

  it('are a page of the account’s own rows alone (invariant 9)', async () => {
    const other = await harness.otherAccount()
    expect(await readAll(other, '/v1/jobs')).to.deep.equal([])
  })

  describe('are refused with a cursor', () => {
    let cursor: string
    const expectInvalid = async (query: string, api = harness.api, path = '/v1/jobs') =>
      expectProblem(await api.get(`${path}?${query}`), { code: 'invalid-cursor' })
    before(async () => {
      cursor = (await harness.api.get('/v1/jobs?limit=2&state=queued&order=desc')).body.next
    })

    it('of other filters, or of another order', async () => {
      const accepted = await harness.api.get(`/v1/jobs?state=queued&cursor=${cursor}`)
      expect(accepted.status).to.equal(200)
      for (const query of ['', 'state=running', 'state=queued,running', 'state=queued&order=asc', 'state=queued&q=a']) {
        await expectInvalid(`${query}&cursor=${cursor}`)
      }
    })

    it('of another list', () => expectInvalid(`state=processing&cursor=${cursor}`, harness.api, '/v1/orders'))

    it('of another account (invariant 9)', async () =>
      expectInvalid(`state=queued&cursor=${cursor}`, await harness.otherAccount()))

    it('that was changed, is empty, or is none at all', async () => {
      const changed = `${cursor.slice(0, -1)}${cursor.endsWith('A') ? 'B' : 'A'}`
      for (const text of [
        changed,
        `${cursor}A`,
        cursor.slice(1),
        '',
        'null',
        randomUUID(),
        '%00',
        '%F0%9F',
        'a'.repeat(5000),
      ])
        await expectInvalid(`state=queued&cursor=${text}`)
    })
  })

  it('take a parameter once', async () => {
    const twice = { code: 'invalid-request', pointer: '#/limit', reason: /more than once/ } as const
    expectProblem(await harness.api.get('/v1/jobs?limit=5&limit=6'), twice)
  })

  it('hold at most 100 rows, and at least one', async () => {
    for (const limit of ['0', '-1', '101', '1.5', 'all', '', '1e9', '%00']) {
      const answer = await harness.api.get(`/v1/jobs?limit=${limit}`)
      expectProblem(answer, { code: 'invalid-request', pointer: '#/limit' })
    }
  })
})
