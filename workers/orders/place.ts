// The story of an order, from top to bottom: hold its stock, charge it, commit the stock, tell the customer. With manual
// capture it ends after the second step, authorized, and goes on in ./capture.ts or ./cancel.ts. If a step fails for good,
// what was done is taken back, the order is cancelled and the customer is told why.
import { z } from 'zod'
import { idSchema, type OrderId, type PaymentId } from '../../lib/ids.ts'
import { acceptedAs, defineFlow } from '../../lib/jobs/define.ts'
import { authorizeOrder, orderState } from '../../lib/orders/authorized.ts'
import { writeCancellation, writeConfirmation } from '../../lib/orders/mails.ts'
import { OrderRequest, placeOrder } from '../../lib/orders/place.ts'
import { cancelOrder, confirmOrder } from '../../lib/orders/settle.ts'
import { codeOf } from '../../lib/problems.ts'

const Input = z.object({ orderId: idSchema<OrderId>(), paymentId: idSchema<PaymentId>() })

declare module '../../lib/jobs/definition.ts' {
  interface JobInputs {
    'orders.place': z.infer<typeof Input>
  }
}

export default defineFlow({
  type: 'orders.place',
  summary: 'Places an order: holds its stock, charges its payment, commits the stock and mails the confirmation.',
  input: Input,
  public: acceptedAs({ request: OrderRequest, idempotencyKey: 'required', accept: placeOrder }),
  steps: [
    {
      type: 'inventory.reserve',
      input: ({ orderId }) => ({ orderId }),
      undo: { type: 'inventory.release', input: ({ orderId }) => ({ orderId }) },
    },
    {
      type: 'payments.charge',
      input: ({ paymentId }) => ({ paymentId }),
      whenDone: ({ orderId }, trx) => authorizeOrder(trx, orderId),
      undo: { type: 'payments.reverse', input: ({ paymentId }) => ({ paymentId }) },
    },
    {
      type: 'inventory.commit',
      input: async ({ orderId }, trx) => ((await orderState(trx, orderId)) === 'authorized' ? undefined : { orderId }),
      whenDone: ({ orderId }, trx) => confirmOrder(trx, orderId),
    },
    {
      type: 'emails.send',
      input: ({ orderId }, trx) => writeConfirmation(trx, orderId),
      // The order stands even if its mail cannot be written or delivered.
      optional: true,
    },
  ],
  whenUndone: ({ orderId }, trx, error) => cancelOrder(trx, orderId, codeOf(error)),
  undone: [{ type: 'emails.send', input: ({ orderId }, trx) => writeCancellation(trx, orderId), optional: true }],
  result: async ({ orderId }, trx) => ({ orderId, state: await orderState(trx, orderId) }),
})
