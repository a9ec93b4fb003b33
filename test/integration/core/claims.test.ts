// Claims: one worker at a time, and a late writer changes nothing (invariant 4).
import { expect } from 'chai'
import { engineId } from '../../../lib/dispatch.ts'
import { renewLeases } from '../../../lib/jobs/transitions.ts'
import { Job } from '../../../lib/models/job.ts'
import { execute } from '../../../workers/execute.ts'
import { reclaimExpired } from '../../../workers/reclaim.ts'
import { useHarness } from '../../support/harness.ts'
import { placeOrder } from '../../support/orders.ts'
import { attempt, expireLease, insertProbe, withProbe } from '../../support/probe.ts'

describe('a claim', () => {
  const harness = useHarness()
  const rowOf = ({ id }: Pick<Job, 'id'>) => Job.query(harness.db).findById(id).throwIfNotFound()

  /** A handler that waits until the test lets it go on. */
  function gate() {
    let open = () => {}
    let entered = () => {}
    const opened = new Promise<void>((resolve) => {
      open = resolve
    })
    const inside = new Promise<void>((resolve) => {
      entered = resolve
    })
    const pass = () => {
      entered()
      return opened
    }
    return { open: () => open(), inside, pass }
  }

  it('is won by one of many deliveries (invariant 4)', async () => {
    let runs = 0
    const runtime = withProbe(harness.runtime, async ({ commit }) => {
      runs++
      return commit(async () => ({}))
    })
    const job = await insertProbe(harness)
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => execute(runtime, engineId(job))))
    expect(outcomes.filter((outcome) => outcome === 'succeeded')).to.have.length(1)
    expect(outcomes.filter((outcome) => outcome === 'nothing-to-do')).to.have.length(19)
    expect(runs).to.equal(1)
  })

  it('makes a re-delivery of a finished job do nothing (invariant 8)', async () => {
    const runtime = withProbe(harness.runtime, ({ commit }) => commit(async () => ({})))
    const job = await insertProbe(harness)
    await execute(runtime, engineId(job))
    const before = await rowOf(job)
    expect(await execute(runtime, engineId(job))).to.equal('nothing-to-do')
    expect(await rowOf(job)).to.deep.equal(before)
  })

  it('that is lost lets nothing of the late worker through: no effect, no state, no progress (invariant 4)', async () => {
    const { open, inside, pass } = gate()
    let effects = 0
    const refusals: string[] = []
    const late = withProbe(harness.runtime, async ({ commit, checkpoint, progress }) => {
      await pass()
      const tries = [
        () => progress(1, 2),
        () => checkpoint(async () => effects++),
        () => commit(async () => ({ effects: effects++ })),
      ]
      for (const write of tries) {
        const refused = await write().then(
          () => 'written',
          (error: Error) => error.name,
        )
        refusals.push(refused)
      }
      return commit(async () => ({ by: 'late' }))
    })
    const job = await insertProbe(harness)
    const frozen = execute(late, engineId(job))
    await inside
    await expireLease(harness.runtime, job)
    await reclaimExpired(harness.runtime)
    const taken = withProbe(harness.runtime, ({ commit }) => commit(async () => ({ by: 'second' })))
    await attempt(taken, job)
    open()
    expect(await frozen).to.equal('claim-lost')
    expect(refusals).to.deep.equal(['LostClaim', 'LostClaim', 'LostClaim'])
    // A commit's effect runs before the row refuses it, and is rolled back with it; a checkpoint's does not even run.
    expect(effects).to.equal(1)
    expect(await rowOf(job)).to.deep.include({
      state: 'succeeded',
      result: { by: 'second' },
      attempt: 2,
      progress: null,
    })
  })

  it('is noticed as lost by the worker that lost it, which is asked to stop', async () => {
    const { inside, pass } = gate()
    let aborted = false
    const runtime = withProbe(harness.runtime, async ({ signal }) => {
      const stopped = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted = true
          reject(signal.reason)
        })
      })
      void pass()
      return stopped
    })
    const job = await insertProbe(harness)
    const running = execute(runtime, engineId(job))
    await inside
    await expireLease(harness.runtime, job)
    await reclaimExpired(harness.runtime)
    await harness.runtime.claims.renew()
    expect(await running).to.equal('claim-lost')
    expect(aborted).to.equal(true)
    expect((await rowOf(job)).state).to.equal('scheduled')
  })

  it('is kept alive while its worker renews it', async () => {
    const { open, inside, pass } = gate()
    const runtime = withProbe(harness.runtime, async ({ commit }) => {
      await pass()
      return commit(async () => ({}))
    })
    const job = await insertProbe(harness)
    const running = execute(runtime, engineId(job))
    await inside
    await expireLease(harness.runtime, job)
    await harness.runtime.claims.renew()
    expect(await reclaimExpired(harness.runtime)).to.equal(false)
    open()
    expect(await running).to.equal('succeeded')
  })

  it('of a job that kills its worker every time ends as failed (invariant 2)', async () => {
    const { open, inside, pass } = gate()
    const runtime = withProbe(harness.runtime, async ({ commit }) => {
      await pass()
      return commit(async () => ({}))
    })
    const job = await insertProbe(harness, { maxAttempts: 1 })
    const running = execute(runtime, engineId(job))
    await inside
    await expireLease(harness.runtime, job)
    expect(await reclaimExpired(runtime)).to.equal(true)
    const { state, error } = await rowOf(job)
    expect(state).to.equal('failed')
    expect(error?.type).to.equal('/problems/worker-lost')
    open()
    await running
  })

  it('is put back without counting when the worker is asked to shut down', async () => {
    const { inside, pass } = gate()
    const runtime = withProbe(harness.runtime, async () => {
      await pass()
      throw new Error('not reached')
    })
    const job = await insertProbe(harness, { maxAttempts: 1 })
    const running = execute(runtime, engineId(job))
    await inside
    harness.runtime.claims.interrupt()
    expect(await running).to.equal('postponed')
    expect(await rowOf(job)).to.include({ state: 'scheduled', maxAttempts: 2 })
  })

  it('of a flow ends when its steps begin, even if it is renewed at that moment', async () => {
    const { db, runtime, accountId } = harness
    const { jobId } = await placeOrder(harness.api)
    await harness.dispatch.idle()
    const flow = await Job.query(db).findById(jobId).throwIfNotFound()
    expect(await execute(runtime, engineId(flow))).to.equal('awaiting-steps')
    const renewed = await renewLeases(db, [{ id: flow.id, attempt: 1 }], 1000)
    expect([...renewed]).to.deep.equal([])
    expect(await rowOf(flow)).to.include({ accountId, state: 'running', leaseExpiresAt: null })
  })
})
