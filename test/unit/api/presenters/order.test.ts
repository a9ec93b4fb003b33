// Orders, payments, refunds, mails, products as clients see them: exactly the published fields.
import { expect } from 'chai'
import { presentNewOrder, presentOrder } from '../../../../api/presenters/order.ts'
import { Email } from '../../../../lib/models/email.ts'
import { Job } from '../../../../lib/models/job.ts'
import { Order, OrderItem } from '../../../../lib/models/order.ts'
import { Payment } from '../../../../lib/models/payment.ts'
import { Hold } from '../../../../lib/models/stock-ledger.ts'

const at = new Date('2030-01-01T09:00:00Z')
const SECRET = 'not-for-clients'
const hidden = { accountId: SECRET, productId: SECRET, orderId: SECRET }

const item = (productId: string, sku: string, quantity: number, unitAmount: number) =>
  Object.assign(new OrderItem(), {
    ...hidden,
    productId: `${SECRET}-${productId}`,
    sku,
    name: `The ${sku}`,
    quantity,
    unitAmount,
  })
const hold = (productId: string, quantity: number) =>
  Object.assign(new Hold(), {
    ...hidden,
    id: SECRET,
    productId: `${SECRET}-${productId}`,
    quantity,
    state: 'held',
    settledAt: null,
  })

const order = Object.assign(new Order(), {
  ...hidden,
  id: 'order-1',
  jobId: 'job-1',
  state: 'processing',
  customerEmail: 'ada@example.com',
  customerName: 'Ada',
  totalAmount: 10_700,
  currency: 'EUR',
  cancelReason: null,
  cancelNote: null,
  settleJobId: null,
  createdAt: at,
  updatedAt: at,
  items: [item('1', 'KETTLE', 2, 4_900), item('2', 'MUG', 1, 900)],
  payment: Object.assign(new Payment(), {
    refundedAmount: 0,
    refunds: [],
    ledger: [],
    ...hidden,
    id: 'payment-1',
    orderId: 'order-1',
    state: 'processing',
    amount: 10_700,
    currency: 'EUR',
    providerId: SECRET,
  }),
  holds: [hold('2', 1), hold('1', 2)],
  emails: [
    Object.assign(new Email(), {
      ...hidden,
      id: 'mail-1',
      toAddress: 'ada@example.com',
      template: 'order-confirmed',
      state: 'sent',
      data: { name: SECRET },
      textBody: SECRET,
    }),
  ],
}) as unknown as Order

const steps = [
  Object.assign(new Job(), {
    type: 'inventory.reserve',
    state: 'succeeded',
    startedAt: at,
    finishedAt: at,
    input: { orderId: SECRET },
  }),
  Object.assign(new Job(), {
    type: 'payments.charge',
    state: 'running',
    startedAt: at,
    finishedAt: null,
    input: { paymentId: SECRET },
  }),
] as unknown as Job[]

describe('an order as clients see it', () => {
  it('has, when it is new, the published fields and no other', () => {
    expect(presentNewOrder(order)).to.deep.equal({
      id: 'order-1',
      state: 'processing',
      customer: { email: 'ada@example.com', name: 'Ada' },
      items: [
        { sku: 'KETTLE', name: 'The KETTLE', quantity: 2, unitPrice: { amount: 4_900, currency: 'EUR' } },
        { sku: 'MUG', name: 'The MUG', quantity: 1, unitPrice: { amount: 900, currency: 'EUR' } },
      ],
      total: { amount: 10_700, currency: 'EUR' },
      cancelReason: null,
      cancelNote: null,
      createdAt: at,
      updatedAt: at,
      links: { self: '/v1/orders/order-1', job: '/v1/jobs/job-1' },
    })
  })

  it('links to the job that captures or cancels it, once there is one', () => {
    const settled = { ...order, settleJobId: 'job-2' } as unknown as Order
    expect(presentNewOrder(settled).links).to.include({ job: '/v1/jobs/job-1', settleJob: '/v1/jobs/job-2' })
  })

  it('shows its payment, holds, mails and timeline beside them', () => {
    const shown = presentOrder(order, steps)
    expect(shown).to.deep.include(presentNewOrder(order))
    expect(shown).to.have.all.keys(...Object.keys(presentNewOrder(order)), 'payment', 'holds', 'mails', 'timeline')
    expect(shown.payment).to.include({ id: 'payment-1', state: 'processing' })
    expect(shown.mails[0]).to.include({ id: 'mail-1', to: 'ada@example.com', state: 'sent' })
    expect(shown.timeline).to.deep.equal([
      { type: 'inventory.reserve', state: 'succeeded', undo: false, startedAt: at, finishedAt: at },
      { type: 'payments.charge', state: 'running', undo: false, startedAt: at, finishedAt: null },
    ])
  })

  it('names what it holds by SKU, whatever the order of the rows', () => {
    expect(presentOrder(order, steps).holds).to.deep.equal([
      { sku: 'MUG', quantity: 1, state: 'held' },
      { sku: 'KETTLE', quantity: 2, state: 'held' },
    ])
  })

  it('invariant 10: shows no column that is not published', () => {
    expect(JSON.stringify(presentOrder(order, steps))).to.not.contain(SECRET)
  })
})
