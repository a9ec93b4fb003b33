// The operators' list of what does not agree: behind their login, from their own pages only, and settled once.
import { expect } from 'chai'
import { fileDiscrepancy } from '../../../lib/discrepancies.ts'
import { Discrepancy } from '../../../lib/models/discrepancy.ts'
import { operator, useHarness } from '../../support/harness.ts'
import { expectProblem } from './refused.ts'

const login = `Basic ${Buffer.from(`${operator.email}:${operator.password}`).toString('base64')}`

describe('/ops/discrepancies', () => {
  const harness = useHarness()
  const call = async (path: string, init: RequestInit & { authorization?: string } = {}) => {
    const { authorization = login, headers, ...rest } = init
    const response = await fetch(`${harness.apiUrl}/ops/discrepancies${path}`, {
      ...rest,
      headers: { ...(authorization && { authorization }), ...headers },
    })
    const text = await response.text()
    const body = /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text
    return { status: response.status, headers: response.headers, body }
  }
  const settle = (id: string, body: unknown, headers: Record<string, string> = {}) =>
    call(`/${id}/resolve`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    })
  const file = async (subject: string) => {
    await fileDiscrepancy(harness.db, { kind: 'orphan-charge', subject, detail: { object: 'intent' } })
    return Discrepancy.query(harness.db).findOne({ subject }).throwIfNotFound()
  }
  const subjects = async (query = '') => (await call(query)).body.data.map((each: { subject: string }) => each.subject)

  it('is behind the login; an API key is none', async () => {
    for (const authorization of ['', 'Basic eDp5', `Bearer ${harness.api.key}`]) {
      const list = await call('', { authorization })
      expect(list.status).to.equal(401)
      expect(list.body).to.not.include('orphan')
      const { id } = await file('pi_behind')
      expect((await call(`/${id}/resolve`, { method: 'POST', authorization, body: '{"note":"x"}' })).status).to.equal(
        401,
      )
    }
  })

  it('lists the open ones, the newest first, and the resolved ones when asked', async () => {
    await Discrepancy.query(harness.db).delete()
    const [first, second] = [await file('pi_first'), await file('pi_second')]
    expect(await subjects()).to.deep.equal(['pi_second', 'pi_first'])
    expect(await subjects('?limit=1')).to.deep.equal(['pi_second'])
    expect((await settle(first.id, { note: 'refunded by hand' })).status).to.equal(200)
    expect(await subjects('?state=open')).to.deep.equal(['pi_second'])
    const { body, headers } = await call('?state=resolved')
    expect(headers.get('cache-control')).to.equal('no-store')
    expect(body.data).to.have.length(1)
    expect(body.data[0]).to.include({
      id: first.id,
      kind: 'orphan-charge',
      state: 'resolved',
      note: 'refunded by hand',
    })
    expect(body.data[0].detail).to.deep.equal({ object: 'intent' })
    expect(second.resolvedAt).to.equal(null)
  })

  it('refuses a list that cannot be', async () => {
    for (const query of ['?state=closed', '?limit=0', '?limit=501', '?limit=x', '?since=today'])
      expectProblem(await call(query), { code: 'invalid-request' })
  })

  it('is settled once, with a note', async () => {
    const { id } = await file('pi_once')
    expectProblem(await settle(id, {}), { code: 'invalid-request', pointer: '#/note' })
    expectProblem(await settle(id, { note: ' ' }), { code: 'invalid-request', pointer: '#/note' })
    expectProblem(await settle(id, { note: 'two\nlines' }), { code: 'invalid-request', pointer: '#/note' })
    expect((await settle(id, { note: 'ours after all' })).body).to.include({
      state: 'resolved',
      note: 'ours after all',
    })
    expectProblem(await settle(id, { note: 'again' }), { code: 'conflict' })
    expect((await Discrepancy.query(harness.db).findById(id))?.note).to.equal('ours after all')
  })

  it('answers 404 to what is not there', async () => {
    for (const id of ['00000000-0000-7000-8000-0000000000ff', 'x'])
      expectProblem(await settle(id, { note: 'x' }), { code: 'not-found' })
  })

  it('refuses a change that another site makes the browser send', async () => {
    const { id } = await file('pi_foreign')
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'http://evil.example' }] as Record<
      string,
      string
    >[])
      expectProblem(await settle(id, { note: 'x' }, headers), { code: 'forbidden' })
    expect((await Discrepancy.query(harness.db).findById(id))?.resolvedAt).to.equal(null)
  })
})
