// What logs and the engine learn when things go wrong: ids and codes, never what a customer wrote (invariant 10).
import { PassThrough } from 'node:stream'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { expect } from 'chai'
import { pino } from 'pino'
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
