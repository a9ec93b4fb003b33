// Announcing changes: after the commit, together, within PostgreSQL's bounds, and only while somebody listens.
import { expect } from 'chai'
import { openDatabase } from '../../../lib/db.ts'
import { type JobId, newId } from '../../../lib/ids.ts'
import { createChanges } from '../../../lib/jobs/changes.ts'
import { listenForChanges } from '../../../lib/jobs/listen.ts'
import { quiet, useHarness } from '../../support/harness.ts'
import { attempt, insertProbe, withProbe } from '../../support/probe.ts'
import { openOrder, runFlow } from '../../support/shop.ts'
import { waitFor } from '../../support/wait-for.ts'

describe('changes of jobs', () => {
  const harness = useHarness()
  const queries: string[] = []
  const note = ({ sql }: { sql: string }) => queries.push(sql)
  before(() => harness.db.on('query', note))
  after(() => harness.db.off('query', note))
  beforeEach(() => queries.splice(0))
  const said = () => queries.filter((sql) => sql.includes('pg_notify')).length

  /** Listens until `done`. @returns all that was heard, with how often */
  const hear = async (work: () => Promise<unknown>, done: (heard: Map<string, number>) => boolean) => {
    const heard = new Map<string, number>()
    let listening = false
    const stop = listenForChanges(harness.db, quiet, {
      heard: (ids) => {
        for (const id of ids) heard.set(id, (heard.get(id) ?? 0) + 1)
      },
      listening: () => {
        listening = true
      },
    })
    try {
      await waitFor('the ears to be open', async () => listening)
      await work()
      await waitFor('it to be heard', async () => done(heard))
      return heard
    } finally {
      await stop()
    }
  }

  it('are not said where nobody listens', async () => {
    const changes = createChanges(harness.db, quiet)
    changes.announce([{ id: newId<JobId>(), parentId: null }])
    await changes.idle()
    expect(said()).to.equal(0)
    expect(queries).to.have.length(1)
  })

  it('that come together are said together, each once, however many they are', async () => {
    const ids = Array.from({ length: 1_000 }, () => newId<JobId>())
    const changes = createChanges(harness.db, quiet)
    const heard = await hear(
      async () => {
        for (const id of [...ids, ...ids]) changes.announce([{ id, parentId: null }])
        await changes.idle()
        expect(said()).to.equal(1)
      },
      (all) => all.size === ids.length,
    )
    expect([...heard.values()]).to.deep.equal(Array(1_000).fill(1))
  })

  it('of a step are changes of its flow', async () => {
    const { jobId } = await openOrder(harness)
    const steps = () => harness.db('jobs').where({ parentId: jobId }).pluck('id')
    const heard = await hear(
      () => runFlow(harness.runtime, jobId),
      (all) => (all.get(jobId) ?? 0) > 1,
    )
    await harness.dispatch.idle()
    for (const id of await steps()) expect(heard.has(id), id).to.equal(true)
  })

  it('are the start, the progress and the end of an attempt', async () => {
    const job = await insertProbe(harness)
    const times = () => queries.filter((sql) => sql.includes('pg_notify')).length
    const heard = await hear(
      () =>
        attempt(
          withProbe(harness.runtime, async ({ progress, commit }) => {
            await waitFor('the start to be said', async () => times() === 1)
            await progress(1, 2)
            await waitFor('the progress to be said', async () => times() === 2)
            return commit(async () => ({}))
          }),
          job,
        ),
      (all) => all.get(job.id) === 3,
    )
    expect(heard.get(job.id)).to.equal(3)
  })

  it('that cannot be said are nobody’s failure', async () => {
    const gone = openDatabase('postgres://errand@127.0.0.1:1/errand', 1, 'errand-test-gone')
    const changes = createChanges(gone, quiet)
    changes.announce([{ id: newId<JobId>(), parentId: null }])
    await changes.idle()
    await gone.destroy()
  })

  it('cannot be heard twice by who stopped listening', async () => {
    const heard: string[] = []
    let listening = 0
    const stop = listenForChanges(harness.db, quiet, {
      heard: (ids) => heard.push(...ids),
      listening: () => listening++,
    })
    await waitFor('the ears to be open', async () => listening === 1)
    await stop()
    const { rows } = await harness.db.raw("SELECT FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ShareLock'")
    expect(rows).to.have.length(0)
    expect(heard).to.deep.equal([])
  })
})
