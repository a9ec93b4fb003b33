// A database that fails under an attempt: it costs no attempt, no effect and no success (invariants 2, 3 and 4).
import { expect } from 'chai'
import { type Db, openDatabase } from '../../../lib/db.ts'
import { engineId } from '../../../lib/dispatch.ts'
import { RetryLater } from '../../../lib/errors.ts'
import type { JobDefinition } from '../../../lib/jobs/definition.ts'
import { Job } from '../../../lib/models/job.ts'
import { execute } from '../../../workers/execute.ts'
import { NotStarted } from '../../../workers/start.ts'
import { openProbing, useCrowd } from '../../support/crowd.ts'
import { useHarness } from '../../support/harness.ts'
import { type LossyWay, openLossyWay } from '../../support/lost-answers.ts'
import { attempt, type Handler, insertProbe } from '../../support/probe.ts'
import { insertJobOf } from '../../support/shop.ts'
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts'
import { waitFor } from '../../support/wait-for.ts'

describe('a database that fails', () => {
  const harness = useHarness()
  const crowd = useCrowd(harness)
  beforeEach(() => crowd.clear())
  const rowOf = ({ id }: Pick<Job, 'id'>) => Job.query(harness.db).findById(id).throwIfNotFound()

  describe('when the answer to a COMMIT is lost', () => {
    let way: LossyWay
    let db: Db
    before(async () => {
      way = await openLossyWay(harness.databaseUrl)
      db = openDatabase(way.url, 5, 'errand-test-lossy')
    })
    after(async () => {
      await db.destroy()
      await way.stop()
    })
    const open = (run: Handler) => openProbing(harness, { run, db })

    it('has the effect once, and the job succeeded (invariant 3)', async () => {
      let lost: Promise<void> | undefined
      const runtime = open(({ jobId, accountId, commit }) =>
        commit(async (trx) => {
          await trx('runs').insert({ jobId, accountId })
          lost ??= way.loseNextCommit()
          return { done: true }
        }),
      )
      const job = await insertProbe(harness, { maxAttempts: 1 })
      expect(await execute(runtime, engineId(job))).to.equal('claim-lost')
      await lost
      expect(await rowOf(job)).to.deep.include({
        state: 'succeeded',
        result: { done: true },
        attempt: 1,
        maxAttempts: 1,
      })
      expect(await crowd.runs()).to.have.length(1)
      expect(await execute(runtime, engineId(job))).to.equal('nothing-to-do')
    })

    it('counts a failed attempt once', async () => {
      const runtime = open(() => Promise.reject(new Error('again')))
      const lost = way.loseNextCommit()
      const { job } = await attempt(runtime, await insertProbe(harness))
      await lost
      expect(job).to.include({ state: 'scheduled', attempt: 1, maxAttempts: 3 })
    })

    it('makes up for a postponed attempt once', async () => {
      const runtime = open(() => Promise.reject(new RetryLater(60_000, 'not now')))
      const lost = way.loseNextCommit()
      const { job } = await attempt(runtime, await insertProbe(harness))
      await lost
      expect(job).to.include({ state: 'scheduled', attempt: 1, maxAttempts: 4 })
    })

    it('begins a flow once, which goes on with its steps (invariant 2)', async () => {
      const runtime = open(crowd.record)
      const { input } = runtime.catalogue['maintenance.probe']!
      const flow: JobDefinition = {
        ...runtime.catalogue['maintenance.probe']!,
        type: 'maintenance.flow',
        input,
        work: {
          flow: {
            steps: [{ type: 'maintenance.probe', group: 0, input: async () => ({}) }],
            whenUndone: async () => {},
            undone: [],
            result: async () => ({ flowed: true }),
          },
        },
      }
      const flows = { ...runtime, catalogue: { ...runtime.catalogue, 'maintenance.flow': flow } }
      const job = await insertJobOf(harness, 'maintenance.flow', {})
      const lost = way.loseNextCommit()
      await execute(flows, engineId(job))
      await lost
      expect(await rowOf(job)).to.include({ state: 'running', leaseExpiresAt: null, maxAttempts: 3 })
      const step = await Job.query(harness.db).findOne({ parentId: job.id }).throwIfNotFound()
      await attempt(flows, step)
      expect(await rowOf(job)).to.deep.include({ state: 'succeeded', result: { flowed: true } })
      expect(await crowd.runs()).to.have.length(1)
    })
  })

  describe('when it is away', () => {
    let proxy: TcpProxy
    let db: Db
    beforeEach(async () => {
      const { hostname: host, port } = new URL(harness.databaseUrl)
      proxy = await startTcpProxy(() => ({ host, port: Number(port) }))
      const url = new URL(harness.databaseUrl)
      url.host = `127.0.0.1:${proxy.port}`
      db = openDatabase(url.href, 5, 'errand-test-away')
    })
    afterEach(async () => {
      await db.destroy()
      await proxy.stop()
    })
    const goAway = () => {
      proxy.refuse()
      proxy.cut()
    }

    it('is waited for by a commit, whose success stays one (invariant 3)', async () => {
      let tries = 0
      const runtime = openProbing(harness, {
        db,
        run: ({ jobId, accountId, commit }) =>
          commit(async (trx) => {
            if (++tries === 1) goAway()
            await trx('runs').insert({ jobId, accountId })
            return {}
          }),
      })
      const job = await insertProbe(harness, { maxAttempts: 1 })
      const running = execute(runtime, engineId(job))
      await waitFor('the commit to be refused', async () => tries === 1 && proxy.connections === 0)
      proxy.heal()
      expect(await running).to.equal('succeeded')
      expect(await rowOf(job)).to.include({ state: 'succeeded', attempt: 1, maxAttempts: 1 })
      expect(await crowd.runs()).to.have.length(1)
    })

    it('is waited for by a commit beyond the time the attempt has: the handler was in time (invariant 3)', async () => {
      const timeoutMs = 400
      let away = Number.POSITIVE_INFINITY
      const runtime = openProbing(harness, {
        db,
        timeoutMs,
        leaseMs: 60_000,
        run: ({ jobId, accountId, commit }) =>
          commit(async (trx) => {
            if (away === Number.POSITIVE_INFINITY) {
              away = performance.now()
              goAway()
            }
            await trx('runs').insert({ jobId, accountId })
            return {}
          }),
      })
      const job = await insertProbe(harness, { maxAttempts: 1 })
      const running = execute(runtime, engineId(job))
      await waitFor('the time to be over', async () => performance.now() - away > 2 * timeoutMs)
      proxy.heal()
      expect(await running).to.equal('succeeded')
      expect(await rowOf(job)).to.include({ state: 'succeeded', attempt: 1, maxAttempts: 1 })
      expect(await crowd.runs()).to.have.length(1)
    })

    it('for longer than a lease makes the attempt stop; it is put back without counting once it is there (invariant 2)', async () => {
      let reason: unknown
      const runtime = openProbing(harness, {
        db,
        leaseMs: 300,
        run: ({ signal }) => {
          goAway()
          return new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              reason = signal.reason
              reject(signal.reason)
            })
          })
        },
      })
      const job = await insertProbe(harness, { maxAttempts: 1 })
      const running = execute(runtime, engineId(job))
      await waitFor('the attempt to be asked to stop', async () => reason)
      expect((reason as Error).message).to.equal('the claim could not be renewed')
      expect((await rowOf(job)).state).to.equal('running')
      proxy.heal()
      expect(await running).to.equal('postponed')
      expect(await rowOf(job)).to.include({ state: 'scheduled', attempt: 1, maxAttempts: 2, error: null })
    })

    it('while an attempt starts leaves the job to others; a start that comes late is put back without counting (invariant 2)', async () => {
      const runtime = openProbing(harness, { db, run: crowd.record })
      await db.raw('SELECT 1')
      const job = await insertProbe(harness, { maxAttempts: 1 })
      proxy.freeze()
      const failure: unknown = await execute(runtime, engineId(job)).catch((error: unknown) => error)
      expect(failure).to.be.an.instanceOf(NotStarted)
      expect(await rowOf(job)).to.include({ state: 'queued', attempt: 0 })
      proxy.heal()
      await waitFor('it to have started and be put back', async () => (await rowOf(job)).state === 'scheduled')
      expect(await rowOf(job)).to.include({ attempt: 1, maxAttempts: 2, error: null })
      const other = openProbing(harness, { run: crowd.record })
      expect((await attempt(other, job)).outcome).to.equal('succeeded')
      expect(await crowd.runs()).to.have.length(1)
      await Promise.all([runtime.dispatch.idle(), other.dispatch.idle()])
    })
  })
})
