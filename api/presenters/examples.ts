// What answers look like, for the documentation: one order, from its acceptance to its confirmation. A test holds each
// against its view.

const ids = {
  order: '019abcde-0000-7000-8000-000000000001',
  job: '019abcde-0000-7000-8000-000000000002',
  payment: '019abcde-0000-7000-8000-000000000003',
  refund: '019abcde-0000-7000-8000-000000000004',
  email: '019abcde-0000-7000-8000-000000000005',
  step: '019abcde-0000-7000-8000-000000000006',
}
const accepted = '2026-11-21T16:24:00.000Z'
const done = '2026-11-21T16:24:01.250Z'
const money = (amount: number) => ({ amount, currency: 'EUR' })

export const jobExample = {
  id: ids.job,
  type: 'orders.place',
  state: 'running',
  needsAttention: false,
  createdAt: accepted,
  runAt: accepted,
  startedAt: accepted,
  finishedAt: null,
  attempt: 1,
  maxAttempts: 8,
  cancelRequestedAt: null,
  priority: 5,
  startBefore: null,
  uniqueKey: null,
  progress: { done: 1, total: 4, message: 'payments.charge' },
  result: null,
  error: null,
  steps: [{ type: 'payments.charge', jobId: ids.step, state: 'running', undo: false }],
  links: { self: `/v1/jobs/${ids.job}`, events: `/v1/jobs/${ids.job}/events` },
}

export const newOrderExample = {
  id: ids.order,
  state: 'processing',
  customer: { email: 'ada@example.com', name: 'Ada Lovelace' },
  items: [{ sku: 'MUG-BLUE', name: 'Blue mug', quantity: 2, unitPrice: money(1290) }],
  total: money(2580),
  cancelReason: null,
  cancelNote: null,
  createdAt: accepted,
  updatedAt: accepted,
  links: { self: `/v1/orders/${ids.order}`, job: `/v1/jobs/${ids.job}` },
}

export const emailExample = {
  id: ids.email,
  to: 'ada@example.com',
  template: 'order-confirmed',
  state: 'sent',
  failureCode: null,
  whenUnknown: 'resend',
  copies: 1,
  messageId: `<${ids.email}@mail.errand.example>`,
  sentAt: done,
  createdAt: accepted,
}

export const refundExample = {
  id: ids.refund,
  paymentId: ids.payment,
  state: 'created',
  amount: money(500),
  reason: 'One mug came broken.',
  failureCode: null,
  createdAt: done,
}

export const paymentSummaryExample = {
  id: ids.payment,
  orderId: ids.order,
  state: 'captured',
  amount: money(2580),
  method: 'pm_card_visa',
  captureMethod: 'automatic',
  captured: money(2580),
  declineCode: null,
  authorizedAt: null,
  capturedAt: done,
  refunding: money(0),
  refunded: money(0),
  links: { self: `/v1/payments/${ids.payment}`, order: `/v1/orders/${ids.order}` },
}

export const paymentExample = {
  ...paymentSummaryExample,
  refunds: [],
  ledger: [
    { kind: 'capture', account: 'provider-balance', amount: money(2580), refundId: null, createdAt: done },
    { kind: 'capture', account: 'sales', amount: money(-2580), refundId: null, createdAt: done },
  ],
}

const step = (type: string) => ({ type, state: 'succeeded', undo: false, startedAt: accepted, finishedAt: done })

export const orderExample = {
  ...newOrderExample,
  state: 'confirmed',
  updatedAt: done,
  payment: paymentExample,
  holds: [{ sku: 'MUG-BLUE', quantity: 2, state: 'committed' }],
  mails: [emailExample],
  timeline: ['inventory.reserve', 'payments.charge', 'inventory.commit', 'emails.send'].map(step),
}

export const paymentAttemptExample = {
  type: 'payments.charge',
  jobId: ids.step,
  state: 'succeeded',
  attempts: 1,
  error: null,
  startedAt: accepted,
  finishedAt: done,
}
