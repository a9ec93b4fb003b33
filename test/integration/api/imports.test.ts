// Handing over a file of stock corrections: what is taken, what is refused, and that a refused one leaves nothing behind.
import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { expect } from 'chai'
import { Job } from '../../../lib/models/job.ts'
import { StockImport, StockImportRow } from '../../../lib/models/stock-import.ts'
import { discardAbandoned } from '../../../lib/stock/imports.ts'
import { useHarness } from '../../support/harness.ts'
import { deltas, rowsOf, upload, uploadsLeft } from '../../support/imports.ts'
import { waitFor } from '../../support/wait-for.ts'

const PATH = '/v1/inventory/imports'
const FILE = deltas(['MUG-BLUE', 3], ['KETTLE', -1, 'broken'])

describe('POST /v1/inventory/imports', () => {
  const harness = useHarness()
  const jobs = () => Job.query(harness.db).where({ type: 'inventory.import' }).resultSize()
  const stored = async () => [await jobs(), await StockImport.query(harness.db).resultSize()]

  it('answers 202 with the job and the import, and has staged the rows', async () => {
    const { status, headers, body } = await upload(harness.api, FILE)
    expect(status).to.equal(202)
    expect(headers.get('location')).to.equal(`/v1/jobs/${body.job.id}`)
    const self = `${PATH}/${body.import.id}`
    expect(body.job).to.include({ type: 'inventory.import', state: 'queued' })
    expect(body.import).to.deep.include({ state: 'queued', rows: 2, applied: 0, refused: 0 })
    expect(body.import.links).to.deep.equal({
      self,
      job: `/v1/jobs/${body.job.id}`,
      rows: `${self}/rows`,
      refused: `${self}/rows?state=refused`,
    })
    expect((await harness.api.get(self)).body).to.deep.equal(body.import)
    const rows = await rowsOf(harness, body.import.id)
    expect(rows.map(({ number, line, sku, delta, state }) => [number, line, sku, delta, state])).to.deep.equal([
      [1, 2, 'MUG-BLUE', 3, 'waiting'],
      [2, 3, 'KETTLE', -1, 'waiting'],
    ])
    expect(await uploadsLeft(harness)).to.equal(0)
  })

  it('takes a file with rows that do not fit, and says which they are', async () => {
    const { body } = await upload(harness.api, deltas(['MUG-BLUE', 'many'], ['KETTLE', 1], ['KETTLE', 0]))
    expect(body.import).to.include({ rows: 3, refused: 2 })
    const { body: page } = await harness.api.get(body.import.links.refused)
    expect(page.data.map(({ row, line, error }: { row: number; line: number; error: object }) => [row, line, error]))
      .to.have.length(2)
      .and.to.have.deep.nested.property('[0]', [
        1,
        2,
        {
          type: '/problems/invalid-request',
          title: 'The request is not valid',
          status: 422,
          detail: 'delta: must be a whole number',
        },
      ])
  })

  it('answers the same key and file with the first answer, and stores nothing more', async () => {
    const key = randomUUID()
    const first = await upload(harness.api, FILE, { 'idempotency-key': key })
    const before = await stored()
    const again = await upload(harness.api, FILE, { 'idempotency-key': key })
    expect(again.status).to.equal(202)
    expect(again.headers.get('idempotency-replayed')).to.equal('true')
    expect(again.body).to.deep.equal(first.body)
    expect(await stored()).to.deep.equal(before)
  })

  it('refuses another file under the same key: a single byte makes it another', async () => {
    const key = randomUUID()
    await upload(harness.api, FILE, { 'idempotency-key': key })
    const before = await stored()
    const { status, body } = await upload(harness.api, `${FILE}\n`, { 'idempotency-key': key })
    expect([status, body.type]).to.deep.equal([422, '/problems/idempotency-key-reused'])
    expect(await stored()).to.deep.equal(before)
  })

  it('makes one import of four uploads at once under one key', async () => {
    const before = await jobs()
    const key = randomUUID()
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => upload(harness.api, FILE, { 'idempotency-key': key })),
    )
    for (const { status } of answers) expect(status).to.be.oneOf([202, 409])
    expect(new Set(answers.flatMap(({ body }) => body.import?.id ?? [])).size).to.equal(1)
    expect(await jobs()).to.equal(before + 1)
    expect(await uploadsLeft(harness)).to.equal(0)
  })

  const refused: [what: string, status: number, code: string, file: string, headers?: Record<string, string>][] = [
    ['a file that is malformed at its end', 422, 'malformed-csv', `${deltas(...many(2_500))}KETTLE,1,"x\n`],
    ['another header', 422, 'malformed-csv', 'sku,amount\nKETTLE,1\n'],
    ['a file without rows', 422, 'malformed-csv', 'sku,delta,reason\n'],
    ['no file at all', 422, 'malformed-csv', ''],
    ['a row that is too long', 422, 'malformed-csv', deltas(['KETTLE', 1, 'x'.repeat(11_000)])],
    ['JSON', 415, 'unsupported-media-type', FILE, { 'content-type': 'application/json' }],
    ['another encoding', 415, 'unsupported-media-type', FILE, { 'content-type': 'text/csv; charset=latin1' }],
    ['a packed body', 415, 'unsupported-media-type', FILE, { 'content-encoding': 'gzip' }],
    ['a malformed key', 400, 'idempotency-key-malformed', FILE, { 'idempotency-key': 'with space' }],
  ]
  for (const [what, expected, code, file, headers] of refused) {
    it(`answers ${expected} ${code} to ${what}, and stores nothing`, async () => {
      const before = await stored()
      const { status, body } = await upload(harness.api, file, headers)
      expect([status, body.type]).to.deep.equal([expected, `/problems/${code}`])
      expect(await stored()).to.deep.equal(before)
      expect(await uploadsLeft(harness)).to.equal(0)
    })
  }

  it('names the line and the column of a file that is still coming in, and answers the next request', async () => {
    const { body } = await upload(harness.api, `${deltas(...many(3_000))}KETTLE,1,x"y\n${deltas(...many(100_000))}`)
    expect(body).to.include({
      detail: 'Line 3002, column 3: a quote stands inside a field that does not begin with one.',
    })
    expect(body.errors[0].pointer).to.equal('#cell=3002,3')
    expect((await upload(harness.api, FILE)).status).to.equal(202)
  })

  it('refuses a file without an Idempotency-Key', async () => {
    const { status, body } = await harness.api.send('POST', PATH, {
      body: FILE,
      headers: { 'content-type': 'text/csv' },
    })
    expect([status, body.type]).to.deep.equal([400, '/problems/idempotency-key-missing'])
  })

  /** Sends the head of an upload and the beginning of its body. */
  const begin = (head: string, beginning: string) => {
    const socket = connect(Number(new URL(harness.apiUrl).port), '127.0.0.1')
    socket.write(`POST ${PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${harness.api.key}\r\n`)
    socket.write(`Idempotency-Key: ${randomUUID()}\r\nContent-Type: text/csv\r\n${head}\r\n\r\n${beginning}`)
    return socket
  }
  const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`

  it('refuses a body that says it is too large before a byte of it is read', async () => {
    const socket = begin(`Content-Length: ${51 * 1024 * 1024}`, '')
    const [answer] = (await new Promise((resolve) => socket.once('data', (data) => resolve([String(data)])))) as [
      string,
    ]
    expect(answer)
      .to.match(/^HTTP\/1.1 413 /)
      .and.include('/problems/body-too-large')
    socket.destroy()
  })

  it('leaves nothing of an upload that breaks off in the middle, and holds no transaction meanwhile', async () => {
    const before = await stored()
    const socket = begin('Transfer-Encoding: chunked', chunk(deltas(...many(3_500))))
    await waitFor('rows to be staged', async () => (await uploadsLeft(harness)) === 1 && staged())
    const open = await harness.db.raw(
      "SELECT FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND datname = current_database()",
    )
    expect(open.rows).to.have.length(0)
    expect(await jobs()).to.equal(before[0])
    socket.destroy()
    await waitFor('the upload to be removed', async () => (await uploadsLeft(harness)) === 0)
    expect(await stored()).to.deep.equal(before)
  })
  const staged = async () => (await StockImportRow.query(harness.db).where('state', 'waiting').resultSize()) >= 3_000

  it('hides an upload until it is accepted, and removes one that was left behind, once', async () => {
    const { db, accountId, api } = harness
    const id = randomUUID()
    await StockImport.query(db).insert({ id, accountId } as Partial<StockImport>)
    expect((await api.get(`${PATH}/${id}`)).status).to.equal(404)
    expect(await discardAbandoned(db)).to.equal(false)
    expect(await Promise.all([discardAbandoned(db, 0), discardAbandoned(db, 0)])).to.have.members([true, false])
    expect(await uploadsLeft(harness)).to.equal(0)
    expect((await harness.perform('inventory.discard', {})).job.result).to.deep.equal({ discarded: 0 })
  })

  it('cannot be gone round by a job submitted by its type', async () => {
    const input = { importId: randomUUID() }
    const { status } = await harness.api.post('/v1/jobs', { type: 'inventory.import', input })
    expect(status).to.equal(422)
  })

  it("answers 404 for another account's import and its rows (invariant 9)", async () => {
    const { body } = await upload(harness.api, FILE)
    const other = await harness.otherAccount()
    for (const path of [body.import.links.self, body.import.links.rows, body.job.links.self])
      expect((await other.get(path)).status, path).to.equal(404)
  })
})

/** So many rows of one product. */
function many(count: number): [string, number][] {
  return Array.from({ length: count }, () => ['KETTLE', 1])
}
