// A transaction in which a statement was refused is not committed, whoever swallows the refusal.
import { expect } from 'chai'
import type { Trx } from '../../../lib/db.ts'
import { insertJob, inTransaction } from '../../../lib/jobs/enqueue.ts'
import { Job } from '../../../lib/models/job.ts'
import { noDispatch, useHarness } from '../../support/harness.ts'
import { errorOf } from '../../support/shop.ts'

describe('a transaction in which a statement was refused', () => {
  const harness = useHarness()
  const write = (trx: Trx) =>
    insertJob(trx, { type: 'maintenance.probe', input: {}, accountId: harness.accountId, maxAttempts: 1 })
  const refuse = (trx: Trx) => errorOf(trx.raw('SELECT 1 / 0'))

  it('fails at its commit, although the refusal was swallowed (invariant 1)', async () => {
    let handedOver = 0
    const dispatch = Object.assign(() => void handedOver++, noDispatch)
    const failed = await errorOf(
      inTransaction(harness.db, dispatch, async (trx) => {
        const job = await write(trx)
        await refuse(trx)
        return job
      }),
    )
    expect(failed.message).to.include('rolled back')
    expect(await Job.query(harness.db).resultSize()).to.equal(0)
    expect(handedOver).to.equal(0)
  })

  it('fails where it was swallowed in a savepoint', async () => {
    const within = (trx: Trx) => trx.transaction(refuse)
    await errorOf(harness.db.transaction(async (trx) => [await write(trx), await within(trx)]))
    expect(await Job.query(harness.db).resultSize()).to.equal(0)
  })

  it('is committed where the savepoint was rolled back, and leaves its connection as it was', async () => {
    await harness.db.transaction(async (trx) => {
      await write(trx)
      await errorOf(trx.transaction((savepoint) => savepoint.raw('SELECT 1 / 0')))
    })
    expect(await Job.query(harness.db).resultSize()).to.equal(1)
  })
})
