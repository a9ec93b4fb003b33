// The net under dispatch: whatever the engine or a process loses, every accepted job is done (invariants 1, 2 and 7).
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { expect } from 'chai'
import { Redis } from 'ioredis'
import { createApp } from '../../../api/app.ts'
import { createDispatch, engineId } from '../../../lib/dispatch.ts'
import type { Engine } from '../../../lib/engine/index.ts'
import { Job } from '../../../lib/models/job.ts'
import { queues } from '../../../lib/queues.ts'
import { sweep } from '../../../lib/sweep.ts'
import { registry } from '../../../workers/registry.ts'
import { createClient } from '../../support/client.ts'
import { environment } from '../../support/environment.ts'
import { quiet, useHarness } from '../../support/harness.ts'
import { unfinishedJobs } from '../../support/invariants.ts'
import { insertProbe } from '../../support/probe.ts'
import { waitFor } from '../../support/wait-for.ts'

describe('the sweep', () => {
  const harness = useHarness()
  const mail = { to: 'ada@example.com', subject: 'Hello', text: 'Hello.' }
  const held = async () => {
    const jobs = await Job.query(harness.db).whereNot('dispatchedAt', null)
    const states = jobs.map((job) => harness.engine.queue(job.queue).getJobState(engineId(job)))
    return (await Promise.all(states)).filter((state) => state === 'waiting').length
  }
  const round = () => sweep(harness.db, harness.engine, harness.dispatch, 0).then(() => harness.dispatch.idle())

  it('hands over a job whose process died between commit and dispatch (invariant 2)', async () => {
    const job = await insertProbe(harness)
    expect(await held()).to.equal(0)
    await round()
    await round()
    expect(await held()).to.equal(1)
    await Job.query(harness.db).deleteById(job.id)
  })

  it('leaves alone what the engine still holds, however often it looks', async () => {
    const { body } = await harness.api.post('/v1/emails', mail)
    await harness.dispatch.idle()
    for (let look = 0; look < 3; look++) await round()
    const job = await Job.query(harness.db).findById(body.job.id).throwIfNotFound()
    expect(job.dispatchNumber).to.equal(1)
  })

  it('hands over again what a worker took and died before it had started (invariant 2)', async () => {
    const job = await insertProbe(harness)
    const taken: string[] = []
    let die = () => {}
    const death = new Promise<void>((resolve) => {
      die = resolve
    })
    const take = async ({ id = '' }) => {
      taken.push(id)
      await death
    }
    const dying = harness.engine.work(job.queue, take, 10)
    const listening = dying.run()
    try {
      await round()
      await round()
      await waitFor('the job to be taken', async () => taken.some((id) => id.startsWith(job.id)))
      const { dispatchNumber: before } = await Job.query(harness.db).findById(job.id).throwIfNotFound()
      await waitFor('the job to be handed over again', async () => {
        await round()
        const { dispatchNumber } = await Job.query(harness.db).findById(job.id).throwIfNotFound()
        return dispatchNumber > before
      })
    } finally {
      die()
      await dying.close()
      await listening
    }
    await Job.query(harness.db).deleteById(job.id)
  })

  it('does not hand over a job before its time', async () => {
    const runAt = new Date(Date.now() + 3_600_000)
    const job = await insertProbe(harness, { runAt })
    await round()
    expect(await Job.query(harness.db).findById(job.id)).to.include({ state: 'scheduled', dispatchNumber: 0 })
    await Job.query(harness.db).deleteById(job.id)
  })

  it('accepts while the engine is gone, and does the work once it is back (invariant 1)', async () => {
    const gone: Engine = {
      ...harness.engine,
      queue: () => ({
        addBulk: () => Promise.reject(new Error('the engine is gone')),
        getJobState: () => Promise.reject(new Error('the engine is gone')),
        getJob: () => Promise.reject(new Error('the engine is gone')),
        getJobCounts: () => Promise.reject(new Error('the engine is gone')),
        isPaused: () => Promise.reject(new Error('the engine is gone')),
        on: () => {},
        close: async () => {},
      }),
    }
    const dispatch = createDispatch(harness.db, gone, quiet, 1_000)
    const app = createApp({
      ...harness,
      engine: harness.engine,
      dispatch,
      catalogue: registry,
      log: quiet,
      operator: undefined,
    })
    const server = app.listen(0)
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const { status, body } = await createClient(`http://127.0.0.1:${port}`, harness.api.key).post('/v1/emails', mail)
    expect(status).to.equal(202)
    await waitFor('the job to go back to the backlog', async () => {
      const job = await Job.query(harness.db).findById(body.job.id)
      return job?.dispatchedAt === null
    })
    await dispatch.idle()
    await new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await harness.startWorkers()
    expect((await harness.api.finished(body.job.id)).state).to.equal('succeeded')
  })

  it('recovers everything after the engine was wiped, and sends nothing twice (invariants 3 and 7)', async () => {
    const { api, inbox } = harness
    const accepted = await Promise.all(
      Array.from({ length: 30 }, (_, n) => api.post('/v1/emails', { ...mail, subject: `Wiped ${n}` })),
    )
    await wipeEngine()
    for (const { body } of accepted) expect((await api.finished(body.job.id)).state).to.equal('succeeded')
    const mails = (await (await fetch(`${inbox.mailUrl}/email`)).json()) as { subject: string }[]
    const subjects = mails.map(({ subject }) => subject).filter((subject) => subject.startsWith('Wiped'))
    expect(subjects).to.have.length(30)
    expect(new Set(subjects).size).to.equal(30)
    expect(await unfinishedJobs(harness.db)).to.deep.equal([])
  })

  it('has put nothing but ids into the engine (invariants 7 and 10)', async () => {
    for (const name of queues) {
      const adapter = new BullMQAdapter(harness.engine.queue(name) as never)
      for (const job of await adapter.getJobs(['completed', 'failed', 'waiting'], 0, 1000)) {
        expect(job.data).to.deep.equal({})
        expect(JSON.stringify(job)).not.to.include('ada@example.com')
      }
    }
  })

  async function wipeEngine(): Promise<void> {
    if (environment.engine === 'postgres') {
      await harness.db.raw('TRUNCATE bullmq.job CASCADE')
      return
    }
    const redis = new Redis(environment.redisUrl ?? '')
    await redis.flushall()
    redis.disconnect()
  }
})
