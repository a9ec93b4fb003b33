// Running schedules: one job for each tick, whatever number of processes and deaths (invariant 3), and nothing that one
// schedule has wrong holds up the next tick or another schedule.
import { expect } from 'chai'
import { type Db, openDatabase } from '../../../lib/db.ts'
import type { Catalogue } from '../../../lib/jobs/definition.ts'
import { Job } from '../../../lib/models/job.ts'
import { Product } from '../../../lib/models/product.ts'
import { Schedule, ScheduleRun } from '../../../lib/models/schedule.ts'
import { useHarness } from '../../support/harness.ts'
import { hourly, makeDue, putSchedule, runDue, someName, welcome } from '../../support/schedules.ts'
import { waitFor } from '../../support/wait-for.ts'

describe('a schedule that is due', () => {
  const harness = useHarness()
  let name: string
  beforeEach(async () => {
    await harness.db.raw("DELETE FROM schedules; DELETE FROM jobs; DELETE FROM adjustments WHERE reason = 'recount'")
    name = someName()
  })

  const jobs = () => Job.query(harness.db).where({ accountId: harness.accountId }).orderBy('id')
  const stored = () => Schedule.query(harness.db).findOne({ name }).throwIfNotFound()
  const adjustments = () => harness.db('adjustments').where({ reason: 'recount' })
  const runs = () => ScheduleRun.query(harness.db).orderBy('tick')
  const put = async (body: object, as = name) => {
    const { status, body: answer } = await putSchedule(harness.api, as, { ...welcome, ...body })
    expect(status, JSON.stringify(answer)).to.be.oneOf([200, 201])
  }
  const show = async () => (await harness.api.get(`/v1/schedules/${name}`)).body
  const { cron, latest, ago } = hourly()
  const correction = { type: 'inventory.adjust', input: { sku: 'KETTLE', delta: 1, reason: 'recount' } }

  it('makes one job, and is due again at its next tick', async () => {
    await put({ cron, priority: 2 })
    await makeDue(harness, name, latest)
    await runDue(harness)
    await runDue(harness)
    const [job, ...more] = await jobs()
    expect(more).to.deep.equal([])
    expect(job).to.include({ type: 'emails.send', accountId: harness.accountId, priority: 2 })
    expect(await show()).to.deep.include({
      lastTick: latest.toISOString(),
      lastError: null,
      nextRunAt: ago(-1).toISOString(),
      links: { self: `/v1/schedules/${name}`, lastJob: `/v1/jobs/${job?.id}` },
      recentRuns: [{ tick: latest.toISOString(), jobId: job?.id, error: null }],
    })
  })

  it('makes one job when ten processes want it at once (invariant 3)', async () => {
    await put({ cron, ...correction })
    await makeDue(harness, name, latest)
    await Promise.all(Array.from({ length: 10 }, () => runDue(harness)))
    expect(await jobs()).to.have.length(1)
    expect(await adjustments()).to.have.length(1)
    expect(await runs()).to.have.length(1)
  })

  it('makes one job when the process dies with the job made and the transaction open (invariant 3)', async () => {
    const { db } = harness
    const other = openDatabase(harness.databaseUrl, 2, 'errand-killed')
    const mails = async () => (await db('emails')).length
    const before = await mails()
    await put({ cron })
    await makeDue(harness, name, latest)
    await db.transaction(async (trx) => {
      // The proof is written after the job.
      await trx.raw('LOCK TABLE schedule_runs IN SHARE MODE')
      const dying = runDue({ ...harness, db: other }).then(
        () => 'ran',
        () => 'died',
      )
      const pid = await waitFor('it to wait with its job made', () => blocked(db))
      await runDue(harness)
      await db.raw('SELECT pg_terminate_backend(?)', [pid])
      expect(await dying).to.equal('died')
    })
    await other.destroy()
    expect([await jobs(), await mails()]).to.deep.equal([[], before])
    expect(+((await stored()).nextRunAt ?? 0)).to.equal(+latest)
    await runDue(harness)
    expect(await jobs()).to.have.length(1)
    expect(await mails()).to.equal(before + 1)
  })

  it('makes no second job of a tick when the clock was set back', async () => {
    await put({ cron })
    for (let again = 0; again < 2; again++) {
      await makeDue(harness, name, latest)
      await runDue(harness)
    }
    expect(await jobs()).to.have.length(1)
    expect((await stored()).nextRunAt).to.deep.equal(ago(-1))
  })

  for (const [missed, expected] of [
    ['skip', []],
    ['once', [latest]],
    ['all', [ago(2), ago(1), latest]],
  ] as const) {
    it(`makes up for an outage of three ticks by its policy: ${missed}`, async () => {
      await put({ cron, missed })
      await makeDue(harness, name, ago(2))
      await Promise.all([runDue(harness), runDue(harness)])
      expect((await runs()).map(({ tick }) => tick)).to.deep.equal(expected)
      expect(await jobs()).to.have.length(expected.length)
      expect((await stored()).nextRunAt).to.deep.equal(ago(-1))
    })
  }

  it('says why a tick made no job, leaves nothing of it, and goes on with the next (invariant 3)', async () => {
    await put({ cron, ...correction })
    await put({ cron }, `${name}-2`)
    const kettle = Product.query(harness.db).where({ accountId: harness.accountId })
    await kettle.clone().patch({ sku: 'GONE' }).where({ sku: 'KETTLE' })
    await makeDue(harness, name, ago(1))
    await makeDue(harness, `${name}-2`, latest)
    await runDue(harness)
    await kettle.clone().patch({ sku: 'KETTLE' }).where({ sku: 'GONE' })
    expect((await jobs()).map(({ type }) => type)).to.deep.equal(['emails.send'])
    expect(await adjustments()).to.deep.equal([])
    const failed = await show()
    expect(failed.lastError).to.deep.include({ type: '/problems/invalid-request', status: 422 })
    expect(failed.lastError.errors[0].pointer).to.equal('#/input/sku')
    expect(failed.links).to.not.have.property('lastJob')
    expect(failed.nextRunAt).to.equal(ago(-1).toISOString())

    await ScheduleRun.query(harness.db)
      .patch({ tick: ago(1) })
      .where({ tick: latest })
    await makeDue(harness, name, latest)
    await runDue(harness)
    const { lastError, recentRuns } = await show()
    expect(lastError).to.equal(null)
    expect(recentRuns.map((run: { error: object | null }) => run.error === null)).to.deep.equal([true, false])
    expect(await adjustments()).to.have.length(1)
  })

  it('shows nothing of a mistake of ours but that there was one (invariant 10)', async () => {
    await put({ cron })
    await makeDue(harness, name, latest)
    const fail = async () => {
      await harness.db.raw('SELECT 1')
      throw new TypeError('ada@example.com')
    }
    await runDue(harness, sending(harness.runtime.catalogue, fail))
    const { lastError, nextRunAt } = await show()
    expect(lastError.type).to.equal('/problems/internal')
    expect(JSON.stringify(lastError)).to.not.include('ada')
    expect(nextRunAt).to.equal(ago(-1).toISOString())
    expect(await jobs()).to.deep.equal([])
  })

  it('waits, and loses no tick, while the database fails', async () => {
    await put({ cron })
    await makeDue(harness, name, latest)
    const fail = () => Promise.reject(Object.assign(new Error('Connection terminated'), {}))
    const error = await runDue(harness, sending(harness.runtime.catalogue, fail)).catch((thrown: Error) => thrown)
    expect(error).to.be.an('error').with.property('message', 'Connection terminated')
    await runDue(harness)
    expect((await runs()).map(({ tick, error }) => [tick, error])).to.deep.equal([[latest, null]])
  })

  it('is left to others by a worker that does not know its type', async () => {
    await put({ cron })
    await makeDue(harness, name, latest)
    const { 'emails.send': _, ...others } = harness.runtime.catalogue
    await runDue(harness, others)
    await runDue(harness, {})
    expect(await jobs()).to.deep.equal([])
    await runDue(harness)
    expect(await jobs()).to.have.length(1)
  })

  it('runs with what it was replaced by; not at all when that is due at other times', async () => {
    await put({ cron })
    await makeDue(harness, name, latest)
    await put({ cron, ...correction })
    await runDue(harness)
    expect((await jobs()).map(({ type }) => type)).to.deep.equal(['inventory.adjust'])

    for (const change of [{ cron: '0 6 1 1 *' }, { timezone: 'Asia/Kathmandu' }, { paused: true }, { paused: false }]) {
      await put({ cron, paused: false })
      await makeDue(harness, name, latest)
      await ScheduleRun.query(harness.db).delete()
      if ('paused' in change) await put({ cron, paused: true })
      await put({ cron, ...change })
      await runDue(harness)
      expect(await jobs(), JSON.stringify(change)).to.have.length(1)
    }
  })

  it('runs once when it is replaced, again and again, while workers are at it', async () => {
    await put({ cron })
    await makeDue(harness, name, latest)
    const texts = Array.from({ length: 8 }, (_, at) => ({ ...welcome.input, text: `Day ${at}` }))
    await Promise.all(texts.flatMap((input) => [put({ cron, input }), runDue(harness)]))
    await runDue(harness)
    expect(await jobs()).to.have.length(1)
    expect(await runs()).to.have.length(1)
  })

  it('is run no more once it is deleted', async () => {
    await put({ cron })
    await makeDue(harness, name, latest)
    await harness.api.send('DELETE', `/v1/schedules/${name}`)
    await put({ cron })
    await runDue(harness)
    expect(await jobs()).to.deep.equal([])
  })

  it('remembers a bounded number of its ticks', async () => {
    await put({ cron })
    const { id } = await stored()
    await harness.db.raw(
      `INSERT INTO schedule_runs (schedule_id, account_id, tick, job_id)
       SELECT ?, ?, ?::timestamptz - n * interval '1 hour', gen_random_uuid() FROM generate_series(1, 300) AS n`,
      [id, harness.accountId, latest],
    )
    await makeDue(harness, name, latest)
    await runDue(harness)
    const kept = await runs()
    expect(kept).to.have.length(200)
    expect(kept.at(-1)?.tick).to.deep.equal(latest)
  })

  it('is run by the workers, without anybody’s doing, and its job is done', async () => {
    await put({ cron })
    await makeDue(harness, name, latest)
    const stop = await harness.startWorkers()
    const job = await waitFor('the job of the tick to be done', async () => {
      const [first] = await jobs()
      return first?.state === 'succeeded' ? first : undefined
    })
    await stop()
    expect((await show()).links.lastJob).to.equal(`/v1/jobs/${job.id}`)
    expect(await jobs()).to.have.length(1)
  })
})

/** The catalogue, with mail that is accepted by `accept`. */
function sending(catalogue: Catalogue, accept: () => Promise<never>): Catalogue {
  const send = catalogue['emails.send']!
  return { ...catalogue, 'emails.send': { ...send, public: { ...send.public!, accept } } }
}

/** @returns the backend of the killed process, once it waits for a lock. */
async function blocked(db: Db): Promise<number | undefined> {
  const { rows } = await db.raw<{ rows: { pid: number }[] }>(
    `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'errand-killed'
     AND cardinality(pg_blocking_pids(pid)) > 0`,
  )
  return rows[0]?.pid
}
