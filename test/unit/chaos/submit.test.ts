// The chaos suite's client: what it journals is what was accepted, and a second answer that differs is noticed.
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { AccountId } from '../../../lib/ids.ts'
import { openJournal } from '../../chaos/load/journal.ts'
import { type Client, submit } from '../../chaos/load/submit.ts'
import type { Web } from '../../chaos/members.ts'
import { type Random, seededRandom } from '../../chaos/random.ts'

interface Seen {
  key: string
  nth: number
}

type Answer = (response: ServerResponse, seen: Seen) => void

const accept =
  (jobId: string, orderId = 'order') =>
  (response: ServerResponse) =>
    response.writeHead(202).end(JSON.stringify({ job: { id: jobId }, order: { id: orderId } }))
const refuse =
  (status: number, type: string, detail = '') =>
  (response: ServerResponse) =>
    response.writeHead(status).end(JSON.stringify({ type, detail }))

/** Whether a request is sent twice at once, and again after it was answered. */
const random = (twin: boolean, echo: boolean): Random => {
  const wishes = [twin, echo]
  return { ...seededRandom('test'), chance: () => wishes.shift() ?? false }
}

describe('the client of the chaos suite', () => {
  let server: Server
  let answers: Answer[]
  let seen: Seen[]
  let folder: string

  const handle = (request: IncomingMessage, response: ServerResponse) => {
    const now = { key: String(request.headers['idempotency-key']), nth: seen.length }
    seen.push(now)
    const answer = answers[Math.min(now.nth, answers.length - 1)]
    request.resume().on('end', () => answer?.(response, now))
  }
  beforeEach(async () => {
    seen = []
    folder = await mkdtemp(join(tmpdir(), 'chaos-journal-'))
    server = createServer(handle)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterEach(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await rm(folder, { recursive: true })
  })

  const send = async (given: Answer[], { twin = false, echo = false, patience = Number.POSITIVE_INFINITY } = {}) => {
    answers = given
    const journal = openJournal(join(folder, 'journal.jsonl'))
    const web = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } as Web
    const luck = { ...seededRandom('luck'), between: () => 1 }
    const account = { id: 'account' as AccountId, key: 'key' }
    const client: Client = {
      world: { webs: [web] },
      journal,
      account,
      random: random(twin, echo),
      luck,
      patience: () => patience,
    }
    await submit(client, { kind: 'order', path: '/v1/orders', body: {} })
    return journal
  }

  it('journals what was accepted, with its key', async () => {
    const { accepted } = await send([accept('job')])
    expect(accepted).to.have.length(1)
    expect(accepted[0]).to.include({
      kind: 'order',
      jobId: 'job',
      subjectId: 'order',
      accountId: 'account',
      key: seen[0]?.key,
    })
  })

  it('sends again with the same key where there was no answer, a 5xx, a 429, or a request still in flight', async () => {
    const inFlight = refuse(409, '/problems/idempotency-key-in-flight')
    const lost: Answer = (response) => response.destroy()
    const { accepted, repeated } = await send([lost, refuse(500, 'x'), refuse(429, 'x'), inFlight, accept('job')])
    expect(accepted.map(({ jobId }) => jobId)).to.deep.equal(['job'])
    expect(repeated).to.equal(4)
    expect(new Set(seen.map(({ key }) => key)).size).to.equal(1)
  })

  it('counts a refusal, and does not repeat it', async () => {
    const { accepted, refused } = await send([refuse(409, '/problems/conflict', 'The order is captured.')])
    expect(accepted).to.deep.equal([])
    expect([...refused]).to.deep.equal([['order: 409 /problems/conflict', 1]])
    expect(seen).to.have.length(1)
  })

  it('journals the one of two at once that was accepted, though the other one was refused', async () => {
    const journal = await send([refuse(409, 'x'), accept('job')], { twin: true })
    expect(journal.accepted.map(({ jobId }) => jobId)).to.deep.equal(['job'])
    expect(journal.contradictions).to.deep.equal([])
  })

  it('notices two jobs for one key, at once and later, and a refusal of what was accepted', async () => {
    expect((await send([accept('a'), accept('b')], { twin: true })).contradictions).to.have.length(1)
    seen = []
    expect((await send([accept('a'), accept('b')], { echo: true })).contradictions).to.have.length(1)
    seen = []
    expect((await send([accept('a'), refuse(422, 'x')], { echo: true })).contradictions).to.have.length(1)
    seen = []
    expect((await send([accept('a')], { twin: true, echo: true })).contradictions).to.deep.equal([])
  })

  it('gives up when its patience ends, and says what it heard last', async () => {
    const journal = await send([refuse(503, '/problems/unavailable')], { patience: Date.now() + 50 })
    expect(journal.accepted).to.deep.equal([])
    expect(journal.unanswered.join()).to.match(/^order, key .*: 503 \/problems\/unavailable$/)
  })
})
