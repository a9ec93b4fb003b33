// The order in which events arrive decides nothing. Every sequence of what a payment and its refunds go through is played with
// every event told twice, at any later moment, while our own jobs have finished, lost an answer, or not begun; our rows, the
// ledger and the provider's books agree at the end, and no state ever moves backwards (invariants 3 and 6).
import { expect } from 'chai'
import fc from 'fast-check'
import { Job } from '../../../../lib/models/job.ts'
import { type PaymentState, Refund, type RefundState } from '../../../../lib/models/payment.ts'
import { WebhookEvent } from '../../../../lib/models/webhook-event.ts'
import { post } from '../../../support/events.ts'
import { type Harness, useHarness } from '../../../support/harness.ts'
import { attempt } from '../../../support/probe.ts'
import {
  acceptRefund,
  brokenMoneyOf,
  heldOrder,
  insertJobOf,
  intentsOf,
  loseAnswer,
  type OpenOrder,
  paymentOf,
  refundsOf,
} from '../../../support/shop.ts'

const CONFIRM = 'POST /v1/payment_intents/:id/confirm'
const REFUND = 'POST /v1/refunds'

const paymentRank: Record<PaymentState, number> = {
  created: 0,
  processing: 1,
  unknown: 1,
  authorized: 2,
  capturing: 3,
  cancelling: 3,
  declined: 4,
  cancelled: 4,
  captured: 5,
}
const refundRank: Record<RefundState, number> = {
  created: 0,
  processing: 1,
  unknown: 1,
  pending: 2,
  succeeded: 3,
  failed: 4,
}

/** What happens on our side and at the provider, in this order; events of it arrive at any later time, or never. */
type Action = 'charge' | 'charge again' | 'refund' | 'refund again' | 'fail'
interface Play {
  method: string
  /** Whether the answers of the charge and the refund are lost. */
  lost: { charge: boolean; refund: boolean }
  /** Whether the refund fails in the end. */
  fails: boolean
  /** For each action so far: which of the events that exist by then arrive right after it. */
  arrivals: number[][]
}

describe('the order of events', () => {
  const harness = useHarness()

  for (const lost of [true, false]) {
    it(`decides nothing: all orders of all events of a refunded charge, ${lost ? 'answers lost' : 'answers heard'}`, async () => {
      const play: Play = { method: 'pm_card_visa', lost: { charge: lost, refund: lost }, fails: true, arrivals: [] }
      const story = await begin(harness, play)
      for (const action of actionsOf(play)) await act(harness, story, action)
      // One that is only stored needs no order.
      const events = eventsOf(harness, story.order).filter(({ type }) => type !== 'payment_intent.created')
      expect(events.map(({ type }) => type)).to.include.members([
        'payment_intent.succeeded',
        'refund.created',
        'refund.failed',
      ])
      for (const [index, order] of permutations(events).entries()) {
        // An id of its own: one that is known is not processed.
        for (const event of order) await tell(harness, { ...event, id: `${event.id}-${index}` }, story)
        const name = order.map(({ type }) => type).join(' → ')
        expect(await brokenMoneyOf(harness, story.order), name).to.deep.equal([])
      }
      expect((await paymentOf(harness, story.order)).refundAmount).to.equal(0)
    }).timeout(120_000)
  }

  it('decides nothing, wherever between our own steps they arrive', async () => {
    const arrivals = fc.array(fc.array(fc.nat({ max: 11 }), { maxLength: 6 }), { minLength: 6, maxLength: 6 })
    const plays = fc.record({
      method: fc.constantFrom('pm_card_visa', 'pm_card_pendingRefund', 'pm_card_chargeDeclined'),
      lost: fc.record({ charge: fc.boolean(), refund: fc.boolean() }),
      fails: fc.boolean(),
      arrivals,
    })
    await fc.assert(
      fc.asyncProperty(plays, (play) => perform(harness, play)),
      { numRuns: 15, endOnFailure: true },
    )
  }).timeout(300_000)
})

interface Story {
  order: OpenOrder
  play: Play
  refundId: string | undefined
  /** The highest state seen, which is never left for a lower one. */
  seen: { payment: number; refund: number }
}

async function begin(harness: Harness, play: Play): Promise<Story> {
  const order = await heldOrder(harness, { method: play.method })
  return { order, play, refundId: undefined, seen: { payment: 0, refund: 0 } }
}

