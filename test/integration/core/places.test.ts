// Limits of job types hold across workers: read from the rows while two workers of one process each have their own idea of it.
import { expect } from 'chai'
import { topUp } from '../../../lib/backlog.ts'
import { engineId } from '../../../lib/dispatch.ts'
import type { AccountId } from '../../../lib/ids.ts'
import type { JobContext, Settled } from '../../../lib/jobs/definition.ts'
import { createTypeLimits, type JobLimits } from '../../../lib/limits/job-limits.ts'
import { createPlaces } from '../../../lib/limits/places.ts'
import { keepDoing } from '../../../lib/loop.ts'
import { Job } from '../../../lib/models/job.ts'
import { startConsumer } from '../../../workers/consumer.ts'
import { execute } from '../../../workers/execute.ts'
import { registry } from '../../../workers/registry.ts'
import { openProbing, startProbing, useCrowd } from '../../support/crowd.ts'
import { noDispatch, quiet, useHarness } from '../../support/harness.ts'
import { attempt, type Handler, insertProbe } from '../../support/probe.ts'
import { openOrder, runFlow } from '../../support/shop.ts'
import { waitFor } from '../../support/wait-for.ts'

const TYPE = 'maintenance.probe'
const OTHER = 'maintenance.other'

describe('the limits of a job type', function () {
  this.timeout(90_000)
  const harness = useHarness()
  const crowd = useCrowd(harness)
  const accounts = {} as Record<'a' | 'b' | 'c', AccountId>
  before(async () => {
    for (const name of ['a', 'b', 'c'] as const) accounts[name] = await crowd.account(name)
    // What is forgotten when its period is over is kept here.
    await harness.db.raw(`
      CREATE TABLE starts (started_at timestamptz NOT NULL);
      CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO starts VALUES (NEW.started_at); RETURN NEW; END $$;
      CREATE TRIGGER keep AFTER INSERT ON job_starts FOR EACH ROW EXECUTE FUNCTION keep()`)
  })
  beforeEach(async () => {
    await crowd.clear()
    await harness.db.raw('TRUNCATE job_starts')
  })

  /** Runs probes in two workers, each with an idea of its own of what runs. @returns stops them */
  const startTwo = (limits: JobLimits, run: Handler, inAccount = 0) => {
    const { db, engine } = harness
    const stops = [1, 2].flatMap(() => {
      const runtime = openProbing(harness, { run, limits, inAccount, leaseMs: 60_000, otherTypes: [OTHER] })
      const { dispatch, places } = runtime
      const consumer = startConsumer(runtime, engine, 'maintenance', 8)
      const stopFilling = keepDoing('top-up', 50, quiet, () => topUp(db, dispatch))
      return [consumer.stop, stopFilling, places.attend(db, dispatch, 50, quiet)]
    })
    const stop = async () => {
      await Promise.all(stops.splice(0).map((each) => each()))
    }
    running.push(stop)
    return stop
  }
  const running: (() => Promise<void>)[] = []
  // A failed test leaves its workers behind.
  afterEach(() => Promise.all(running.splice(0).map((stop) => stop())))
  const runningNow = async (where: Partial<Job> = { type: TYPE }) =>
    Job.query(harness.db).where(where).where('leaseExpiresAt', '>', harness.db.raw('now()')).resultSize()
  /** A handler that looks how many run while it does; the first ones wait until all places are taken. */
  const looking = (most: { seen: number }, places: number) => async (context: JobContext) => {
    const look = async () => {
      most.seen = Math.max(most.seen, await runningNow())
      return most.seen >= places
    }
    await waitFor('all places to be taken', look)
    return crowd.record(context)
  }
  const done = async (jobs: number) =>
    waitFor('all to be done', async () => (await crowd.runs()).length >= jobs, 60_000)
  const attempts = async () =>
    (await Job.query(harness.db).where({ type: TYPE }).select('attempt')).map((job) => job.attempt)

  it('let no more attempts run at a time than they say, start each once, and finish all', async () => {
    const most = { seen: 0 }
    await crowd.flood(40)
    const stop = startTwo({ concurrency: 3 }, looking(most, 3))
    await done(40)
    await stop()
    expect(most.seen).to.equal(3)
    expect(new Set(await attempts())).to.deep.equal(new Set([1]))
    expect(await crowd.runs()).to.have.length(40)
  })

  it('do not hold up other types of the queue, nor burn attempts, while many wait', async () => {
    const most = { seen: 0 }
    let open = () => {}
    const opened = new Promise<void>((resolve) => {
      open = resolve
    })
    const hold = async (context: JobContext) => {
      const { type } = await Job.query(harness.db).findById(context.jobId).throwIfNotFound()
      if (type === TYPE) {
        most.seen = Math.max(most.seen, await runningNow())
        await opened
      }
      return crowd.record(context)
    }
    await crowd.flood(50)
    const stop = startTwo({ concurrency: 2 }, hold)
    await waitFor('the line', async () => (await Job.query(harness.db).where({ place: 'awaited' }).resultSize()) === 48)
    const dispatched = (await Job.query(harness.db).where({ type: TYPE }).sum('dispatchNumber as n').first()) as unknown
    const others = await crowd.flood(10, { type: OTHER })
    await waitFor(
      'the other type',
      async () => (await Job.query(harness.db).findByIds(others).where({ state: 'succeeded' }).resultSize()) === 10,
    )
    // Nothing of the line was handed over again meanwhile.
    expect(await Job.query(harness.db).where({ type: TYPE }).sum('dispatchNumber as n').first()).to.deep.equal(
      dispatched,
    )
    open()
    await done(60)
    await stop()
    expect(most.seen).to.be.at.most(2)
    expect(new Set(await attempts())).to.deep.equal(new Set([1]))
    // Put into the line once, called once: two deliveries at most.
    const { n } = (await Job.query(harness.db).where({ type: TYPE }).max('dispatchNumber as n').first()) as unknown as {
      n: number
    }
    expect(n).to.be.at.most(2)
  })

  it('start no more in any stretch of the period than they say', async () => {
    const { db } = harness
    const rate = { jobs: 5, perMs: 400 }
    await crowd.flood(22)
    const stop = startTwo({ rate }, crowd.record)
    await done(22)
    await stop()
    const starts: { startedAt: Date }[] = await db('starts').select('startedAt').orderBy('startedAt')
    const times = starts.map(({ startedAt }) => Number(startedAt))
    expect(times).to.have.length(22)
    for (let n = rate.jobs; n < times.length; n++) {
      // To the millisecond, as they are read here.
      expect(Number(times[n]) - Number(times[n - rate.jobs]), `start ${n}`).to.be.at.least(rate.perMs - 1)
    }
    const { rows } = await db.raw('SELECT count(*)::int AS n FROM job_starts')
    expect(rows[0].n).to.be.at.most(2 * rate.jobs)
  })

  it('of one account leave places to the others, and what is free goes to who has least', async () => {
    const most = { ofA: 0, all: 0 }
    const look = async () => {
      most.ofA = Math.max(most.ofA, await runningNow({ type: TYPE, accountId: accounts.a }))
      most.all = Math.max(most.all, await runningNow())
      return most.ofA >= 2
    }
    const run = async (context: JobContext) => {
      await waitFor('two of the flood to run', look)
      return crowd.record(context)
    }
    await crowd.flood(50, { accountId: accounts.a })
    const stop = startTwo({ concurrency: 3, perAccount: 2 }, run)
    await waitFor('the flood to be under way', async () => (await crowd.runs()).length >= 10)
    await crowd.flood(5, { accountId: accounts.b })
    await crowd.flood(5, { accountId: accounts.c })
    await done(60)
    await stop()
    expect(most.ofA).to.equal(2)
    expect(most.all).to.be.at.most(3)
    const places = (await crowd.runs()).filter(({ accountId }) => accountId !== accounts.a).map(({ place }) => place)
    // Long before the flood is over.
    expect(Math.max(...places)).to.be.below(50)
  })

  it('of an account hold for all its types together', async () => {
    const most: Record<string, number> = {}
    const run = async (context: JobContext) => {
      const { accountId } = context
      most[accountId] = Math.max(most[accountId] ?? 0, await runningNow({ accountId }))
      return crowd.record(context)
    }
    for (const type of [TYPE, OTHER])
      for (const accountId of [accounts.a, accounts.b]) await crowd.flood(8, { accountId, type })
    const stop = startTwo({}, run, 2)
    await done(32)
    await stop()
    expect(most[accounts.a]).to.be.within(1, 2)
    expect(most[accounts.b]).to.be.within(1, 2)
  })

  it('count a worker that died until its lease is over, and then no more', async () => {
    const { db } = harness
    const placesOf = () => createPlaces(createTypeLimits(dead.catalogue, { [TYPE]: { concurrency: 1 } }))
    const dead = openProbing(harness, {
      run: () => new Promise<Settled>(() => {}),
      limits: { concurrency: 1 },
      timeoutMs: 600_000,
    })
    const alive = { ...openProbing(harness, { run: crowd.record, limits: { concurrency: 1 } }), places: placesOf() }
    const [first, second] = [await insertProbe(harness), await insertProbe(harness)]
    // Never ends: its worker is gone.
    execute(dead, engineId(first), TYPE).catch(() => {})
    await waitFor('the first to run', async () => (await runningNow()) === 1)
    expect(await execute(alive, engineId(second), TYPE)).to.equal('nothing-to-do')
    const waiting = await Job.query(db).findById(second.id).throwIfNotFound()
    expect(waiting).to.include({ state: 'queued', place: 'awaited', attempt: 0, maxAttempts: 3, dispatchedAt: null })
    const stop = await startProbing(harness, { run: crowd.record, limits: { concurrency: 1 } })
    await Job.query(db)
      .patch({ leaseExpiresAt: new Date(Date.now() - 1_000) })
      .findById(first.id)
    await waitFor('both to be done', async () => (await Job.query(db).where({ state: 'succeeded' }).resultSize()) === 2)
    await stop()
    dead.claims.interrupt()
    // The one that its worker died of has run twice; the other one only once.
    const attempts = (await Job.query(db).orderBy('id')).map(({ attempt }) => attempt)
    expect(attempts).to.deep.equal([2, 1])
  })

  it('that are lifted let go who waits', async () => {
    await crowd.flood(10)
    await Job.query(harness.db).patch({ place: 'awaited' })
    const stop = await startProbing(harness, { run: crowd.record })
    await done(10)
    await stop()
  })

  it('cost a type that has none not one statement more', async () => {
    const { db } = harness
    /** @returns the statements about a probe's start and end, in the order in which they come. */
    const statements = async (limits: Record<string, JobLimits>) => {
      const runtime = openProbing(harness, { run: crowd.record, otherTypes: [OTHER] })
      const places = createPlaces(createTypeLimits(runtime.catalogue, limits))
      const job = await insertProbe(harness)
      const seen: string[] = []
      const note = ({ sql, bindings }: { sql: string; bindings?: unknown[] }) => {
        if (bindings?.includes(job.id)) seen.push(sql)
      }
      db.on('query', note)
      expect(await execute({ ...runtime, places }, engineId(job), TYPE)).to.equal('succeeded')
      db.off('query', note)
      await runtime.dispatch.idle()
      return seen
    }
    const usual = await statements({})
    expect(usual).to.have.length.at.least(2)
    expect(await statements({ [OTHER]: { concurrency: 1 } })).to.deep.equal(usual)
    expect(await statements({ [TYPE]: { concurrency: 1 } })).to.not.deep.equal(usual)
  })

  it('of a flow hold from its start to its end', async () => {
    const { db } = harness
    const limits = createTypeLimits(registry, { 'orders.place': { concurrency: 1 } })
    const runtime = { ...harness.runtime, dispatch: noDispatch, places: createPlaces(limits) }
    const [first, second] = [await openOrder(harness), await openOrder(harness)]
    const placeOf = async ({ jobId }: typeof first) => (await Job.query(db).findById(jobId).throwIfNotFound()).place
    expect((await attempt(runtime, { id: first.jobId })).outcome).to.equal('awaiting-steps')
    expect((await attempt(runtime, { id: second.jobId })).outcome).to.equal('nothing-to-do')
    running.push(runtime.places.attend(db, noDispatch, 20, quiet))
    // Its steps come and go meanwhile.
    const [step] = await Job.query(db).where({ parentId: first.jobId })
    expect((await attempt(runtime, step as Job)).outcome).to.equal('succeeded')
    expect(await placeOf(second)).to.equal('awaited')
    expect((await runFlow(runtime, first.jobId)).state).to.equal('succeeded')
    await waitFor('the second to be called', async () => (await placeOf(second)) === 'kept')
    expect((await runFlow(runtime, second.jobId)).state).to.equal('succeeded')
  })
})
