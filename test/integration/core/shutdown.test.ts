// A process that goes while it works: what it was doing is put back without counting, and done by the next (invariants 2, 3).
import { expect } from 'chai'
import { openDatabase } from '../../../lib/db.ts'
import { Job } from '../../../lib/models/job.ts'
import { startProbing, useCrowd } from '../../support/crowd.ts'
import { useHarness } from '../../support/harness.ts'
import { insertProbe } from '../../support/probe.ts'
import { waitFor } from '../../support/wait-for.ts'

describe('work under way', () => {
  const harness = useHarness()
  const crowd = useCrowd(harness)
  beforeEach(() => crowd.clear())

  const probes = (n: number) => Promise.all(Array.from({ length: n }, () => insertProbe(harness, { maxAttempts: 1 })))
  const jobs = () => Job.query(harness.db)
  const allDone = () =>
    waitFor('all to be done', async () => (await jobs()).every(({ finishedAt }) => finishedAt !== null))

  it('is put back without counting by a worker that is stopped, and done once by the next (invariants 2 and 3)', async () => {
    await probes(5)
    let started = 0
    const stop = await startProbing(harness, {
      shutdownMs: 300,
      run: ({ signal }) => {
        started++
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason))
        })
      },
    })
    await waitFor('all to run', async () => started === 5)
    await stop()
    for (const { state, attempt, maxAttempts, error } of await jobs())
      expect({ state, attempt, maxAttempts, error }).to.deep.equal({
        state: 'scheduled',
        attempt: 1,
        maxAttempts: 2,
        error: null,
      })
    const stopNext = await startProbing(harness, { run: crowd.record })
    await allDone()
    await stopNext()
    expect(await jobs().where({ state: 'succeeded', attempt: 2, maxAttempts: 2 })).to.have.length(5)
    expect(await crowd.runs()).to.have.length(5)
  })

  it('ends by itself where the stop leaves it the time', async () => {
    await probes(1)
    let go = () => {}
    let started = false
    const stop = await startProbing(harness, {
      run: async (context) => {
        started = true
        await new Promise<void>((resolve) => {
          go = resolve
        })
        return crowd.record(context)
      },
    })
    await waitFor('it to run', async () => started)
    const stopped = stop()
    go()
    await stopped
    expect(await jobs().where({ state: 'succeeded', attempt: 1, maxAttempts: 1 })).to.have.length(1)
  })

  it('costs no attempt when the database closes every connection under it (invariant 3)', async () => {
    const doomed = openDatabase(harness.databaseUrl, 15, 'errand-test-doomed')
    await probes(5)
    const stop = await startProbing(harness, {
      db: doomed,
      run: async (context) => {
        if (context.attempt === 1) await context.checkpoint((trx) => trx.raw('SELECT pg_sleep(10)'))
        return crowd.record(context)
      },
    })
    const connections = "FROM pg_stat_activity WHERE application_name IN ('errand-test-doomed', 'errand-engine')"
    await waitFor('all to be inside', async () => {
      const { rows } = await harness.db.raw(`SELECT ${connections} AND query LIKE '%pg_sleep(10)' AND state = 'active'`)
      return rows.length === 5
    })
    await harness.db.raw(`SELECT pg_terminate_backend(pid) ${connections} AND datname = current_database()`)
    await allDone()
    await stop()
    await doomed.destroy()
    expect(await jobs().where({ state: 'succeeded', attempt: 2, maxAttempts: 2 })).to.have.length(5)
    expect(await crowd.runs()).to.have.length(5)
  })
})
