// A handler that takes many jobs at once: each is settled by itself, under its own attempt.
import { expect } from 'chai'
import { z } from 'zod'
import { PermanentError, RetryLater } from '../../../lib/errors.ts'
import type { AdjustmentId } from '../../../lib/ids.ts'
import { type BatchItem, defineBatchJob } from '../../../lib/jobs/batch-handler.ts'
import { Account } from '../../../lib/models/account.ts'
import { Job } from '../../../lib/models/job.ts'
import { registry } from '../../../workers/registry.ts'
import { useHarness } from '../../support/harness.ts'
import { attempt } from '../../support/probe.ts'
import { insertJobOf } from '../../support/shop.ts'

/** A type that there is, done by the tests' own handler. Its id is a name here. */
const TYPE = 'inventory.adjust'
const Input = z.strictObject({ adjustmentId: z.string().transform((name) => name as AdjustmentId) })
type Item = BatchItem<typeof TYPE>
const nameOf = ({ input }: Item): string => input.adjustmentId

describe('a handler of many jobs', () => {
  const harness = useHarness()
  let batches: string[][] = []
  beforeEach(() => {
    batches = []
  })

  /** Runs one attempt of a job for each name, all of them at once. A batch waits until it is full. */
  async function runAll(
    names: string[],
    run: (items: Item[]) => Promise<void>,
    { maxBatch = names.length, lingerMs = 9_000 } = {},
  ) {
    const definition = defineBatchJob({
      type: TYPE,
      summary: 'A batch of the tests.',
      input: Input,
      maxBatch,
      lingerMs,
      timeoutMs: 10_000,
      run: async (items) => {
        batches.push(items.map(nameOf))
        await run(items)
      },
    })
    const runtime = { ...harness.runtime, catalogue: { ...registry, [TYPE]: definition } }
    const jobs = await Promise.all(names.map((name) => insertJobOf(harness, TYPE, { adjustmentId: name })))
    const ended = await Promise.all(jobs.map((job) => attempt(runtime, job)))
    return Object.fromEntries(ended.map(({ outcome }, index) => [names[index], outcome]))
  }
  const commitAll = async (items: Item[]) => {
    await Promise.all(items.map((item) => item.commit(async () => ({ name: nameOf(item) }))))
  }

  it('is given what is there, at most so many at a time, and settles each', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    const outcomes = await runAll(names, commitAll, { maxBatch: 3 })
    expect(batches.map((batch) => batch.length)).to.deep.equal([3, 3])
    expect(batches.flat()).to.have.members(names)
    expect(Object.values(outcomes)).to.deep.equal(names.map(() => 'succeeded'))
    const results = await Job.query(harness.db).where({ type: TYPE })
    expect(results.map(({ result, attempt }) => [result?.name, attempt])).to.have.deep.members(
      names.map((name) => [name, 1]),
    )
  })

  it('does not wait long for others', async () => {
    expect(await runAll(['alone'], commitAll, { maxBatch: 100, lingerMs: 10 })).to.deep.equal({ alone: 'succeeded' })
    expect(batches).to.deep.equal([['alone']])
  })

  it('lets each job end in its own way: one that cannot be done fails no other', async () => {
    const outcomes = await runAll(['good', 'rejected', 'later', 'odd', 'bad write', 'forgotten'], async (items) => {
      const byName = Object.fromEntries(items.map((item) => [nameOf(item), item]))
      await byName['bad write']!.commit(async (trx) => {
        await Account.query(trx).patch({ name: 'half done' }).findById(harness.accountId)
        throw new Error('it cannot be written')
      })
      await byName.rejected!.reject(new PermanentError('conflict', 'No.'))
      byName.later!.giveUp(new RetryLater(1000, 'not now'))
      byName.odd!.giveUp(new Error('odd'))
      await byName.good!.commit(async () => ({}))
    })
    expect(outcomes).to.deep.equal({
      good: 'succeeded',
      rejected: 'failed',
      later: 'postponed',
      odd: 'retried',
      'bad write': 'retried',
      forgotten: 'retried',
    })
    const { name } = await Account.query(harness.db).findById(harness.accountId).throwIfNotFound()
    expect(name).not.to.equal('half done')
  })

  it('that throws takes nothing from those that are settled, or being settled', async () => {
    const outcomes = await runAll(['settled', 'settling', 'open'], async (items) => {
      const byName = Object.fromEntries(items.map((item) => [nameOf(item), item]))
      await byName.settled!.commit(async () => ({}))
      void byName.settling!.commit(async () => ({}))
      throw new Error('the rest cannot be done')
    })
    expect(outcomes).to.deep.equal({ settled: 'succeeded', settling: 'succeeded', open: 'retried' })
  })
})
