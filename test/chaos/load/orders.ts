// Orders and what becomes of them: a plan is drawn from the seed at once, so that it does not depend on timing; then it is
// carried out. Some cards are declined, some SKUs sell out, some money is set aside first, some orders are refunded.
import { setTimeout as delay } from 'node:timers/promises'
import type { Random } from '../random.ts'
import { plenty, scarce } from './shop.ts'
import { type Client, call, steer, submit } from './submit.ts'

interface OrderPlan {
  items: { sku: string; quantity: number }[]
  method: string
  customer: { name: string; email: string }
  /** What is asked for next, if anything: each refund is a share of the total in percent, null for all that is left. */
  next:
    | { kind: 'refunds'; shares: (number | null)[]; atOnce: boolean }
    | { kind: 'capture' | 'cancel'; twice: boolean }
    /** Cancels the job itself, at any moment of it. */
    | { kind: 'call-off'; afterMs: number; twice: boolean }
    | null
}

const POLL_MS = 400
const FOLLOW_MS = 12_000

export function planOrder(random: Random): OrderPlan {
  const lines = random.between(1, 3)
  const shelf = random.chance(0.1) ? scarce : plenty
  const items = Array.from({ length: lines }, () => ({ sku: random.pick(shelf).sku, quantity: random.between(1, 3) }))
  const [first] = items
  // The same SKU on two lines.
  if (first && random.chance(0.2)) items.push({ ...first })
  const method = random.weighted([
    [82, 'pm_card_visa'],
    // Their refunds are pending at first, or fail later.
    [6, 'pm_card_pendingRefund'],
    [4, 'pm_card_refundFail'],
    [8, 'pm_card_chargeDeclined'],
    [4, 'pm_card_chargeDeclinedInsufficientFunds'],
  ])
  const number = random.between(1, 1e9)
  const customer = { name: `Customer ${number}`, email: `customer-${number}@example.com` }
  return { items, method, customer, next: planNext(random) }
}

function planNext(random: Random): OrderPlan['next'] {
  const twice = random.chance(0.3)
  return random.weighted<OrderPlan['next']>([
    [55, null],
    [10, { kind: 'refunds', shares: [null], atOnce: false }],
    [8, { kind: 'refunds', shares: [random.between(10, 60)], atOnce: false }],
    [6, { kind: 'refunds', shares: [30, 40, 20], atOnce: true }],
    // More than there is: at least one of them must be refused.
    [6, { kind: 'refunds', shares: [60, 60, 60], atOnce: true }],
    [10, { kind: 'capture', twice }],
    [5, { kind: 'cancel', twice }],
    [15, { kind: 'call-off', afterMs: random.between(0, 1_500), twice }],
  ])
}

export async function placeOrder(client: Client, { items, method, customer, next }: OrderPlan): Promise<void> {
  const manual = next?.kind === 'capture' || next?.kind === 'cancel'
  const body = { customer, items, payment: { method, ...(manual && { capture: 'manual' }) } }
  const accepted = await submit(client, { kind: 'order', path: '/v1/orders', body })
  if (!accepted || !next) return
  if (next.kind === 'call-off') return callOff(client, accepted.job.id, next)
  const orderId: string = accepted.order.id
  const settled = await follow(client, orderId, manual ? 'authorized' : 'captured')
  if (!settled) return
  if (next.kind === 'refunds') return refund(client, settled, next)
  const settle = () =>
    submit(client, { kind: next.kind as 'capture' | 'cancel', path: `/v1/orders/${orderId}/${next.kind}`, body: {} })
  await Promise.all(next.twice ? [settle(), settle()] : [settle()])
}

/** Whatever comes of it, money and stock must agree with how the order ends. */
async function callOff(
  client: Client,
  jobId: string,
  { afterMs, twice }: { afterMs: number; twice: boolean },
): Promise<void> {
  await delay(afterMs)
  const ask = () => steer(client, { kind: 'call-off', path: `/v1/jobs/${jobId}/cancel`, body: { reason: 'chaos' } })
  await Promise.all(twice ? [ask(), ask()] : [ask()])
}

interface FollowedPayment {
  id: string
  state: string
  amount: { amount: number }
}

/** Looks at an order now and then. @returns its payment once it has the state; undefined if that takes too long. */
async function follow(client: Client, orderId: string, state: string): Promise<FollowedPayment | undefined> {
  const deadline = Math.min(Date.now() + FOLLOW_MS, client.patience())
  while (Date.now() < deadline) {
    const answer = await call(client, 'GET', `/v1/orders/${orderId}`)
    const payment: FollowedPayment | undefined = answer?.body?.payment
    if (payment?.state === state) return payment
    if (payment && ['declined', 'cancelled'].includes(payment.state)) return undefined
    await delay(POLL_MS)
  }
  return undefined
}

async function refund(
  client: Client,
  { id, amount }: FollowedPayment,
  { shares, atOnce }: { shares: (number | null)[]; atOnce: boolean },
): Promise<void> {
  const requests = shares.map((share) => {
    const part = share === null ? {} : { amount: Math.max(1, Math.floor((amount.amount * share) / 100)) }
    return () =>
      submit(client, { kind: 'refund', path: `/v1/payments/${id}/refunds`, body: { ...part, reason: 'chaos' } })
  })
  if (atOnce) await Promise.all(requests.map((request) => request()))
  else for (const request of requests) await request()
}
