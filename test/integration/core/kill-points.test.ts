// What a trace of an attempt lists: every crossing of the process's boundary, in order, and nothing that is not an attempt's.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { type Db, openDatabase } from '../../../lib/db.ts'
import { createDispatch, engineId } from '../../../lib/dispatch.ts'
import { newId } from '../../../lib/ids.ts'
import { insertJob } from '../../../lib/jobs/enqueue.ts'
import { Account } from '../../../lib/models/account.ts'
import { Job } from '../../../lib/models/job.ts'
import { execute } from '../../../workers/execute.ts'
import { withKillPoints } from '../../../workers/kill-points.ts'
import type { Runtime } from '../../../workers/runtime.ts'
import { quiet, useHarness } from '../../support/harness.ts'
import { type Handler, insertProbe, withProbe } from '../../support/probe.ts'

describe('a trace', () => {
  const harness = useHarness()
  let folder = ''
  let trace = ''
  let db: Db
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'errand-trace-'))
    trace = join(folder, 'trace')
    db = openDatabase(harness.databaseUrl, 5, 'errand-test-traced')
  })
  afterEach(async () => {
    await db.destroy()
    await rm(folder, { recursive: true })
  })

  const open = (run: Handler): Runtime => {
    const { engine, runtime } = harness
    const { mail, payments } = runtime
    const watched = withKillPoints({ db, engine, mail, payments }, { ERRAND_TRACE: trace })
    const dispatch = createDispatch(db, watched.engine, quiet, 1_000)
    return withProbe({ ...runtime, ...watched, dispatch }, run)
  }
  const perform = async (runtime: Runtime) => {
    const job = await insertProbe(harness)
    const outcome = await runtime.watch('maintenance.probe', () => execute(runtime, engineId(job)))
    await runtime.dispatch.idle()
    return outcome
  }
  const traced = async () =>
    (await readFile(trace, 'utf8'))
      .trimEnd()
      .split('\n')
      // The window counts what the engine holds when it likes.
      .filter((name) => !name.includes('SELECT jobs'))

  it('lists statements, the provider, mail and the engine, each by what the attempt does and how often', async () => {
    const charge = { paymentId: newId(), amount: 100, currency: 'EUR', method: 'pm_card_visa' }
    const runtime = open(async ({ db: pool, payments, mail, accountId, signal, commit }) => {
      await Account.query(pool).findById(accountId)
      await payments.createIntent({ ...charge, capture: 'automatic', key: newId() })
      await Account.query(pool).findById(accountId)
      const message = { toAddress: 'ada@example.com', messageId: `<${newId()}@errand.example>` }
      await mail.send(message, { subject: 'Hello', text: 'Hello.', html: null }, signal, async () => {
        await Account.query(pool).findById(accountId)
      })
      return commit(async (trx) => {
        await insertJob(trx, { type: 'maintenance.probe', input: {}, accountId, maxAttempts: 3 })
        return {}
      })
    })
    expect(await perform(runtime)).to.equal('succeeded')
    const passed = await traced()
    expect(passed.slice(0, -2)).to.deep.equal(
      [
        'WITH jobs#1',
        'SELECT accounts#1',
        'payments.createIntent#1',
        'payments.createIntent answered#1',
        'SELECT accounts#2',
        'mail.send#1',
        // In the middle of the hand-over.
        'SELECT accounts#3',
        'mail.send answered#1',
        'BEGIN#1',
        'INSERT jobs#1',
        'UPDATE jobs#1',
        'COMMIT#1',
        'engine.addBulk#1',
      ].map((crossing) => `maintenance.probe ${crossing}`),
    )
    // Nobody waits for the engine.
    expect(passed.slice(-2)).to.have.members(['maintenance.probe end#1', 'maintenance.probe engine.addBulk answered#1'])
  })

  it('lists a crossing that fails, too', async () => {
    const runtime = open(async ({ db: pool, payments }) => {
      await payments.readIntent('pi_none').catch(() => {})
      await pool.raw('SELECT 1 / 0')
      throw new Error('not reached')
    })
    expect(await perform(runtime)).to.equal('retried')
    expect(await traced()).to.include.members([
      'maintenance.probe payments.readIntent#1',
      'maintenance.probe payments.readIntent answered#1',
      'maintenance.probe SELECT#1',
      'maintenance.probe COMMIT#1',
    ])
  })

  it('lists nothing that is done outside attempts, and counts each attempt by itself', async () => {
    const runtime = open(({ commit }) => commit(async () => ({})))
    await Job.query(runtime.db).findById(newId())
    // At the same time they would share their start, which is listed once.
    await perform(runtime)
    await perform(runtime)
    await Account.query(runtime.db).first()
    const crossings = ['WITH jobs#1', 'BEGIN#1', 'UPDATE jobs#1', 'COMMIT#1', 'end#1'].map(
      (name) => `maintenance.probe ${name}`,
    )
    expect(await traced()).to.have.members([...crossings, ...crossings])
  })
})
