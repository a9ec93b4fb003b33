// Kills a worker at every step of every flow, and looks what is left. The steps are not a list that somebody keeps: a first
// worker runs every flow and writes down each await that leaves its process (workers/kill-points.ts).
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Part } from '../../lib/local/part.ts'
import { Email } from '../../lib/models/email.ts'
import { Job } from '../../lib/models/job.ts'
import { createGateway } from '../../lib/payments/gateway.ts'
import { registry } from '../../workers/registry.ts'
import { flows, placeManual } from '../support/every-flow.ts'
import { brokenMoney, brokenStock, unfinishedJobs } from '../support/invariants.ts'
import { useProcesses } from '../support/processes.ts'
import { waitFor } from '../support/wait-for.ts'

/** Workers that are killed side by side, each at a step of its own. */
const BATCH = 6
const SETTLE_MS = 60_000
const REACH_MS = 60_000
/** So many jobs under way keep every worker busy. */
const ENOUGH = 40
const timing = {
  DATABASE_POOL_SIZE: '4',
  LEASE_MS: '1500',
  DISPATCH_GRACE_MS: '1000',
  SWEEP_INTERVAL_MS: '50',
  RECUR_EVERY_MS: '500',
}

describe('a worker killed at every step', function () {
  this.timeout(15 * 60_000)
  const processes = useProcesses({ workers: 0, webhooks: true })
  let folder = ''
  let steps: string[] = []

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'errand-steps-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  const settle = async () => {
    const worker = await processes.startWorker(timing)
    await waitFor('every job to be final', async () => (await unfinished()).length === 0, SETTLE_MS)
    await worker.stop()
  }
  const unfinished = () =>
    Job.query(processes.db).whereNull('finishedAt').whereNull('needsAttention').whereNot('queue', 'maintenance')

  it('passes every job type and every call to the provider on the way', async () => {
    const trace = join(folder, 'trace')
    const worker = await processes.startWorker({ ...timing, ERRAND_TRACE: trace })
    for (let n = 0; n < 60; n++) await placeManual(processes)
    for (const flow of Object.values(flows)) {
      await flow(processes)
      await waitFor('the flow to end', async () => (await unfinished()).length === 0, SETTLE_MS)
    }
    const passed = async () => [...new Set((await readFile(trace, 'utf8')).trimEnd().split('\n'))]
    await waitFor('every job type to have run', async () => {
      const types = new Set((await passed()).map(typeOf))
      return Object.keys(registry).every((type) => types.has(type))
    })
    await worker.stop()
    steps = await passed()
    const calls = new Set(steps.map((name) => name.replace(/^\S+ |#\d+$/g, '')))
    const gateway = Object.keys(createGateway({ STRIPE_SECRET_KEY: 'sk_test_none' })).map((call) => `payments.${call}`)
    const missing = [...gateway, 'mail.send', 'engine.addBulk', 'COMMIT', 'end'].filter((call) => !calls.has(call))
    expect(missing).to.deep.equal([])
  })

  it('loses nothing and does nothing twice (invariants 2, 3, 5 and 6)', async () => {
    expect(steps).to.not.be.empty
    const survivors: string[] = []
    for (let from = 0; from < steps.length; from += BATCH) {
      survivors.push(...(await killAt(steps.slice(from, from + BATCH))))
      await settle()
    }
    expect(survivors, 'steps at which no worker was killed').to.deep.equal([])
    const { db, simulator } = processes
    expect(await unfinishedJobs(db)).to.deep.equal([])
    expect(await brokenStock(db)).to.deep.equal([])
    expect(await brokenMoney(db, simulator)).to.deep.equal([])
    expect(await Email.query(db).whereIn('state', ['created', 'sending'])).to.deep.equal([])
    process.stdout.write(
      `      ${steps.length} steps of ${new Set(steps.map(typeOf)).size} job types, a kill at each\n`,
    )
  })

  /** Runs all flows until a worker has been killed at each of the steps. @returns the steps that were not reached. */
  async function killAt(batch: string[]): Promise<string[]> {
    const alive = new Map<string, Part<unknown> | undefined>(batch.map((step) => [step, undefined]))
    const killed = batch.map(async (step) => {
      // It may be killed before it could say that it is ready.
      const worker = processes.startWorker({ ...timing, ERRAND_KILL_AT: step })
      const how = await worker.then(
        (part) => {
          alive.set(step, part)
          return part.ended
        },
        (error: Error) => error.message,
      )
      if (!how.includes('SIGKILL')) throw new Error(`the worker to be killed at ${step}: ${how}`)
      alive.delete(step)
    })
    const deadline = Date.now() + REACH_MS
    const over = () => alive.size === 0 || Date.now() > deadline
    try {
      while (!over()) {
        for (const flow of Object.values(flows)) {
          await waitFor('work to be done', async () => over() || (await unfinished()).length < ENOUGH, SETTLE_MS)
          if (!over()) await flow(processes)
        }
      }
      return [...alive.keys()]
    } finally {
      for (const part of alive.values()) if (part) process.kill(part.pid, 'SIGKILL')
      await Promise.all(killed)
    }
  }
})

const typeOf = (step: string) => step.split(' ')[0] ?? ''
