// The verdict of the chaos suite must be able to be "broken": each fabricated violation is found, by its rule, and named.
import { expect } from 'chai'
import type { Facts } from '../../chaos/verdict/facts.ts'
import { judge } from '../../chaos/verdict/index.ts'
import { countJobs } from '../../chaos/verdict/jobs.ts'
import { recoveries } from '../../chaos/verdict/recovery.ts'
import { delivery, goodRun, injected, intent, job, providerRefund, T0 } from './facts.ts'

const good = goodRun()

/** The rules that a run breaks, by the words their names begin with, and the ids they name. */
const broken = (more: Partial<Facts>) =>
  judge(goodRun(more))
    .filter(({ findings }) => findings.length > 0)
    .map(({ name, findings }) => [name.split(/[:,]/)[0], ...new Set(findings.map(({ id }) => id))])

const withJob = (id: string, change: object) => ({
  jobs: good.jobs.map((each) => (each.id === id ? { ...each, ...change } : each)),
})
const open = { state: 'scheduled', finishedAt: null }

describe('the verdict', () => {
  it('finds nothing wrong with a run in which all went well', () => {
    expect(broken({})).to.deep.equal([])
    expect(countJobs(good)).to.deep.equal({
      accepted: 3,
      succeeded: 3,
      failed: 0,
      cancelled: 0,
      needsAttention: 0,
      jobs: 4,
    })
  })

  describe('on jobs (invariant 2)', () => {
    it('finds one that was accepted and is not there', () => {
      const jobs = good.jobs.filter(({ id }) => id !== 'adjust')
      expect(broken({ jobs })).to.deep.equal([['LOST', 'adjust']])
    })

    it('finds one that is not final and that nobody is told about, a step of a flow too', () => {
      expect(broken(withJob('adjust', { ...open, state: 'running' }))).to.deep.include(['LOST', 'adjust'])
      expect(broken(withJob('charge', open))).to.deep.include(['LOST', 'charge'])
    })

    it('is content with one that an operator sees, and with the flow that waits for it', () => {
      const jobs = good.jobs.map((each) => {
        if (each.id === 'place') return { ...each, ...open, state: 'running' }
        return each.id === 'charge' ? { ...each, ...open, needsAttention: 'no answer' } : each
      })
      expect(broken({ jobs })).to.deep.equal([])
      expect(countJobs({ ...good, jobs })).to.include({ needsAttention: 1, succeeded: 2 })
    })

    it('finds an order, a mail or a refund without its row', () => {
      expect(broken({ refunds: [], providerRefunds: [] })).to.deep.equal([['accepted orders', 'refund']])
    })

    it('finds a failure without a problem object, and attention without a reason', () => {
      const failed = { state: 'failed', error: { message: 'oops' } }
      expect(broken({ jobs: [...good.jobs, job('mail-job', 'emails.send', failed)] })).to.deep.equal([
        ['failed jobs without a problem object', 'mail-job'],
      ])
      expect(broken(withJob('adjust', { needsAttention: ' ' }))).to.deep.equal([
        ['jobs marked needsAttention without a reason', 'adjust'],
      ])
    })

    it('finds a key with two jobs, a job without a key, and an answer that changed', () => {
      const jobs = [...good.jobs, job('twin', 'payments.refund')]
      expect(broken({ jobs })).to.deep.equal([['idempotency', 'twin']])
      const keys = good.keys.map((each) => (each.jobId === 'adjust' ? { ...each, jobId: 'other' } : each))
      expect(broken({ keys })).to.deep.equal([['idempotency', 'adjust']])
      expect(broken({ contradictions: ['key k: job a, then job b'] })).to.deep.equal([['idempotency', 'k:']])
    })
  })

  describe('on money (invariants 3 and 6)', () => {
    it('finds a payment that was charged twice', () => {
      expect(broken({ intents: [intent(), intent({ id: 'pi_2' })] })).to.deep.include(['duplicate charges', 'payment'])
    })

    it('finds more taken than asked', () => {
      expect(broken({ intents: [intent({ amount_received: 901 })] })).to.deep.include(['duplicate charges', 'payment'])
    })

    it('finds a capture that our rows do not know, and one that the provider does not', () => {
      const name = 'captured at the provider'
      const payments = good.payments.map((each) => ({ ...each, state: 'declined', capturedAmount: null }))
      expect(broken({ payments })).to.deep.include([name, 'payment'])
      expect(broken({ intents: [] })).to.deep.include([name, 'payment'])
      expect(broken({ intents: [intent(), intent({ id: 'pi_x', metadata: {} })] })).to.deep.include([name, 'pi_x'])
    })

    it('does not compare a payment that a flagged job is still asking for', () => {
      const asking = job('ask', 'payments.charge', {
        ...open,
        needsAttention: 'no answer',
        input: { paymentId: 'payment' },
      })
      const payments = good.payments.map((each) => ({
        ...each,
        state: 'unknown',
        capturedAmount: null,
        refundAmount: 0,
      }))
      const names = broken({ payments, jobs: [...good.jobs, asking] }).map(([name]) => name)
      expect(names).to.not.include('captured at the provider')
    })

    it('finds more given back than was taken', () => {
      const providerRefunds = [providerRefund(), providerRefund({ id: 're_2', amount: 700 })]
      expect(broken({ providerRefunds })).to.deep.include(['over-refunds', 'pi_1'])
    })

    it('finds a refund sent twice, of another amount, recorded as failed, or of nobody', () => {
      const name = 'refunds at the provider that differ from ours'
      expect(broken({ providerRefunds: [providerRefund(), providerRefund({ id: 're_2' })] })).to.deep.include([
        name,
        'refund',
      ])
      expect(broken({ providerRefunds: [providerRefund({ amount: 299 })] })).to.deep.include([name, 'refund'])
      expect(broken({ providerRefunds: [providerRefund({ status: 'failed' })] })).to.deep.include([name, 'refund'])
      const refunds = good.refunds.map((each) => ({ ...each, state: 'failed' }))
      expect(broken({ refunds })).to.deep.include([name, 'refund'])
      const stray = providerRefund({ id: 're_x', metadata: {} })
      expect(broken({ providerRefunds: [providerRefund(), stray] })).to.deep.include([name, 're_x'])
    })

    it('finds a ledger that differs', () => {
      expect(broken({ brokenLedger: ['payment'] })).to.deep.equal([['ledger differences', 'payment']])
    })
  })

  describe('on stock (invariant 5)', () => {
    const stock = good.stock.map((each) => ({ ...each }))

    it('finds figures that their log does not explain', () => {
      const name = 'stock differences'
      expect(broken({ stock: stock.map((each) => ({ ...each, onHand: 11 })) })).to.deep.equal([[name, 'product']])
      expect(broken({ stock: stock.map((each) => ({ ...each, reserved: 1 })) })).to.deep.equal([[name, 'product']])
    })

    it('finds a hold or an adjustment that moved stock twice, or not at all', () => {
      const [opening, adjusted, shipped] = good.movements as [never, never, never]
      const name = 'stock moved twice'
      expect(broken({ movements: [opening, adjusted, shipped, shipped] })).to.deep.include([name, 'hold'])
      expect(broken({ movements: [opening, shipped] })).to.deep.include([name, 'adjust'])
      expect(
        broken(withJob('adjust', { state: 'failed', error: { type: 't', title: 't', status: 409, detail: 'd' } })),
      ).to.deep.equal([[name, 'adjust']])
    })

    it('finds more confirmed than there ever was', () => {
      expect(broken({ items: [{ orderId: 'order', productId: 'product', quantity: 16 }] })).to.deep.include([
        'oversold',
        'product',
      ])
    })

    it('finds an order whose payment or stock tells another story', () => {
      const name = 'orders whose payment or stock tells another story'
      const as = (state: string) => ({ orders: good.orders.map((order) => ({ ...order, state })) })
      expect(broken(as('cancelled'))).to.deep.equal([[name, 'order']])
      expect(broken(as('authorized'))).to.deep.equal([[name, 'order']])
      expect(broken(as('processing'))).to.deep.equal([[name, 'order']])
      expect(
        broken({
          holds: good.holds.map((hold) => ({ ...hold, state: 'released' })),
          movements: good.movements.slice(0, 2),
          stock: stock.map((each) => ({ ...each, onHand: 15 })),
        }),
      ).to.deep.equal([[name, 'order']])
    })
  })

  describe('on mails (invariant 3)', () => {
    const name = 'duplicate mails outside the documented window'
    const twice = (first: object = {}) => [delivery(first), delivery({ at: T0 + 5_000, worker: 'worker-2' })]
    const copies = (n: number, whenUnknown = 'resend') =>
      good.emails.map((each) => ({ ...each, copies: n, whenUnknown }))

    it('finds a second copy that nothing explains', () => {
      expect(broken({ deliveries: twice(), emails: copies(2) })).to.deep.equal([[name, '<mail@errand>']])
    })

    it('is content when the mail server gave no answer to the first, or its worker was struck then', () => {
      expect(broken({ deliveries: twice({ answer: 'none' }), emails: copies(2) })).to.deep.equal([])
      const faults = [injected({}, T0 + 200, T0 + 4_000)]
      expect(broken({ deliveries: twice(), emails: copies(2), faults })).to.deep.equal([])
      const stalls = [injected({ group: 'machine' }, T0 + 200, T0 + 4_000)]
      expect(broken({ deliveries: twice(), emails: copies(2), stalls })).to.deep.equal([])
    })

    it('is not content with a fault of another worker, another link, another time, or of the engine', () => {
      const others = [
        injected({ target: 'worker-2' }, T0),
        injected({ group: 'network', kind: 'cut provider (one)', link: 'provider' }, T0),
        injected({ group: 'network', kind: 'slow database (all)', link: 'database', target: 'all' }, T0),
        injected({ group: 'server', kind: 'FLUSHALL', target: 'redis' }, T0),
        injected({}, T0 + 11_000),
        injected({}, T0 - 9_000, T0 - 4_000),
      ]
      for (const fault of others) {
        expect(broken({ deliveries: twice(), emails: copies(2), faults: [fault] }), fault.fault.kind).to.have.length(1)
      }
    })

    it('finds more copies than the row counts, a second one where that is forbidden, and a mail of nobody', () => {
      const deliveries = twice({ answer: 'none' })
      expect(broken({ deliveries })).to.deep.equal([[name, '<mail@errand>']])
      expect(broken({ deliveries, emails: copies(2, 'leave') })).to.deep.equal([[name, '<mail@errand>']])
      expect(broken({ deliveries: [delivery(), delivery({ messageId: '<x>' })] })).to.deep.equal([[name, '<x>']])
    })

    it('finds a mail marked sent that never arrived, and one recorded as failed that did', () => {
      expect(broken({ deliveries: [] })).to.deep.equal([['mails marked sent that never arrived', 'mail']])
      expect(broken({ deliveries: [delivery({ answer: 'refused' })] })).to.deep.equal([
        ['mails marked sent that never arrived', 'mail'],
      ])
      const emails = good.emails.map((each) => ({ ...each, state: 'failed' }))
      expect(broken({ emails })).to.deep.equal([['mails recorded as not sent that did arrive', 'mail']])
    })
  })

  it('measures recovery from the end of a fault to the next job that ended well', () => {
    const faults = [injected({}, T0 - 500, T0 + 400), injected({}, T0 - 500, T0 + 2_000)]
    expect(recoveries(faults, good.jobs)).to.deep.equal([{ kind: 'freeze worker', times: 2, longestMs: 600 }])
  })
})
