// Cancelling jobs: one that waits ends at once, one that runs is stopped wherever it runs, and whoever is first wins.
import { expect } from 'chai'
import { engineId } from '../../../lib/dispatch.ts'
import { cancelJob } from '../../../lib/jobs/cancel.ts'
import type { JobContext, JobDefinition, Settled } from '../../../lib/jobs/definition.ts'
import { inTransaction } from '../../../lib/jobs/enqueue.ts'
import { startAttempt } from '../../../lib/jobs/transitions.ts'
import { Job } from '../../../lib/models/job.ts'
import { JobAction } from '../../../lib/models/job-action.ts'
import { createClaims } from '../../../workers/claims.ts'
import { execute } from '../../../workers/execute.ts'
import { reclaimExpired } from '../../../workers/reclaim.ts'
import type { Runtime } from '../../../workers/runtime.ts'
import { startProbing, useCrowd } from '../../support/crowd.ts'
import { noDispatch, useHarness } from '../../support/harness.ts'
import { attempt, expireLease, insertProbe, withProbe } from '../../support/probe.ts'
import { errorOf } from '../../support/shop.ts'
import { waitFor } from '../../support/wait-for.ts'

describe('cancelling a job', function () {
  this.timeout(60_000)
  const harness = useHarness()
  const crowd = useCrowd(harness)
  const rowOf = ({ id }: Pick<Job, 'id'>) => Job.query(harness.db).findById(id).throwIfNotFound()
  const actionsOn = ({ id }: Pick<Job, 'id'>) => JobAction.query(harness.db).where({ jobId: id }).orderBy('id')

  /** The probe, with rows of its own that tell how they were ended. */
  const probing = (run: (context: JobContext) => Promise<Settled>, more: Partial<JobDefinition> = {}) => {
    const runtime = withProbe({ ...harness.runtime, dispatch: noDispatch }, run)
    const probe = { ...runtime.catalogue['maintenance.probe']!, ...more }
    return { ...runtime, catalogue: { ...runtime.catalogue, 'maintenance.probe': probe } }
  }
  const done = (context: JobContext) => context.commit(async () => ({}))
  const cancel = ({ catalogue }: Pick<Runtime, 'catalogue'>, { id }: Pick<Job, 'id'>) =>
    inTransaction(harness.db, noDispatch, (trx) =>
      cancelJob(trx, catalogue, { id, accountId: harness.accountId }, { reason: 'not wanted', keyId: null }),
    )

  /** Something that a test waits for, and something that it says. */
  function moment() {
    let come = () => {}
    const here = new Promise<void>((resolve) => {
      come = resolve
    })
    return { here, come: () => come() }
  }

  /** A handler that runs until its signal stops it. */
  function endless() {
    const entered = moment()
    const reasons: string[] = []
    const run = ({ signal }: JobContext) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => {
          reasons.push(signal.reason.name)
          reject(signal.reason)
        })
        entered.come()
      })
    return { run, entered: entered.here, reasons }
  }

  it('that waits ends it at once, with its rows, and it is never started', async () => {
    const ended: unknown[] = []
    const whenCancelled: JobDefinition['whenCancelled'] = async (_, _trx, { type }) => {
      ended.push(type)
      return null
    }
    const runtime = probing(done, { whenCancelled })
    for (const runAt of [undefined, new Date(Date.now() + 60_000)]) {
      const job = await insertProbe(harness, { ...(runAt && { runAt }) })
      const { state, error, cancelRequestedAt, finishedAt, attempt: attempts } = await cancel(runtime, job)
      expect({ state, attempts }).to.deep.equal({ state: 'cancelled', attempts: 0 })
      expect(error?.type).to.equal('/problems/cancelled')
      expect(cancelRequestedAt).to.be.an.instanceOf(Date)
      expect(finishedAt).to.be.an.instanceOf(Date)
      expect(await execute(runtime, engineId(job))).to.equal('nothing-to-do')
      expect(await actionsOn(job)).to.have.length(1)
    }
    expect(ended).to.deep.equal(['/problems/cancelled', '/problems/cancelled'])
  })

  it('that waits, or its start, is first: never both (invariant 4)', async () => {
    for (let round = 0; round < 10; round++) {
      const runtime = probing(done)
      const job = await insertProbe(harness)
      const [outcome, answer] = await Promise.all([
        execute(runtime, engineId(job)),
        cancel(runtime, job).then(
          ({ state }) => state,
          ({ code }: { code: string }) => code,
        ),
      ])
      const { state } = await rowOf(job)
      const stories = {
        'nothing-to-do': [['cancelled', 'cancelled']],
        cancelled: [['cancelled', 'running']],
        // Asked before the end, or after it.
        succeeded: [
          ['succeeded', 'running'],
          ['succeeded', 'job-finished'],
        ],
      }
      expect(stories[outcome as keyof typeof stories]).to.deep.include([state, answer])
    }
  })

  it('that runs stops it when its claim is renewed, in whatever process', async () => {
    const { run, entered, reasons } = endless()
    const claims = createClaims(harness.db, 3_000)
    const runtime = { ...probing(run), claims }
    const job = await insertProbe(harness)
    const running = execute(runtime, engineId(job))
    await entered
    const asked = await cancel(runtime, job)
    expect(asked).to.include({ state: 'running', attempt: 1 })
    expect(asked.cancelRequestedAt).to.be.an.instanceOf(Date)
    await claims.renew()
    expect(await running).to.equal('cancelled')
    expect(reasons).to.deep.equal(['Cancelled'])
    expect(await rowOf(job)).to.deep.include({ state: 'cancelled', leaseExpiresAt: null })
  })

  it('asked for twice at once, and again later, is one cancellation with one record', async () => {
    const { run, entered } = endless()
    const runtime = probing(run)
    const job = await insertProbe(harness)
    const running = execute(runtime, engineId(job))
    await entered
    const answers = await Promise.all([cancel(runtime, job), cancel(runtime, job), cancel(runtime, job)])
    const at = answers.map(({ cancelRequestedAt }) => cancelRequestedAt?.getTime())
    expect(new Set(at).size).to.equal(1)
    await runtime.claims.renew()
    await running
    const { finishedAt } = await rowOf(job)
    expect((await cancel(runtime, job)).finishedAt).to.deep.equal(finishedAt)
    expect((await actionsOn(job)).map(({ action, reason, attempt: met }) => [action, reason, met])).to.deep.equal([
      ['cancel', 'not wanted', 1],
    ])
  })

  it('comes too late for what is being committed: it has succeeded, and nothing of it is lost (invariant 3)', async () => {
    const entered = moment()
    const opened = moment()
    const runtime = probing(({ commit }) =>
      commit(async () => {
        entered.come()
        await opened.here
        return { kept: true }
      }),
    )
    const job = await insertProbe(harness)
    const running = execute(runtime, engineId(job))
    await entered.here
    await cancel(runtime, job)
    await runtime.claims.renew()
    opened.come()
    expect(await running).to.equal('succeeded')
    expect(await rowOf(job)).to.deep.include({ state: 'succeeded', result: { kept: true } })
    expect(await errorOf(cancel(runtime, job))).to.include({ code: 'job-finished' })
  })

  it('of one whose attempt fails meanwhile ends it as cancelled instead of another attempt', async () => {
    for (const maxAttempts of [1, 3]) {
      const runtime = probing(async () => {
        await cancel(runtime, job)
        throw new Error('broken by the test')
      })
      const job: Job = await insertProbe(harness, { maxAttempts })
      const { outcome, job: row } = await attempt(runtime, job)
      expect([outcome, row.state, row.error?.type]).to.deep.equal(['cancelled', 'cancelled', '/problems/cancelled'])
    }
  })

  it('of one whose worker died is done by whoever takes it back (invariant 2)', async () => {
    const runtime = probing(done)
    const job = await insertProbe(harness)
    await startAttempt(harness.db, job.id, job.dispatchNumber, 60_000)
    await cancel(runtime, job)
    await expireLease(runtime, job)
    expect(await reclaimExpired(runtime)).to.equal(true)
    expect((await rowOf(job)).state).to.equal('cancelled')
  })

  it('is refused where its type says so: never, or once it has begun', async () => {
    const never = probing(done, { cancel: 'never' })
    const waiting = await insertProbe(harness)
    expect(await errorOf(cancel(never, waiting))).to.include({ code: 'not-cancellable' })
    const early = probing(done, { cancel: 'before-start' })
    expect((await cancel(early, waiting)).state).to.equal('cancelled')

    const failing = probing(
      async () => {
        throw new Error('no answer')
      },
      { cancel: 'before-start' },
    )
    const begun = await insertProbe(harness)
    expect((await attempt(failing, begun)).outcome).to.equal('retried')
    expect(await errorOf(cancel(failing, begun))).to.include({ code: 'not-cancellable' })
    expect(await rowOf(begun)).to.include({ state: 'scheduled', cancelRequestedAt: null })
    expect(await actionsOn(begun)).to.deep.equal([])
  })

  it('of another account is a 404, and nothing happens (invariant 9)', async () => {
    const job = await insertProbe(harness)
    const accountId = await crowd.account('another')
    const refused = harness.db.transaction((trx) =>
      cancelJob(trx, harness.runtime.catalogue, { id: job.id, accountId }, { reason: null, keyId: null }),
    )
    expect(await errorOf(refused)).to.include({ code: 'not-found' })
    expect((await rowOf(job)).state).to.equal('queued')
  })

  it('that runs in a worker process is heard there at once', async () => {
    const { run, entered, reasons } = endless()
    await crowd.clear()
    // Its claims are renewed every 20 seconds: that is not what stops it.
    const stop = await startProbing(harness, { run, leaseMs: 60_000 })
    const [id] = await crowd.flood(1)
    await entered
    await waitFor('the worker to listen', async () => {
      const { rows } = await harness.db.raw(`SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND query IN ('LISTEN errand_cancel', 'SELECT')`)
      return rows.length > 0
    })
    await cancel(withProbe(harness.runtime, run), { id: id! })
    await waitFor('the attempt to be stopped', async () => reasons.length > 0, 10_000)
    await waitFor('the job to be cancelled', async () => (await rowOf({ id: id! })).state === 'cancelled')
    await stop()
  })

  it('is recorded for good: no action can be changed or removed (invariant 8)', async () => {
    const job = await insertProbe(harness)
    await cancel(probing(done), job)
    for (const statement of [
      "UPDATE job_actions SET reason = 'another'",
      'DELETE FROM job_actions',
      'TRUNCATE job_actions',
    ])
      expect((await errorOf(harness.db.raw(statement))).message).to.include('append-only')
  })
})
