// What logs and the engine learn, most of all when things go wrong: ids and codes, never what a customer wrote (invariant 10).
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PassThrough } from 'node:stream'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { expect } from 'chai'
import { pino } from 'pino'
import { createApp } from '../../../api/app.ts'
import { engineId } from '../../../lib/dispatch.ts'
import { insertJob, inTransaction } from '../../../lib/jobs/enqueue.ts'
import { describeError } from '../../../lib/logger.ts'
import { Email } from '../../../lib/models/email.ts'
import { Job } from '../../../lib/models/job.ts'
import { startConsumers } from '../../../workers/consumers.ts'
import { useHarness } from '../../support/harness.ts'
import { withProbe } from '../../support/probe.ts'
import { waitFor } from '../../support/wait-for.ts'

const SECRET = 'ada.lovelace@example.com'

describe('an attempt whose failure carries personal data', () => {
  const harness = useHarness()
  let logged = ''
  const stream = new PassThrough()
  stream.on('data', (chunk) => (logged += chunk))
  const log = pino({ level: 'trace', serializers: { err: describeError } }, stream)

  it('leaves none of it in the log, in the engine or in the job (invariants 7 and 10)', async () => {
    const { db, engine, dispatch, accountId } = harness
    // The driver's error names the failing row; knex would name the values.
    const insert = (trx: Parameters<typeof Email.query>[0]) =>
      Email.query(trx).insert({ accountId, toAddress: SECRET, subject: SECRET, state: 'created' } as Partial<Email>)
    const runtime = {
      ...withProbe(harness.runtime, ({ commit }) =>
        commit(async (trx) => {
          await insert(trx)
          return {}
        }),
      ),
      log,
    }
    const timing = {
      CONCURRENCY: 2,
      LEASE_MS: 3000,
      SWEEP_INTERVAL_MS: 50,
      DISPATCH_GRACE_MS: 500,
      SHUTDOWN_TIMEOUT_MS: 5000,
    }
    const consumers = startConsumers(runtime, db, engine, timing)
    await consumers.ready
    const type = 'maintenance.probe'
    const job = await inTransaction(db, dispatch, (trx) =>
      insertJob(trx, { type, input: {}, accountId, maxAttempts: 1 }),
    )
    await waitFor('the job to fail', async () => (await Job.query(db).findById(job.id))?.state === 'failed')
    const queue = harness.engine.queue('maintenance')
    await waitFor('the engine to know', async () => (await queue.getJobState(engineId(job))) === 'failed')
    await consumers.stop()
    const [kept] = await new BullMQAdapter(queue as never).getJobs(['failed'], 0, 10)
    expect(JSON.stringify(kept)).to.include('failed').and.not.include(SECRET)
    expect(logged).to.include('attempt failed').and.not.include(SECRET)
    expect(JSON.stringify(await Job.query(db).findById(job.id))).not.to.include(SECRET)
  })
})

describe('the path of a request', () => {
  const harness = useHarness()
  const lines: { msg: string; route: string; status: number }[] = []
  const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(JSON.parse(line)) })
  let url: string
  let close = () => {}
  before(async () => {
    const { db, engine, dispatch, runtime } = harness
    const app = createApp({
      db,
      engine,
      dispatch,
      following: harness.following,
      catalogue: runtime.catalogue,
      log,
      operator: undefined,
    })
    const server = createServer(app.callback())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    close = () => server.close().closeAllConnections()
  })
  after(() => close())

  const requests: [method: string, path: string, status: number, route: string, withKey?: boolean][] = [
    ['DELETE', `/v1/suppressions/${SECRET}`, 404, '/v1/suppressions/:address'],
    ['DELETE', `/v1/suppressions/${SECRET}`, 401, '/v1', false],
    ['PUT', `/v1/suppressions/${SECRET}`, 405, '/v1'],
    ['GET', `/v1/nowhere/${SECRET}`, 404, '/v1'],
    ['GET', `/${SECRET}`, 404, 'none'],
    ['GET', `/ops/${SECRET}`, 404, '/ops'],
  ]
  for (const [method, path, status, route, withKey = true] of requests) {
    it(`is in no log line and in no answer: ${method} ${path}, ${status} (invariant 10)`, async () => {
      lines.length = 0
      const headers = { authorization: withKey ? `Bearer ${harness.api.key}` : '' }
      const answer = await fetch(url + path, { method, headers })
      expect(answer.status).to.equal(status)
      expect(await answer.text()).not.to.include('lovelace')
      await waitFor('the log line', async () => lines.some(({ msg }) => msg === 'request'))
      expect(lines.find(({ msg }) => msg === 'request')).to.include({ route, status })
      expect(JSON.stringify(lines)).not.to.include('lovelace')
    })
  }
})
