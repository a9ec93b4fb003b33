// Invariants 3 and 6: our payments and refunds against the provider's own books, and the ledger against both. A payment whose
// outcome is still being asked for by a job that an operator sees is not compared: that is what `unknown` is for.
import type { PaymentIntent, Refund as ProviderRefund } from '../../../lib/local/simulator/objects.ts'
import type { Facts, JobFact } from './facts.ts'
import { isFinal } from './jobs.ts'
import { type Finding, groupBy, type Rule, sum } from './rule.ts'

/** @returns the ids of payments and refunds that an unfinished, flagged job is about. */
function beingAsked(jobs: readonly JobFact[]): Set<unknown> {
  const open = jobs.filter((job) => !isFinal(job) && job.needsAttention)
  return new Set(open.flatMap(({ input }) => [input.paymentId, input.refundId]))
}

const intentsByPayment = ({ intents }: Facts) => groupBy(intents, (intent) => intent.metadata.payment_id)
const taken = (intents: PaymentIntent[] = []) => sum(intents.map((intent) => intent.amount_received))
const given = (refunds: ProviderRefund[] = []) =>
  refunds.filter((refund) => refund.status === 'succeeded').map((refund) => refund.amount)

const duplicateCharges: Rule = {
  name: 'duplicate charges: more than one captured intent, or more than asked',
  find(facts) {
    const amounts = new Map(facts.payments.map(({ id, amount }) => [id, amount]))
    return [...intentsByPayment(facts)].flatMap(([id, intents]): Finding[] => {
      const captured = intents.filter((intent) => intent.amount_received > 0)
      const total = taken(intents)
      if (captured.length <= 1 && total <= (amounts.get(id) ?? total)) return []
      return [{ id, detail: `${captured.length} captured intents, ${total} of ${amounts.get(id)} taken` }]
    })
  },
}

const capturedDiffers: Rule = {
  name: 'captured at the provider, but not so in our rows, or the reverse',
  find(facts) {
    const byPayment = intentsByPayment(facts)
    const asked = beingAsked(facts.jobs)
    const known = new Set(facts.payments.map(({ id }) => id))
    const orphans = facts.intents.filter(
      (each) => each.amount_received > 0 && !known.has(each.metadata.payment_id ?? ''),
    )
    const differing = facts.payments.filter(
      ({ id, capturedAmount }) => !asked.has(id) && taken(byPayment.get(id)) !== (capturedAmount ?? 0),
    )
    return [
      ...orphans.map(({ id, amount_received }) => ({ id, detail: `${amount_received} taken for no payment of ours` })),
      ...differing.map(({ id, state, capturedAmount }) => ({
        id,
        detail: `${state}, ${capturedAmount ?? 0} in our row, ${taken(byPayment.get(id))} at the provider`,
      })),
    ]
  },
}

const overRefunds: Rule = {
  name: 'over-refunds',
  find({ payments, intents, providerRefunds }) {
    const byIntent = groupBy(providerRefunds, (refund) => refund.payment_intent)
    const atProvider = intents.filter(({ id, amount_received }) => sum(given(byIntent.get(id))) > amount_received)
    const ours = payments.filter(({ refundAmount, capturedAmount }) => refundAmount > (capturedAmount ?? 0))
    return [...atProvider, ...ours].map(({ id }) => ({ id, detail: 'more was given back than was taken' }))
  },
}

const refundsDiffer: Rule = {
  name: 'refunds at the provider that differ from ours',
  find({ jobs, refunds, providerRefunds }) {
    const byRefund = groupBy(providerRefunds, (refund) => refund.metadata.refund_id ?? '')
    const asked = beingAsked(jobs)
    const known = new Set(refunds.map(({ id }) => id))
    const orphans = providerRefunds.filter((refund) => !known.has(refund.metadata.refund_id ?? ''))
    const differing = refunds.filter(({ id, state, amount, paymentId }) => {
      if (asked.has(id) || (asked.has(paymentId) && state !== 'succeeded')) return false
      const amounts = given(byRefund.get(id))
      return state === 'succeeded' ? amounts.length !== 1 || amounts[0] !== amount : amounts.length > 0
    })
    return [
      ...orphans.map(({ id, amount }) => ({ id, detail: `${amount} given back for no refund of ours` })),
      ...differing.map(({ id, state, amount }) => ({
        id,
        detail: `${state}, ${amount}; at the provider: ${given(byRefund.get(id)).join(' + ') || 'nothing'}`,
      })),
    ]
  },
}

const ledger: Rule = {
  name: 'ledger differences',
  find: ({ brokenLedger }) => brokenLedger.map((id) => ({ id, detail: 'entries differ from captured - refunded' })),
}

export const moneyRules: Rule[] = [duplicateCharges, capturedDiffers, overRefunds, refundsDiffer, ledger]
