// Kills a worker at every step of every flow, and looks what is left. The steps are not a list that somebody keeps: a first
// worker runs every flow and writes down each await that leaves its process (workers/kill-points.ts).
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { raw } from 'objection'
import { Email } from '../../lib/models/email.ts'
import { Job } from '../../lib/models/job.ts'
import { createGateway } from '../../lib/payments/gateway.ts'
import { registry } from '../../workers/registry.ts'
import { environment } from '../support/environment.ts'
import { type Flow, flows, placeManual } from '../support/every-flow.ts'
import { brokenMoney, brokenStock } from '../support/invariants.ts'
import { useProcesses } from '../support/processes.ts'
import { waitFor } from '../support/wait-for.ts'

/** Workers that run at a time, each to be killed at a step of its own. */
const AT_A_TIME = 4
/** So many jobs under way keep them busy. */
const ENOUGH = 15
const WITHIN_MS = 60_000
const timing = {
  DATABASE_POOL_SIZE: '4',
  LEASE_MS: '1500',
  DISPATCH_GRACE_MS: '1000',
  SWEEP_INTERVAL_MS: '100',
  RECUR_EVERY_MS: '500',
}
/** Steps after which the world may be another: a kill at one that only reads leaves the same behind as the kill at the next. */
const WRITES = /^(?!.* (SELECT|BEGIN|SAVEPOINT|RELEASE|ROLLBACK|LOCK|SET)\b)/
/** What a worker leaves behind in PostgreSQL is the same on both engines: on the second one, the steps that the engine sees. */
const ENGINE = / (engine|end)\b/

describe('a worker killed at every step', function () {
  this.timeout(15 * 60_000)
  const processes = useProcesses({ workers: 0, webhooks: true })
  let folder = ''
  /** Each step, and a flow that was seen to come to it. */
  const steps = new Map<string, Flow>()

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'errand-steps-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  const unfinished = () =>
    Job.query(processes.db)
      .whereNull('finishedAt')
      // What recurs is never all done.
      .where((jobs) => jobs.whereNot('queue', 'maintenance').orWhere({ type: 'maintenance.ping' }))
      .whereNot('type', 'inventory.expire')

  /** What waits to be tried again is tried now. What somebody else works on is left alone: each would wait for the other. */
  const hurry = () => {
    const waiting = Job.query(processes.db).select('id').where({ state: 'scheduled' }).forUpdate().skipLocked()
    return Job.query(processes.db)
      .with('waiting', waiting)
      .patch({ runAt: raw('now()') })
      .whereIn('id', (ids) => ids.select('id').from('waiting'))
  }

  const settle = async () => {
    await waitFor(
      'every job to be final',
      async () => {
        await hurry()
        return processes.simulator.webhooks.pending === 0 && (await unfinished().resultSize()) === 0
      },
      WITHIN_MS,
    )
  }

  it('passes every job type and every call to the provider on the way', async () => {
    const trace = join(folder, 'trace')
    const worker = await processes.startWorker({ ...timing, ERRAND_TRACE: trace })
    const passed = async () => (await readFile(trace, 'utf8')).trimEnd().split('\n')
    const learn = async (flow: Flow) => {
      for (const step of await passed()) if (!steps.has(step)) steps.set(step, flow)
    }
    // Many of them: what captures and cancels needs some.
    for (let n = 0; n < 60; n++) await placeManual(processes)
    for (const flow of [placeManual, ...Object.values(flows)]) {
      await flow(processes)
      await settle()
      await learn(flow)
    }
    await waitFor('every job type to have run', async () => {
      const types = new Set((await passed()).map(typeOf))
      return Object.keys(registry).every((type) => types.has(type))
    })
    await learn(placeManual)
    await worker.stop()
    const calls = new Set([...steps.keys()].map((name) => name.replace(/^\S+ |#\d+$/g, '')))
    const gateway = Object.keys(createGateway({ STRIPE_SECRET_KEY: 'sk_test_none' })).map((call) => `payments.${call}`)
    const missing = [...gateway, 'mail.send', 'engine.addBulk', 'COMMIT', 'end'].filter((call) => !calls.has(call))
    expect(missing).to.deep.equal([])
  })

  it('loses nothing and does nothing twice (invariants 2, 3, 5 and 6)', async () => {
    // By type: then each job of it kills one of the workers.
    const chosen = [...steps.keys()]
      .filter((step) => (environment.engine === 'postgres' ? WRITES : ENGINE).test(step))
      .sort((one, other) => typeOf(one).localeCompare(typeOf(other)))
    expect(chosen).to.not.be.empty
    const todo = [...chosen]
    const missed: string[] = []
    const killers = Array.from({ length: AT_A_TIME }, async () => {
      for (let step = todo.shift(); step !== undefined; step = todo.shift())
        if (!(await killAt(step))) missed.push(step)
    })
    await Promise.all(killers)
    const worker = await processes.startWorker(timing)
    await settle()
    await worker.stop()
    expect(missed, 'steps at which no worker was killed').to.deep.equal([])
    const { db, simulator } = processes
    expect(await unfinished()).to.deep.equal([])
    expect(await brokenStock(db)).to.deep.equal([])
    expect(await brokenMoney(db, simulator)).to.deep.equal([])
    expect(await Email.query(db).whereIn('state', ['created', 'sending'])).to.deep.equal([])
    const types = new Set([...steps.keys()].map(typeOf)).size
    process.stdout.write(`      killed at ${chosen.length} of the ${steps.size} steps of ${types} job types\n`)
  })

  const enoughDone = async () => {
    await hurry()
    return (await unfinished().resultSize()) < ENOUGH
  }

  /** Runs a worker, and a flow that comes to the step, until it is killed there. @returns whether it was in time. */
  async function killAt(step: string): Promise<boolean> {
    let how: string | undefined
    let late = false
    // It may be killed before it could say that it is ready.
    const ended = processes.startWorker({ ...timing, ERRAND_KILL_AT: step }).then(
      async (part) => {
        const tooLate = setTimeout(() => {
          late = true
          process.kill(part.pid, 'SIGKILL')
        }, WITHIN_MS)
        how = await part.ended
        clearTimeout(tooLate)
      },
      (error: Error) => {
        how = error.message
      },
    )
    // What recurs comes to the step by itself.
    const recurs = Object.entries(registry).some(([type, { recurring }]) => recurring && type === typeOf(step))
    const flow = steps.get(step)
    while (how === undefined) {
      const more = async () => how !== undefined || ((await enoughDone()) && !recurs)
      await waitFor('work to be done', more, 2 * WITHIN_MS)
      if (how === undefined) await flow?.(processes)
    }
    await ended
    return !late && (how as string | undefined)?.includes('SIGKILL') === true
  }
})

const typeOf = (step: string) => step.split(' ')[0] ?? ''
