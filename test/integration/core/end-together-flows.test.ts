// Flows that go on at the same moment: each with its own next steps, once, whatever comes of the flows that go on with it.
import { expect } from 'chai'
import { z } from 'zod'
import type { Trx } from '../../../lib/db.ts'
import { cancelJob } from '../../../lib/jobs/cancel.ts'
import { defineFlow } from '../../../lib/jobs/define.ts'
import type { JobContext, JobDefinition } from '../../../lib/jobs/definition.ts'
import { inTransaction } from '../../../lib/jobs/enqueue.ts'
import { onOwnRows } from '../../../lib/jobs/shared-effect.ts'
import { Job } from '../../../lib/models/job.ts'
import { registry } from '../../../workers/registry.ts'
import { noDispatch, useHarness } from '../../support/harness.ts'
import { openMeeting, statementsDuring } from '../../support/meeting.ts'
import { attempt } from '../../support/probe.ts'
import { insertJobOf, runFlow } from '../../support/shop.ts'

const FLOW = 'maintenance.flow-of-tests'
const typeOf = (name: string) => `maintenance.${name}`
const Input = z.strictObject({ flow: z.string() })
type Input = z.infer<typeof Input>

describe('flows that go on at the same moment', () => {
  const harness = useHarness()
  let meeting: ReturnType<typeof openMeeting>
  /** What happens instead where something is done for a flow, by `<what> <flow>`. */
  let instead: Record<string, (trx: Trx) => Promise<unknown>> = {}
  before(async () => {
    const types = ['open', 'left', 'right', 'extra', 'last', 'tell'].map(typeOf)
    const catalogue = { ...registry, [FLOW]: flow, ...Object.fromEntries(types.map((type) => [type, step(type)])) }
    meeting = openMeeting({ ...harness.runtime, dispatch: noDispatch, catalogue })
    await harness.db.raw('CREATE TABLE effects (what text)')
  })
  beforeEach(async () => {
    instead = {}
    await harness.db.raw('TRUNCATE effects')
  })

  /** Writes a row that says it. */
  const effect = async (trx: Trx, what: string) => {
    await trx.raw('INSERT INTO effects VALUES (?)', [what])
    await instead[what]?.(trx)
  }
  const effects = async (): Promise<string[]> => {
    const { rows } = await harness.db.raw<{ rows: { what: string }[] }>('SELECT what FROM effects ORDER BY what')
    return rows.map(({ what }) => what)
  }
  const step = (type: string): JobDefinition => ({
    type,
    summary: 'A step of the tests.',
    input: Input,
    public: undefined,
    maxAttempts: 3,
    whenExhausted: 'fail',
    timeoutMs: 20_000,
    work: {
      run: (input, { commit }: JobContext) => {
        const { flow } = input as Input
        return commit(
          onOwnRows(async (trx) => {
            await effect(trx, `${type.replace('maintenance.', '')} ${flow}`)
            return { of: flow }
          }),
        )
      },
    },
  })
  /** Writes, in the transaction of the step before it, that it was prepared. */
  const preparing = (name: string) => ({
    type: typeOf(name),
    input: async ({ flow }: Input, trx: Trx) => {
      await effect(trx, `prepare-${name} ${flow}`)
      return { flow }
    },
  })
  const plain = (name: string) => ({ type: typeOf(name), input: ({ flow }: Input) => ({ flow }), undo: null })
  // The types of the tests are in no registry, so the compiler does not know them.
  const flow: JobDefinition = defineFlow({
    type: FLOW,
    summary: 'A flow of the tests.',
    input: Input,
    steps: [
      plain('open'),
      [plain('left'), { ...preparing('right'), undo: null }],
      { ...preparing('extra'), optional: true },
      plain('last'),
    ],
    undone: [plain('tell')],
    result: async ({ flow }: Input) => ({ all: flow }),
  } as never)

  /** Begins flows of these names. @returns their first steps */
  const begin = async (...names: string[]) => {
    const flows: Job[] = []
    for (const name of names) {
      const { job } = await attempt(meeting.runtime, await insertJobOf(harness, FLOW, { flow: name }))
      flows.push(job)
    }
    return { flows, steps: await open(flows) }
  }
  const stepsOf = ({ id }: Job) => Job.query(harness.db).where({ parentId: id }).orderBy(['step', 'id'])
  const read = ({ id }: Job) => Job.query(harness.db).findById(id).throwIfNotFound()
  const namesOf = async (job: Job) => (await stepsOf(job)).map(({ type }) => type.replace('maintenance.', ''))
  /** The steps that are to be run next. */
  const open = async (flows: Job[]) => {
    const steps = (await Promise.all(flows.map(stepsOf))).flat()
    return steps.filter(({ state }) => state === 'queued' || state === 'scheduled')
  }
  const end = (steps: Job[]) => statementsDuring(harness.db, (go) => meeting.endAtOnce(steps, go))
  const outcomesOf = (ended: { outcome: string }[]) => ended.map(({ outcome }) => outcome)

  it('do so by one statement for all of them, each with all of its next steps (invariant 3)', async () => {
    const { flows, steps } = await begin('a', 'b', 'c')
    const { statements, commits } = await end(steps)
    expect(commits).to.equal(1)
    expect(statements.filter((sql) => /INSERT INTO jobs\b/.test(sql))).to.have.length(1)
    for (const each of flows) {
      expect(await namesOf(each)).to.deep.equal(['open', 'left', 'right'])
      const progress = { done: 1, total: 5, message: 'maintenance.left, maintenance.right' }
      expect((await read(each)).progress).to.deep.equal(progress)
      const inputs = (await stepsOf(each)).map(({ input }) => input)
      expect(inputs).to.deep.equal(Array(3).fill({ flow: each.input.flow }))
    }
    const written = ['a', 'b', 'c'].flatMap((name) => [`open ${name}`, `prepare-right ${name}`])
    expect(await effects()).to.have.members(written)
  })

  it('end together', async () => {
    const { flows, steps } = await begin('a', 'b', 'c')
    let due = steps
    while (due.length > 3 || due[0]?.type !== typeOf('last')) {
      expect(outcomesOf((await end(due)).result)).to.deep.equal(due.map(() => 'succeeded'))
      due = await open(flows)
    }
    expect((await end(due)).commits).to.equal(1)
    for (const each of flows) {
      const { state, result, progress, input } = await read(each)
      expect({ state, result }).to.deep.equal({ state: 'succeeded', result: { all: input.flow } })
      expect(progress).to.deep.equal({ done: 5, total: 5, message: null })
    }
  })

  for (const names of [['a'], ['a', 'b', 'c']]) {
    it(`enqueue the next step once where two side by side end, of ${names.length} (invariant 3)`, async () => {
      const { flows, steps } = await begin(...names)
      await end(steps)
      const sides = await open(flows)
      expect(sides).to.have.length(2 * names.length)
      const { commits, result } = await end(sides)
      expect(outcomesOf(result)).to.deep.equal(sides.map(() => 'succeeded'))
      // One of each flow together, the other ones alone: they have to look at the first.
      expect(commits).to.equal(1 + names.length)
      for (const each of flows) expect(await namesOf(each)).to.deep.equal(['open', 'left', 'right', 'extra'])
      const all = ['left', 'right', 'prepare-extra', 'open', 'prepare-right']
      expect(await effects()).to.have.members(names.flatMap((name) => all.map((what) => `${what} ${name}`)))
    })
  }

  const troubles: Record<string, (trx: Trx) => Promise<unknown>> = {
    throws: () => Promise.reject(new Error('out of order')),
    'sends a statement that is refused': async (trx) => trx.raw('SELECT 1 / 0'),
    'goes on after a statement that is refused': (trx) => trx.raw('SELECT 1 / 0').catch(() => {}),
  }
  for (const [what, trouble] of Object.entries(troubles)) {
    for (const where of ['open', 'prepare-right']) {
      const whose = where === 'open' ? 'effect' : 'next step'
      it(`leave alone the one whose ${whose} ${what}: it undoes nothing of the others (invariant 3)`, async () => {
        const { flows, steps } = await begin('a', 'b', 'c')
        instead[`${where} b`] = trouble
        expect(outcomesOf((await end(steps)).result)).to.deep.equal(['succeeded', 'retried', 'succeeded'])
        const written = ['open a', 'open c', 'prepare-right a', 'prepare-right c']
        expect(await effects()).to.deep.equal(written)
        expect(await Promise.all(flows.map(namesOf))).to.deep.equal([
          ['open', 'left', 'right'],
          ['open'],
          ['open', 'left', 'right'],
        ])
        // It is done once the trouble is over.
        instead = {}
        expect((await runFlow(meeting.runtime, flows[1]!.id)).state).to.equal('succeeded')
        expect((await effects()).filter((each) => each === 'open b')).to.have.length(1)
      })
    }
  }

  it('leave out an optional step that cannot be prepared, and what it wrote, of that flow alone', async () => {
    const { flows, steps } = await begin('a', 'b')
    await end(steps)
    const sides = await open(flows)
    await end(sides.filter(({ type }) => type === typeOf('left')))
    instead['prepare-extra b'] = troubles.throws!
    const { commits } = await end(sides.filter(({ type }) => type === typeOf('right')))
    expect(commits).to.equal(1)
    expect(await Promise.all(flows.map(namesOf))).to.deep.equal([
      ['open', 'left', 'right', 'extra'],
      ['open', 'left', 'right', 'last'],
    ])
    expect(await effects())
      .to.include('prepare-extra a')
      .and.not.include('prepare-extra b')
    expect((await read(flows[0]!)).needsAttention).to.equal(null)
    expect((await read(flows[1]!)).needsAttention).to.include('maintenance.extra could not be prepared')
  })

  it('end together as cancelled, too, once those have been told who have to be', async () => {
    const { flows } = await begin('a', 'b')
    const { accountId } = harness
    for (const { id } of flows)
      await inTransaction(harness.db, noDispatch, (trx) =>
        cancelJob(trx, meeting.runtime.catalogue, { id, accountId }, { keyId: null, reason: null }),
      )
    const telling = await open(flows)
    expect(telling.map(({ type, stepRole }) => [type, stepRole])).to.deep.equal(
      Array(2).fill(['maintenance.tell', 'undone']),
    )
    expect((await end(telling)).commits).to.equal(1)
    for (const each of flows) expect((await read(each)).state).to.equal('cancelled')
    expect(await effects()).to.deep.equal(['tell a', 'tell b'])
  })
})
