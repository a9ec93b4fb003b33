// A flow whose steps run side by side: the next one waits for all of them, and one that fails for good turns everything back.
import { expect } from 'chai'
import { z } from 'zod'
import { PermanentError } from '../../../lib/errors.ts'
import { cancelJob } from '../../../lib/jobs/cancel.ts'
import { defineFlow } from '../../../lib/jobs/define.ts'
import type { JobContext, JobDefinition, Settled } from '../../../lib/jobs/definition.ts'
import { inTransaction } from '../../../lib/jobs/enqueue.ts'
import { Job } from '../../../lib/models/job.ts'
import { registry } from '../../../workers/registry.ts'
import { noDispatch, useHarness } from '../../support/harness.ts'
import { attempt } from '../../support/probe.ts'
import { insertJobOf, runFlow } from '../../support/shop.ts'

const Empty = z.strictObject({})

const FLOW = 'maintenance.flow-of-tests'
const names = ['step-a', 'step-b', 'step-c', 'undo-a', 'undo-b']
const typeOf = (name: string) => `maintenance.${name}`

describe('steps side by side', () => {
  const harness = useHarness()
  /** What ran, in its order. */
  let ran: string[] = []
  let broken: string[] = []
  beforeEach(() => {
    ran = []
    broken = []
  })

  const step = (type: string): JobDefinition => ({
    type,
    summary: 'A step of the tests.',
    input: Empty,
    public: undefined,
    maxAttempts: 3,
    whenExhausted: 'fail',
    timeoutMs: 10_000,
    work: {
      run: async (_, { commit }: JobContext): Promise<Settled> => {
        ran.push(type.replace('maintenance.', ''))
        if (broken.includes(type)) throw new PermanentError('conflict', `${type} cannot be done.`)
        return commit(async () => ({}))
      },
    },
  })
  const input = () => ({})
  // The types of the tests are in no registry, so the compiler does not know them.
  const flow: JobDefinition = defineFlow({
    type: FLOW,
    summary: 'A flow of the tests.',
    input: Empty,
    steps: [
      [
        { type: 'maintenance.step-a', input, undo: { type: 'maintenance.undo-a', input } },
        { type: 'maintenance.step-b', input, undo: { type: 'maintenance.undo-b', input } },
        { type: 'maintenance.step-c', input, undo: null },
      ],
      { type: 'maintenance.step-c', input },
    ],
    result: async () => ({ all: 'done' }),
  } as never)
  const types = names.map(typeOf)
  const runtime = () => ({
    ...harness.runtime,
    dispatch: noDispatch,
    catalogue: { ...registry, [FLOW]: flow, ...Object.fromEntries(types.map((type) => [type, step(type)])) },
  })
  const begin = async () => {
    const { job } = await attempt(runtime(), await insertJobOf(harness, FLOW, {}))
    return { flow: job, steps: await stepsOf(job) }
  }
  const stepsOf = ({ id }: Job) => Job.query(harness.db).where({ parentId: id }).orderBy(['createdAt', 'step'])
  const read = ({ id }: Job) => Job.query(harness.db).findById(id).throwIfNotFound()

  it('are enqueued together, and the next one when all have ended', async () => {
    const { flow: job, steps } = await begin()
    expect(steps.map(({ type, state, step }) => [type, state, step])).to.deep.equal([
      ['maintenance.step-a', 'queued', 0],
      ['maintenance.step-b', 'queued', 1],
      ['maintenance.step-c', 'queued', 2],
    ])
    const all = 'maintenance.step-a, maintenance.step-b, maintenance.step-c'
    expect(job.progress).to.deep.equal({ done: 0, total: 4, message: all })
    await attempt(runtime(), steps[1]!)
    expect((await read(job)).progress).to.deep.equal({
      done: 1,
      total: 4,
      message: 'maintenance.step-a, maintenance.step-c',
    })
    await attempt(runtime(), steps[0]!)
    expect(await stepsOf(job)).to.have.length(3)
    await attempt(runtime(), steps[2]!)
    expect((await read(job)).progress).to.deep.equal({ done: 3, total: 4, message: 'maintenance.step-c' })
    const ended = await runFlow(runtime(), job.id)
    expect(ended).to.deep.include({ state: 'succeeded', result: { all: 'done' } })
    expect(ended.progress).to.deep.equal({ done: 4, total: 4, message: null })
    expect(ran).to.deep.equal(['step-b', 'step-a', 'step-c', 'step-c'])
  })

  it('end at the same moment, and the next one is enqueued once (invariant 3)', async () => {
    const { flow: job, steps } = await begin()
    await Promise.all(steps.map((each) => attempt(runtime(), each)))
    expect((await stepsOf(job)).map(({ step }) => step)).to.deep.equal([0, 1, 2, 3])
    expect((await runFlow(runtime(), job.id)).state).to.equal('succeeded')
  })

  it('are all taken back when one has failed for good, once the others have ended', async () => {
    broken = ['maintenance.step-b']
    const { flow: job, steps } = await begin()
    await attempt(runtime(), steps[1]!)
    expect(await read(job)).to.include({ state: 'running' })
    expect(await stepsOf(job)).to.have.length(3)
    await attempt(runtime(), steps[0]!)
    await attempt(runtime(), steps[2]!)
    const ended = await runFlow(runtime(), job.id)
    expect(ended.state).to.equal('failed')
    expect(ended.error).to.include({ type: '/problems/conflict', detail: 'maintenance.step-b cannot be done.' })
    expect(ran.slice(0, 3)).to.have.members(['step-a', 'step-b', 'step-c'])
    expect(ran.slice(3)).to.have.members(['undo-a', 'undo-b'])
  })

  it('are all taken back when the flow is cancelled while some of them wait', async () => {
    const { flow: job, steps } = await begin()
    await attempt(runtime(), steps[0]!)
    const { accountId } = harness
    const actor = { keyId: null, reason: null }
    await inTransaction(harness.db, noDispatch, (trx) =>
      cancelJob(trx, runtime().catalogue, { id: job.id, accountId }, actor),
    )
    const ended = await runFlow(runtime(), job.id)
    expect(ended.state).to.equal('cancelled')
    expect(ran).to.include('undo-a').and.not.include('step-b').and.not.include('step-c')
  })
})
