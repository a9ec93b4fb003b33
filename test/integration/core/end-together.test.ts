// Steps of many flows that end at the same moment: in one transaction, each as it would have ended alone, and who cannot end
// with the others does it alone.
import { expect } from 'chai'
import { type Db, openDatabase, type Trx } from '../../../lib/db.ts'
import type { Dispatch, Dispatchable } from '../../../lib/dispatch.ts'
import { cancelJob } from '../../../lib/jobs/cancel.ts'
import { inTransaction } from '../../../lib/jobs/enqueue.ts'
import { Job } from '../../../lib/models/job.ts'
import { registry } from '../../../workers/registry.ts'
import { noDispatch, useHarness } from '../../support/harness.ts'
import { brokenMoney, brokenStock } from '../../support/invariants.ts'
import { countBlocked } from '../../support/locks.ts'
import { openLossyWay } from '../../support/lost-answers.ts'
import { openMeeting, statementsDuring } from '../../support/meeting.ts'
import { holdsOf, type OpenOrder, openOrder, reachStep, runFlow, stockedProduct, stockOf } from '../../support/shop.ts'
import { waitFor } from '../../support/wait-for.ts'

/** How many go together at most. */
const MOST = 16

type Step = Job & { order: OpenOrder }

describe('steps that end at the same moment', () => {
  const harness = useHarness()
  /** What was handed to the engine, and said to have changed. */
  let handed: Dispatchable[] = []
  let changed: string[] = []
  let meeting: ReturnType<typeof openMeeting>
  before(() => {
    meeting = open(harness.db)
  })
  beforeEach(() => {
    handed = []
    changed = []
  })
  afterEach('invariants 5 and 6 hold', async () => {
    expect(await brokenStock(harness.db)).to.deep.equal([])
    expect(await brokenMoney(harness.db, harness.simulator)).to.deep.equal([])
  })

  /** Hands over nothing, and remembers what it was to. */
  const dispatch: Dispatch = Object.assign((jobs: Dispatchable[]) => void handed.push(...jobs), {
    ...noDispatch,
    changes: {
      ...noDispatch.changes,
      announce: (jobs: Iterable<{ id: string }>) => void changed.push(...[...jobs].map(({ id }) => id)),
    },
  })
  const open = (db: Db) => openMeeting({ ...harness.runtime, db, dispatch })
  /** The orders of so many units of a product each, at their step of this type. */
  async function ordersAt(type: string, quantities: number[], skus: string[] = []): Promise<Step[]> {
    const steps: Step[] = []
    for (const [index, quantity] of quantities.entries()) {
      const sku = skus[index] ?? (await stockedProduct(harness, 5))
      const order = await openOrder(harness, { items: [{ sku, quantity }] })
      steps.push(Object.assign(await reachStep(meeting.runtime, order.jobId, type), { order }))
    }
    handed = []
    changed = []
    return steps
  }
  const read = (id: string) => Job.query(harness.db).findById(id).throwIfNotFound()
  const flowOf = ({ order }: Step) => read(order.jobId)
  const stepsOf = ({ order }: Step) => Job.query(harness.db).where({ parentId: order.jobId }).orderBy('id')
  const typesOf = async (step: Step) => (await stepsOf(step)).map(({ type }) => type)
  const outcomesOf = (ended: { outcome: string }[]) => ended.map(({ outcome }) => outcome)
  const heldBy = async ({ order }: Step) => (await holdsOf(harness, order)).map(({ state }) => state)
  /** How many transactions are committed from the moment on that all of the steps have begun. */
  const commitsOf = async (steps: Step[], meanwhile = async () => {}) => {
    const { commits, result } = await statementsDuring(harness.db, (begin) =>
      meeting.endAtOnce(steps, () => meanwhile().then(begin)),
    )
    return { commits, ended: result }
  }
  const cancel = ({ order: { jobId: id } }: Step) =>
    inTransaction(harness.db, noDispatch, async (trx) => {
      await cancelJob(trx, registry, { id, accountId: harness.accountId }, { keyId: null, reason: null })
    })

  it('end in one transaction, each with its next step once (invariant 3)', async () => {
    const sku = await stockedProduct(harness, 50)
    const steps = await ordersAt('inventory.reserve', [1, 2, 3, 4, 5], Array(5).fill(sku))
    const { commits, ended } = await commitsOf(steps)
    expect(commits).to.equal(1)
    for (const [index, { outcome, job }] of ended.entries()) {
      expect(outcome).to.equal('succeeded')
      expect(job.result).to.deep.equal({ held: 1 })
      expect((await holdsOf(harness, steps[index]!.order)).map(({ quantity }) => quantity)).to.deep.equal([index + 1])
      const types = await typesOf(steps[index]!)
      expect(types).to.deep.equal(['inventory.reserve', 'payments.charge'])
    }
    expect(await stockOf(harness, sku)).to.include({ onHand: 50, reserved: 15 })
    const next = (await Promise.all(steps.map(stepsOf))).map(([, charge]) => charge!.id)
    expect(handed.map(({ id }) => id)).to.have.members(next)
    expect(changed).to.include.members([...next, ...steps.flatMap(({ id, order }) => [id, order.jobId])])
  })

  it('leave the rows that one alone leaves', async () => {
    const [one, ...others] = (await ordersAt('inventory.reserve', [2, 2, 2])) as [Step, ...Step[]]
    const untold = ({ id, input, parentId, createdAt, runAt, startedAt, finishedAt, dispatchedAt, ...row }: Job) => ({
      ...row,
      named: [id, input, parentId !== null, createdAt, runAt].every(Boolean),
      times: [startedAt, finishedAt, dispatchedAt].map((time) => time instanceof Date),
    })
    const look = async (step: Step) => [untold(await flowOf(step)), ...(await stepsOf(step)).map(untold)]
    expect(outcomesOf(await meeting.endAtOnce([one]))).to.deep.equal(['succeeded'])
    const { commits } = await commitsOf(others)
    expect(commits).to.equal(1)
    for (const other of others) expect(await look(other)).to.deep.equal(await look(one))
  })

  it(`go in groups of ${MOST} at most`, async () => {
    const steps = await ordersAt('inventory.reserve', Array(MOST + 4).fill(1))
    const { commits, ended } = await commitsOf(steps)
    expect(outcomesOf(ended)).to.deep.equal(Array(MOST + 4).fill('succeeded'))
    expect(commits).to.equal(2)
    for (const step of steps) expect(await typesOf(step)).to.deep.equal(['inventory.reserve', 'payments.charge'])
  })

  it('leave nothing of the one whose claim is lost, and all of the others (invariants 3, 4)', async () => {
    const steps = await ordersAt('inventory.reserve', [1, 1, 1, 1])
    const [late, ...others] = steps as [Step, ...Step[]]
    const takeOver = () => Job.query(harness.db).increment('attempt', 1).findById(late.id)
    const ended = await meeting.endAtOnce(steps, takeOver)
    expect(outcomesOf(ended)).to.deep.equal(['claim-lost', 'succeeded', 'succeeded', 'succeeded'])
    expect(await read(late.id)).to.include({ state: 'running', attempt: 2, result: null })
    expect(await heldBy(late)).to.deep.equal([])
    expect(await typesOf(late)).to.deep.equal(['inventory.reserve'])
    for (const step of others) {
      expect(await heldBy(step)).to.deep.equal(['held'])
      expect(await typesOf(step)).to.deep.equal(['inventory.reserve', 'payments.charge'])
    }
  })

  it('fail alone where there is not enough: it turns its own flow back, and the others go together', async () => {
    const steps = await ordersAt('inventory.reserve', [1, 6, 1, 1])
    const { commits, ended } = await commitsOf(steps)
    expect(outcomesOf(ended)).to.deep.equal(['succeeded', 'failed', 'succeeded', 'succeeded'])
    expect(ended[1]!.job.error).to.include({ type: '/problems/insufficient-stock' })
    // Of the three, and of the failure.
    expect(commits).to.equal(2)
    const [, short, ...others] = steps as [Step, Step, ...Step[]]
    expect((await runFlow(meeting.runtime, short.order.jobId)).state).to.equal('failed')
    expect(await heldBy(short)).to.deep.equal([])
    for (const step of others) expect((await flowOf(step)).state).to.equal('running')
  })

  it('are turned back where their flow is to be cancelled meanwhile, and the others go on', async () => {
    const steps = await ordersAt('inventory.reserve', [1, 2, 3])
    const [wanted, unwanted, other] = steps as [Step, Step, Step]
    const { commits, ended } = await commitsOf(steps, () => cancel(unwanted))
    expect(commits).to.equal(1)
    expect(outcomesOf(ended)).to.deep.equal(Array(3).fill('succeeded'))
    expect(await typesOf(unwanted)).to.deep.equal(['inventory.reserve', 'inventory.release'])
    expect((await runFlow(meeting.runtime, unwanted.order.jobId)).state).to.equal('cancelled')
    expect(await heldBy(unwanted)).to.deep.equal(['released'])
    for (const step of [wanted, other]) {
      expect(await typesOf(step)).to.deep.equal(['inventory.reserve', 'payments.charge'])
      expect((await runFlow(meeting.runtime, step.order.jobId)).state).to.equal('succeeded')
    }
  })

  it('go on where what they did cannot be taken back, though their flow is to be cancelled', async () => {
    const steps = await ordersAt('inventory.commit', [1, 2])
    const { commits } = await commitsOf(steps, () => cancel(steps[0]!))
    expect(commits).to.equal(1)
    for (const step of steps) {
      const flow = await runFlow(meeting.runtime, step.order.jobId)
      expect(flow).to.deep.include({ state: 'succeeded', cancelRequestedAt: null })
      expect(flow.result).to.include({ state: 'confirmed' })
      expect(await heldBy(step)).to.deep.equal(['committed'])
    }
  })

  const rows: Record<string, (trx: Trx, step: Step) => PromiseLike<unknown>> = {
    "its product's stock": (trx, { order: { orderId } }) =>
      trx.raw('SELECT FROM stock JOIN order_items USING (product_id) WHERE order_id = ? FOR UPDATE OF stock', [
        orderId,
      ]),
    'its own row': (trx, { id }) => Job.query(trx).findById(id).forUpdate(),
    "its flow's row": (trx, { order }) => Job.query(trx).findById(order.jobId).forUpdate(),
  }
  for (const [what, lock] of Object.entries(rows)) {
    it(`delay the one for which somebody else has locked ${what}, and no other`, async () => {
      const steps = await ordersAt('inventory.reserve', [1, 1, 1, 1])
      const [blocked, ...others] = steps as [Step, ...Step[]]
      const holder = await harness.db.transaction()
      const ending = meeting.endAtOnce(steps, async () => lock(holder, blocked))
      const isOver = async (step: Step) => (await read(step.id)).state === 'succeeded'
      for (const step of others) await waitFor('the others to end', () => isOver(step))
      expect(await read(blocked.id)).to.include({ state: 'running' })
      await holder.rollback()
      expect(outcomesOf(await ending)).to.deep.equal(Array(4).fill('succeeded'))
      for (const step of steps) {
        expect(await heldBy(step)).to.deep.equal(['held'])
        expect(await typesOf(step)).to.deep.equal(['inventory.reserve', 'payments.charge'])
      }
    })
  }

  it('end once, though the answer to the commit of them all is lost (invariant 3)', async () => {
    const way = await openLossyWay(harness.databaseUrl)
    const db = openDatabase(way.url, 5, 'errand-lossy')
    try {
      const steps = await ordersAt('inventory.reserve', [1, 2, 3])
      let lost: Promise<void> | undefined
      const lose = async () => {
        lost = way.loseNextCommit()
      }
      expect(outcomesOf(await open(db).endAtOnce(steps, lose))).to.deep.equal(Array(3).fill('claim-lost'))
      await lost
      for (const step of steps) {
        expect((await read(step.id)).state).to.equal('succeeded')
        expect(await heldBy(step)).to.deep.equal(['held'])
        expect(await typesOf(step)).to.deep.equal(['inventory.reserve', 'payments.charge'])
      }
    } finally {
      await db.destroy()
      await way.stop()
    }
  })

  it('keep their optional next step where it waits for a lock longer than a group may (invariant 2)', async () => {
    const steps = await ordersAt('inventory.commit', [1, 1, 1])
    let ended: ReturnType<typeof meeting.endAtOnce> | undefined
    await harness.db.transaction(async (trx) => {
      await trx.raw('LOCK TABLE emails IN SHARE MODE')
      ended = meeting.endAtOnce(steps)
      await waitFor('each of them to wait alone', async () => (await countBlocked(harness.db)) === steps.length)
    })
    expect(outcomesOf((await ended)!)).to.deep.equal(['succeeded', 'succeeded', 'succeeded'])
    for (const step of steps) {
      expect((await flowOf(step)).needsAttention).to.equal(null)
      expect((await typesOf(step)).at(-1)).to.equal('emails.send')
    }
  })
})
