// The whole matrix of what our rows and the provider can say of each other, and that nothing ever moves a state backwards.
import { expect } from 'chai'
import type { PaymentState, RefundState } from '../../../../lib/models/payment.ts'
import { compareIntent, compareRefund, type Verdict } from '../../../../lib/payments/reconcile.ts'
import type { BookedIntent, BookedRefund } from '../../../../lib/payments/reconcile-books.ts'

const SENT = new Date('2026-11-21T11:00:00Z')

const row = (state: PaymentState, more: object = {}) => ({
  providerId: 'pi_1',
  state,
  amount: 2500,
  amountToCapture: null,
  currency: 'EUR',
  capturedAmount: state === 'captured' ? 2500 : null,
  captureMethod: 'automatic' as const,
  sentAt: SENT,
  ...more,
})
const intent = (status: BookedIntent['status'], more: Partial<BookedIntent> = {}): BookedIntent => ({
  id: 'pi_1',
  status,
  amount: 2500,
  capturedAmount: status === 'captured' ? 2500 : 0,
  currency: 'EUR',
  declineCode: null,
  paymentId: 'ours',
  ...more,
})
const said = (verdict: Verdict) => (verdict.do === 'file' ? verdict.kind : verdict.do)

/** What is done: without a job of ours, with one, and, where it differs, without one for an order that is over. */
type Cell = string | [free: string, owned: string] | [free: string, owned: string, over: string]
const both = 'nothing'
const toStall: Cell = ['stalled', 'nothing']
const toRecord: Cell = ['record', 'hurry']
const toTake: Cell = ['record', 'hurry', 'record-and-reverse']

const statuses = ['open', 'pending', 'authorized', 'captured', 'declined', 'cancelled'] as const
const matrix: Record<PaymentState, Cell[]> = {
  //           open     pending         authorized      captured                           declined        cancelled
  created: [both, both, toRecord, toTake, both, both],
  processing: [toStall, toStall, toRecord, toTake, toRecord, toRecord],
  unknown: [toStall, toStall, toRecord, toTake, toRecord, toRecord],
  authorized: ['state-differs', 'state-differs', both, ['complete-order', 'hurry'], 'cancel-order', 'cancel-order'],
  capturing: [toStall, toStall, toStall, toTake, toRecord, toRecord],
  cancelling: [toStall, toStall, toStall, toTake, toRecord, toRecord],
  captured: ['state-differs', 'state-differs', 'state-differs', both, 'state-differs', 'state-differs'],
  declined: [both, 'state-differs', 'file-and-reverse', 'record-and-reverse', both, both],
  cancelled: [both, 'state-differs', 'file-and-reverse', 'record-and-reverse', both, both],
}

const nobody = { owned: false, orderOver: false }

describe('comparing a payment with its intent', () => {
  for (const [state, cells] of Object.entries(matrix) as [PaymentState, Cell[]][]) {
    for (const [column, status] of statuses.entries()) {
      const cell = cells[column]!
      const [free, owned = free, over = free] = typeof cell === 'string' ? [cell] : cell
      it(`${state} here, ${status} there: ${free}; ${owned} where a job is at it; ${over} where the order is over`, () => {
        const decide = (circumstances: object) =>
          said(compareIntent(row(state), intent(status), { ...nobody, ...circumstances }))
        expect(decide({})).to.equal(free)
        expect(decide({ owned: true })).to.equal(owned)
        expect(decide({ orderOver: true })).to.equal(over)
      })
    }
  }

  it('agrees, when it agrees for a row that nobody works on, in all circumstances', () => {
    for (const state of Object.keys(matrix) as PaymentState[]) {
      for (const status of statuses) {
        if (said(compareIntent(row(state), intent(status), nobody)) !== 'nothing') continue
        for (const owned of [true, false]) {
          const verdict = compareIntent(row(state), intent(status), { owned, orderOver: true })
          expect(said(verdict), `${state} ${status}`).to.equal('nothing')
        }
      }
    }
  })

  it('calls money without a row of ours an orphan, and an intent that moved none nothing', () => {
    for (const status of statuses) {
      const moves = ['pending', 'authorized', 'captured'].includes(status)
      const expected = moves ? 'orphan-charge' : 'nothing'
      expect(said(compareIntent(undefined, intent(status), nobody)), status).to.equal(expected)
      // Another intent that names our payment: charged twice, whatever the state of the row.
      for (const state of Object.keys(matrix) as PaymentState[])
        expect(said(compareIntent(row(state), intent(status, { id: 'pi_2' }), nobody)), `${state} ${status}`).to.equal(
          expected,
        )
    }
  })

  it('records a capture for a row that lost its intent, even past a job that would charge anew (invariant 3)', () => {
    for (const state of ['created', 'processing', 'unknown'] as const) {
      const restored = row(state, { providerId: null, sentAt: null })
      for (const owned of [true, false])
        expect(said(compareIntent(restored, intent('captured'), { ...nobody, owned })), state).to.equal('record')
      expect(said(compareIntent(restored, intent('authorized'), nobody))).to.equal('orphan-charge')
    }
  })

  it('misses what the provider does not know, if anything was sent', () => {
    for (const state of Object.keys(matrix) as PaymentState[])
      expect(said(compareIntent(row(state), undefined, nobody)), state).to.equal('missing-at-provider')
    expect(said(compareIntent(row('created', { sentAt: null }), undefined, nobody))).to.equal('nothing')
    expect(said(compareIntent(undefined, undefined, nobody))).to.equal('nothing')
  })

  it('records nothing whose amount or currency differs', () => {
    for (const state of Object.keys(matrix) as PaymentState[]) {
      for (const other of [{ amount: 2501 }, { currency: 'USD' }])
        expect(said(compareIntent(row(state), intent('captured', other), nobody)), state).to.equal('amount-differs')
    }
    expect(said(compareIntent(row('unknown'), intent('captured', { capturedAmount: 2400 }), nobody))).to.equal(
      'amount-differs',
    )
    expect(said(compareIntent(row('captured'), intent('captured', { capturedAmount: 2400 }), nobody))).to.equal(
      'amount-differs',
    )
  })

  it('takes a part for what it is where the account captures by hand', () => {
    const byHand = { captureMethod: 'manual' as const }
    const part = intent('captured', { capturedAmount: 1000 })
    const asked = { ...byHand, amountToCapture: 1000 }
    expect(said(compareIntent(row('capturing', asked), part, nobody))).to.equal('record')
    expect(said(compareIntent(row('authorized', byHand), part, nobody))).to.equal('complete-order')
    expect(said(compareIntent(row('captured', { ...byHand, capturedAmount: 1000 }), part, nobody))).to.equal('nothing')
    // The account asked for all, or for another part.
    expect(said(compareIntent(row('capturing', byHand), part, nobody))).to.equal('amount-differs')
    const recorded = row('captured', { ...byHand, amountToCapture: 900, capturedAmount: 1000 })
    expect(said(compareIntent(recorded, part, nobody))).to.equal('amount-differs')
    const none = intent('captured', { capturedAmount: 0 })
    expect(said(compareIntent(row('capturing', byHand), none, nobody))).to.equal('amount-differs')
  })
})

