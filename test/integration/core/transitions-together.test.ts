// Starts and successes that share a statement: guarded as those alone are, and nobody waits for a row of somebody else's.
import { expect } from 'chai'
import { insertJobs } from '../../../lib/jobs/enqueue.ts'
import { startAttempt } from '../../../lib/jobs/transitions.ts'
import { sharedTransitions } from '../../../lib/jobs/transitions-together.ts'
import { Job } from '../../../lib/models/job.ts'
import { useHarness } from '../../support/harness.ts'

const LEASE_MS = 15_000

describe('transitions together', () => {
  const harness = useHarness()
  const insert = (n: number, more: object = {}) =>
    harness.db.transaction((trx) =>
      insertJobs(
        trx,
        Array.from({ length: n }, () => ({
          type: 'maintenance.ping',
          input: {},
          accountId: harness.accountId,
          maxAttempts: 3,
          ...more,
        })),
      ),
    )
  const open = () => sharedTransitions(harness.db, LEASE_MS)

  it('start each job as one alone is started', async () => {
    const jobs = await insert(3)
    const [alone, ...others] = jobs
    const shared = open()
    const one = await startAttempt(harness.db, alone!.id, alone!.dispatchNumber, LEASE_MS)
    const started = await Promise.all(others.map((job) => shared.start(job)))
    expect(started.map((job) => job?.id)).to.deep.equal(others.map(({ id }) => id))
    const untimed = (job: Job | undefined) => ({
      ...job,
      id: '',
      createdAt: 0,
      runAt: 0,
      startedAt: 0,
      leaseExpiresAt: Math.round((Number(job?.leaseExpiresAt) - Number(job?.startedAt)) / 1000),
    })
    for (const job of started) {
      expect(job).to.be.instanceOf(Job)
      expect(untimed(job)).to.deep.equal(untimed(one))
      expect(await Job.query(harness.db).findById(job!.id)).to.deep.equal(job)
    }
  })

  it('start one that was delivered twice once (invariant 4), and none with another dispatch number', async () => {
    const [job, other] = await insert(2)
    const shared = open()
    const twice = await Promise.all([shared.start(job!), shared.start(job!)])
    expect(twice.filter(Boolean)).to.have.length(1)
    expect(await shared.start({ id: other!.id, dispatchNumber: other!.dispatchNumber + 1 })).to.equal(undefined)
    expect(await Job.query(harness.db).findById(job!.id)).to.include({ state: 'running', attempt: 1 })
    expect(await Job.query(harness.db).findById(other!.id)).to.include({ state: 'queued', attempt: 0 })
  })

  it('start nothing that is too late to begin', async () => {
    const [late, job] = await insert(2, { startBefore: new Date(Date.now() - 1_000) })
    await Job.query(harness.db).findById(job!.id).patch({ startBefore: null })
    const shared = open()
    const started = await Promise.all([shared.start(late!), shared.start(job!)])
    expect(started.map((each) => each?.id)).to.deep.equal([undefined, job!.id])
  })

  it('pass over a row that is locked: it alone waits', async () => {
    const jobs = await insert(5)
    const shared = open()
    const held = await harness.db.transaction()
    await Job.query(held).findById(jobs[0]!.id).forUpdate()
    const waiting = shared.start(jobs[0]!)
    const others = await Promise.all(jobs.slice(1).map((job) => shared.start(job)))
    expect(others.every((job) => job?.state === 'running')).to.equal(true)
    await held.rollback()
    expect(await waiting).to.include({ state: 'running' })
  })

  it('succeed with each its own result, and only by the attempt that holds the claim (invariant 4)', async () => {
    const shared = open()
    const jobs = await Promise.all((await insert(4)).map((job) => shared.start(job)))
    const [late, ...rest] = jobs.map((job) => job!)
    const outcomes = await Promise.all([
      shared.succeed({ id: late!.id, attempt: 2 }, { late: true }),
      ...rest.map((job, n) => shared.succeed(job, { n, text: 'It\'s "done", {1,2}\\ ü' })),
    ])
    expect(outcomes).to.deep.equal([false, true, true, true])
    expect(await Job.query(harness.db).findById(late!.id)).to.include({ state: 'running', result: null })
    for (const [n, { id }] of rest.entries()) {
      const job = await Job.query(harness.db).findById(id).throwIfNotFound()
      expect(job).to.include({ state: 'succeeded', leaseExpiresAt: null })
      expect(job.result).to.deep.equal({ n, text: 'It\'s "done", {1,2}\\ ü' })
      expect(await shared.succeed(job, { again: true })).to.equal(false)
    }
  })

  it('leave all to themselves where one result cannot be stored', async () => {
    const shared = open()
    const jobs = await Promise.all((await insert(3)).map((job) => shared.start(job)))
    const results = [{}, { text: 'a\u0000b' }, {}]
    expect(await Promise.all(jobs.map((job, n) => shared.succeed(job!, results[n]!)))).to.deep.equal(
      Array(3).fill(false),
    )
    expect(await shared.succeed(jobs[0]!, {})).to.equal(true)
  })
})