async function perform(harness: Harness, play: Play): Promise<void> {
  const story = await begin(harness, play)
  for (const [index, action] of actionsOf(play).entries()) {
    await act(harness, story, action)
    const events = eventsOf(harness, story.order)
    for (const which of play.arrivals[index] ?? []) {
      const event = events[which % Math.max(events.length, 1)]
      if (event) await tell(harness, event, story)
    }
  }
  // Everything is told in the end, the latest first, and what is left to do is done.
  for (const event of eventsOf(harness, story.order).toReversed()) await tell(harness, event, story)
  await finishAll(harness, story)
  expect(await brokenMoneyOf(harness, story.order)).to.deep.equal([])
  const taken = intentsOf(harness, story.order).filter((intent) => intent.amount_received > 0)
  expect(taken).to.have.length(play.method === 'pm_card_chargeDeclined' ? 0 : 1)
  expect((await paymentOf(harness, story.order)).state).to.equal(taken.length ? 'captured' : 'declined')
  const given = refundsOf(harness, story.order).filter((refund) => refund.status === 'succeeded')
  expect(given).to.have.length(taken.length && !play.fails ? 1 : 0)
}

const actionsOf = ({ fails }: Play): Action[] => [
  'charge',
  'charge again',
  'refund',
  'refund again',
  ...(fails ? (['fail'] as const) : []),
]

/** Our own jobs run without their engine; one that is not due is not run "again". */
async function act(harness: Harness, story: Story, action: Action): Promise<void> {
  const { order, play } = story
  const { faults, controls } = harness.simulator
  if (action === 'charge') {
    if (play.lost.charge) faults.load([loseAnswer(CONFIRM)])
    await attempt(harness.runtime, await insertJobOf(harness, 'payments.charge', { paymentId: order.paymentId }))
  } else if (action === 'refund' && (await paymentOf(harness, order)).state === 'captured') {
    const { id: refundId } = await acceptRefund(harness, order.paymentId, { amount: 1000 })
    story.refundId = refundId
    if (play.lost.refund) faults.load([loseAnswer(REFUND)])
    await attempt(harness.runtime, await insertJobOf(harness, 'payments.refund', { refundId }))
  } else if (action === 'fail') {
    const [made] = refundsOf(harness, order)
    if (made) controls.failRefund(made.id)
  } else await finishAll(harness, story, 1)
  faults.load([])
  await expectForward(harness, story)
}

/** Runs the open jobs of the payment until none is left, or so many rounds. */
async function finishAll(harness: Harness, story: Story, rounds = 8): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const [pending] = refundsOf(harness, story.order).filter((refund) => refund.status === 'pending')
    if (pending && round > 0) harness.simulator.controls.succeedRefund(pending.id)
    const open = await Job.query(harness.db)
      .whereRaw("input ->> 'paymentId' = ? OR input ->> 'refundId' = ?", [story.order.paymentId, story.refundId ?? ''])
      .where({ queue: 'payments', finishedAt: null })
    for (const job of open) await attempt(harness.runtime, job)
    if (open.length === 0 && !pending) return
  }
}

const eventsOf = (harness: Harness, order: OpenOrder) => {
  const about = new Set([...intentsOf(harness, order), ...refundsOf(harness, order)].map(({ id }) => id))
  return [...harness.simulator.books.events.values()].filter(({ data }) => about.has(data.object.id))
}

/** Delivers an event twice, and processes what came of it. */
async function tell(harness: Harness, event: { id: string }, story: Story): Promise<void> {
  for (let times = 0; times < 2; times++) expect((await post(harness, event)).status).to.equal(200)
  const stored = await WebhookEvent.query(harness.db).where({ eventId: event.id })
  expect(stored).to.have.length(1)
  const job = stored[0]?.jobId && (await Job.query(harness.db).findById(stored[0].jobId))
  if (job && !job.finishedAt) expect((await attempt(harness.runtime, job)).outcome).to.equal('succeeded')
  await expectForward(harness, story)
}

async function expectForward(harness: Harness, { order, refundId, seen }: Story): Promise<void> {
  const payment = paymentRank[(await paymentOf(harness, order)).state]
  const state = refundId ? (await Refund.query(harness.db).findById(refundId).throwIfNotFound()).state : 'created'
  const refund = refundRank[state]
  expect(payment, 'the payment').to.be.at.least(seen.payment)
  expect(refund, 'the refund').to.be.at.least(seen.refund)
  Object.assign(seen, { payment, refund })
}

function permutations<T>(items: T[]): T[][] {
  if (items.length <= 1) return [items]
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]))
}
