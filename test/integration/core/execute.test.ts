// The life of an attempt: what each way to end means for the row.
import { expect } from 'chai'
import { PermanentError, RetryLater } from '../../../lib/errors.ts'
import { Account } from '../../../lib/models/account.ts'
import { Job } from '../../../lib/models/job.ts'
import { execute } from '../../../workers/execute.ts'
import { useHarness } from '../../support/harness.ts'
import { attempt, insertProbe, withProbe } from '../../support/probe.ts'

describe('an attempt', () => {
  const harness = useHarness()
  const rename = (name: string) => (trx: Parameters<typeof Account.query>[0]) =>
    Account.query(trx).patch({ name }).findById(harness.accountId)
  const accountName = async () => (await Account.query(harness.db).findById(harness.accountId).throwIfNotFound()).name

  it('succeeds with what commit returned, in one transaction with its effect (invariant 3)', async () => {
    const runtime = withProbe(harness.runtime, ({ commit }) =>
      commit(async (trx) => {
        await rename('committed')(trx)
        return { answer: 42 }
      }),
    )
    const { outcome, job } = await attempt(runtime, await insertProbe(harness))
    expect(outcome).to.equal('succeeded')
    expect(job).to.deep.include({ state: 'succeeded', result: { answer: 42 }, attempt: 1, leaseExpiresAt: null })
    expect(await accountName()).to.equal('committed')
  })

  it('leaves no effect when commit throws, and is retried with backoff', async () => {
    const runtime = withProbe(harness.runtime, ({ commit }) =>
      commit(async (trx) => {
        await rename('half done')(trx)
        throw new Error('secret detail')
      }),
    )
    const { outcome, job } = await attempt(runtime, await insertProbe(harness))
    expect(outcome).to.equal('retried')
    expect(job.state).to.equal('scheduled')
    expect(job.runAt.getTime()).to.be.greaterThan(Date.now())
    expect(JSON.stringify(job.error)).not.to.include('secret detail')
    expect(await accountName()).not.to.equal('half done')
  })

  it('fails for good after its last attempt', async () => {
    const runtime = withProbe(harness.runtime, async () => {
      throw new Error('again')
    })
    const first = await attempt(runtime, await insertProbe(harness, { maxAttempts: 2 }))
    expect(first.outcome).to.equal('retried')
    const second = await attempt(runtime, first.job)
    expect(second.outcome).to.equal('failed')
    expect(second.job).to.include({ state: 'failed', attempt: 2 })
    expect(second.job.finishedAt).to.be.an.instanceOf(Date)
  })

  it('fails at once for a PermanentError, with its code and message as the problem', async () => {
    const runtime = withProbe(harness.runtime, async () => {
      throw new PermanentError('conflict', 'It cannot be.')
    })
    const { outcome, job } = await attempt(runtime, await insertProbe(harness))
    expect(outcome).to.equal('failed')
    expect(job.error).to.include({ type: '/problems/conflict', detail: 'It cannot be.' })
  })

  it('writes what a rejection changes in one transaction with the failure (invariant 3)', async () => {
    const error = new PermanentError('conflict', 'It cannot be.')
    const runtime = withProbe(harness.runtime, ({ reject }) => reject(error, rename('rejected')))
    const { job } = await attempt(runtime, await insertProbe(harness))
    expect(job.state).to.equal('failed')
    expect(await accountName()).to.equal('rejected')
  })

  it('does not count when it asks to be run later', async () => {
    const runtime = withProbe(harness.runtime, async () => {
      throw new RetryLater(60_000, 'not now')
    })
    const { outcome, job } = await attempt(runtime, await insertProbe(harness, { maxAttempts: 1 }))
    expect(outcome).to.equal('postponed')
    expect(job).to.include({ state: 'scheduled', attempt: 1, maxAttempts: 2, error: null })
    expect(job.runAt.getTime()).to.be.within(Date.now() + 50_000, Date.now() + 61_000)
  })

  it('does not count when the database fails under it', async () => {
    const runtime = withProbe(harness.runtime, async ({ commit }) =>
      commit(async (trx) => {
        await trx.raw('SELECT pg_terminate_backend(pg_backend_pid())')
        return {}
      }),
    )
    const { outcome, job } = await attempt(runtime, await insertProbe(harness, { maxAttempts: 1 }))
    expect(outcome).to.equal('postponed')
    expect(job).to.include({ state: 'scheduled', maxAttempts: 2 })
  })

  it('is aborted and retried when its time is up, even if the handler does not listen', async () => {
    let heard = false
    let release = () => {}
    const deaf = new Promise<void>((resolve) => {
      release = resolve
    })
    const runtime = withProbe(
      harness.runtime,
      async ({ signal, commit }) => {
        signal.addEventListener('abort', () => {
          heard = true
        })
        await deaf
        return commit(async () => ({}))
      },
      30,
    )
    const { outcome, job } = await attempt(runtime, await insertProbe(harness))
    release()
    expect(outcome).to.equal('retried')
    expect(job.error?.type).to.equal('/problems/attempt-timed-out')
    expect(heard).to.equal(true)
  })

  it('stays succeeded when its handler throws after the commit', async () => {
    const runtime = withProbe(harness.runtime, async ({ commit }) => {
      await commit(async () => ({ done: true }))
      throw new Error('too late to matter')
    })
    const { outcome, job } = await attempt(runtime, await insertProbe(harness))
    expect(outcome).to.equal('succeeded')
    expect(job.state).to.equal('succeeded')
  })

  it('is put off, and does not count, for a type that only a newer version knows', async () => {
    const { outcome, job } = await attempt(harness.runtime, await insertProbe(harness, { maxAttempts: 1 }))
    expect(outcome).to.equal('postponed')
    expect(job).to.include({ state: 'scheduled', maxAttempts: 2 })
  })

  it('fails for an input that does not fit its type', async () => {
    const { job } = await harness.perform('payments.charge', { paymentId: 'no id' })
    expect(job.error?.type).to.equal('/problems/invalid-input')
  })

  it('is shown to the operators when it was put off again and again (invariant 2)', async () => {
    const runtime = withProbe(harness.runtime, async () => {
      throw new RetryLater(0, 'the provider refuses our key')
    })
    const inserted = await insertProbe(harness)
    const early = await attempt(runtime, inserted)
    expect(early.job.needsAttention).to.equal(null)
    await Job.query(harness.db).patch({ attempt: 9, maxAttempts: 12 }).findById(inserted.id)
    const late = await attempt(runtime, inserted)
    expect(late.job.needsAttention).to.equal('the provider refuses our key')
    const solved = await attempt(
      withProbe(harness.runtime, ({ commit }) => commit(async () => ({}))),
      inserted,
    )
    expect(solved.job).to.include({ state: 'succeeded', needsAttention: null })
  })

  it('about money is never failed for want of an answer, but asked again and shown (invariant 3)', async () => {
    const runtime = withProbe(harness.runtime, async () => {
      throw new Error('no answer')
    })
    const probe = runtime.catalogue['maintenance.probe']!
    const money = {
      ...runtime,
      catalogue: { ...runtime.catalogue, 'maintenance.probe': { ...probe, whenExhausted: 'ask' as const } },
    }
    const { outcome, job } = await attempt(money, await insertProbe(harness, { maxAttempts: 1 }))
    expect(outcome).to.equal('postponed')
    expect(job).to.include({ state: 'scheduled', needsAttention: 'every attempt ended without an answer' })
  })

  it('does nothing for an id that is not of this engine, or of no job', async () => {
    expect(await execute(harness.runtime, 'added-by-hand')).to.equal('nothing-to-do')
    expect(await execute(harness.runtime, '01a1fda4-2a30-732b-9ed9-51a52cac869d-1')).to.equal('nothing-to-do')
  })

  it('shows its progress while it runs', async () => {
    const seen: unknown[] = []
    const runtime = withProbe(harness.runtime, async ({ progress, commit, db, jobId }) => {
      await progress(1, 3, 'one')
      const [row] = (await db.raw('SELECT progress FROM jobs WHERE id = ?', [jobId])).rows
      seen.push(row.progress)
      return commit(async () => ({}))
    })
    const { job } = await attempt(runtime, await insertProbe(harness))
    expect(job.state).to.equal('succeeded')
    expect(seen).to.deep.equal([{ done: 1, total: 3, message: 'one' }])
  })
})
