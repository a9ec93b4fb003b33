// A run in which all went well: one order, paid, shipped, partly refunded, its mail delivered; one adjustment. Tests break it.
import type { PaymentIntent, Refund } from '../../../lib/local/simulator/objects.ts'
import type { Injected } from '../../chaos/faults/inject.ts'
import type { Fault } from '../../chaos/faults/schedule.ts'
import type { Facts, JobFact } from '../../chaos/verdict/facts.ts'
import type { Delivery } from '../../chaos/verdict/mails.ts'

export const T0 = Date.UTC(2026, 0, 1)
const accountId = 'account'

export const job = (id: string, type: string, more: Partial<JobFact> = {}): JobFact => ({
  id,
  accountId,
  type,
  state: 'succeeded',
  needsAttention: null,
  error: null,
  parentId: null,
  input: {},
  createdAt: new Date(T0),
  finishedAt: new Date(T0 + 1_000),
  ...more,
})

export const intent = (more: Partial<PaymentIntent> = {}) =>
  ({
    id: 'pi_1',
    status: 'succeeded',
    amount: 900,
    amount_received: 900,
    metadata: { payment_id: 'payment' },
    ...more,
  }) as PaymentIntent

export const providerRefund = (more: Partial<Refund> = {}) =>
  ({
    id: 're_1',
    status: 'succeeded',
    amount: 300,
    payment_intent: 'pi_1',
    metadata: { refund_id: 'refund' },
    ...more,
  }) as Refund

export const delivery = (more: Partial<Delivery> = {}): Delivery => ({
  messageId: '<mail@errand>',
  at: T0,
  worker: 'worker-1',
  answer: 'accepted',
  ...more,
})

export const injected = (fault: Partial<Fault>, startedAt: number, healedAt = startedAt): Injected => ({
  fault: { at: 0, kind: 'freeze worker', group: 'process', target: 'worker-1', forMs: 0, ...fault },
  startedAt,
  healedAt,
})

const accepted = (kind: 'order' | 'refund' | 'adjustment', jobId: string, subjectId: string | null) => ({
  kind,
  key: `key-${jobId}`,
  accountId,
  jobId,
  subjectId,
  at: T0,
})

export const goodRun = (more: Partial<Facts> = {}): Facts => ({
  accepted: [
    accepted('order', 'place', 'order'),
    accepted('refund', 'give-back', 'refund'),
    accepted('adjustment', 'adjust', null),
  ],
  contradictions: [],
  faults: [],
  stalls: [],
  jobs: [
    job('place', 'orders.place', { input: { orderId: 'order', paymentId: 'payment' } }),
    job('charge', 'payments.charge', { parentId: 'place', input: { paymentId: 'payment' } }),
    job('give-back', 'payments.refund', { input: { refundId: 'refund' } }),
    job('adjust', 'inventory.adjust', { input: { adjustmentId: 'adjustment' } }),
  ],
  keys: ['place', 'give-back', 'adjust'].map((jobId) => ({ accountId, key: `key-${jobId}`, jobId })),
  orders: [{ id: 'order', jobId: 'place', state: 'confirmed' }],
  items: [{ orderId: 'order', productId: 'product', quantity: 3 }],
  holds: [{ id: 'hold', orderId: 'order', productId: 'product', quantity: 3, state: 'committed' }],
  payments: [
    { id: 'payment', orderId: 'order', state: 'captured', amount: 900, capturedAmount: 900, refundAmount: 300 },
  ],
  refunds: [{ id: 'refund', paymentId: 'payment', state: 'succeeded', amount: 300 }],
  emails: [{ id: 'mail', messageId: '<mail@errand>', state: 'sent', whenUnknown: 'resend', copies: 1 }],
  stock: [{ productId: 'product', sku: 'MUG', onHand: 12, reserved: 0 }],
  movements: [
    { productId: 'product', quantity: 10, holdId: null, adjustmentId: 'opening' },
    { productId: 'product', quantity: 5, holdId: null, adjustmentId: 'adjustment' },
    { productId: 'product', quantity: -3, holdId: 'hold', adjustmentId: null },
  ],
  adjustments: [
    { id: 'opening', delta: 10 },
    { id: 'adjustment', delta: 5 },
  ],
  openingStock: new Map([['MUG', 10]]),
  brokenLedger: [],
  discrepancies: [],
  intents: [intent()],
  providerRefunds: [providerRefund()],
  deliveries: [delivery()],
  ...more,
})