const refundRow = (state: RefundState, more: object = {}) => ({ providerId: 're_1', state, amount: 500, ...more })
const refund = (status: BookedRefund['status'], more: Partial<BookedRefund> = {}): BookedRefund => ({
  id: 're_1',
  status,
  amount: 500,
  currency: 'EUR',
  intentId: 'pi_1',
  refundId: 'ours',
  failureCode: null,
  ...more,
})
const payment = { providerId: 'pi_1', currency: 'EUR' }

const refundMatrix: Record<RefundState, [pending: Cell, succeeded: Cell, failed: Cell, none: Cell]> = {
  created: [['record', 'nothing'], toRecord, toRecord, toStall],
  processing: [['record', 'nothing'], toRecord, toRecord, toStall],
  unknown: [['record', 'nothing'], toRecord, toRecord, toStall],
  pending: [both, toRecord, toRecord, 'missing-at-provider'],
  succeeded: ['state-differs', both, 'record-failed-later', 'missing-at-provider'],
  failed: ['state-differs', 'state-differs', both, both],
}

describe("comparing a refund with the provider's", () => {
  for (const [state, cells] of Object.entries(refundMatrix) as [RefundState, Cell[]][]) {
    for (const [column, status] of (['pending', 'succeeded', 'failed', undefined] as const).entries()) {
      const cell = cells[column]!
      const [free, owned = free] = typeof cell === 'string' ? [cell] : cell
      it(`${state} here, ${status ?? 'none'} there: ${free}; ${owned} where a job is at it`, () => {
        const decide = (isOwned: boolean) =>
          said(compareRefund(refundRow(state), payment, status && refund(status), { owned: isOwned }))
        expect(decide(false)).to.equal(free)
        expect(decide(true)).to.equal(owned)
      })
    }
  }

  it('calls money given back without a row of ours an orphan; what failed, or is of an orphan charge, is none', () => {
    for (const status of ['pending', 'succeeded'] as const) {
      expect(said(compareRefund(undefined, payment, refund(status), nobody))).to.equal('orphan-refund')
      expect(said(compareRefund(undefined, undefined, refund(status), nobody))).to.equal('nothing')
      // Given back twice for one row.
      const twice = compareRefund(refundRow('succeeded'), payment, refund(status, { id: 're_2' }), nobody)
      expect(said(twice)).to.equal('orphan-refund')
    }
    expect(said(compareRefund(undefined, payment, refund('failed'), nobody))).to.equal('nothing')
    expect(said(compareRefund(refundRow('succeeded'), payment, refund('failed', { id: 're_2' }), nobody))).to.equal(
      'nothing',
    )
  })

  it('records nothing whose amount, currency or charge differs', () => {
    for (const other of [{ amount: 501 }, { currency: 'USD' }, { intentId: 'pi_2' }]) {
      for (const state of Object.keys(refundMatrix) as RefundState[])
        expect(said(compareRefund(refundRow(state), payment, refund('succeeded', other), nobody))).to.equal(
          'amount-differs',
        )
    }
  })
})
