// An authorized order goes on: take its money, or a part of it, commit its stock, tell the customer. If the authorization is
// gone, the stock is given back, the order is cancelled and the customer is told.
import { z } from 'zod'
import { idSchema, type OrderId, type PaymentId } from '../../lib/ids.ts'
import { acceptedAs, defineFlow } from '../../lib/jobs/define.ts'
import { beginCapture, CaptureRequest, orderState, reopenOrder } from '../../lib/orders/authorized.ts'
import { writeCancellation, writeConfirmation } from '../../lib/orders/mails.ts'
import { cancelOrder, confirmOrder } from '../../lib/orders/settle.ts'
import { codeOf } from '../../lib/problems.ts'

const Input = z.object({ orderId: idSchema<OrderId>(), paymentId: idSchema<PaymentId>() })

declare module '../../lib/jobs/definition.ts' {
  interface JobInputs {
    'orders.capture': z.infer<typeof Input>
  }
}

export default defineFlow({
  type: 'orders.capture',
  summary: 'Captures an authorized order: takes its money, commits its stock and mails the confirmation.',
  input: Input,
  public: acceptedAs({
    request: CaptureRequest.extend({ orderId: idSchema<OrderId>() }).meta({
      examples: [{ orderId: '019abcde-0000-7000-8000-000000000001' }],
    }),
    idempotencyKey: 'required',
    finishing: true,
    accept: beginCapture,
  }),
  // Once money may be on its way it only goes on; before, the order waits again.
  cancel: 'before-start',
  whenCancelled: ({ orderId }, trx) => reopenOrder(trx, orderId, 'capturing'),
  steps: [
    {
      // Done when the order was placed; only its undo is left.
      type: 'inventory.reserve',
      input: () => undefined,
      undo: { type: 'inventory.release', input: ({ orderId }) => ({ orderId }) },
    },
    {
      type: 'payments.capture',
      input: ({ paymentId }) => ({ paymentId }),
      undo: { type: 'payments.reverse', input: ({ paymentId }) => ({ paymentId }) },
    },
    {
      type: 'inventory.commit',
      input: ({ orderId }) => ({ orderId }),
      whenDone: ({ orderId }, trx) => confirmOrder(trx, orderId),
    },
    { type: 'emails.send', input: ({ orderId }, trx) => writeConfirmation(trx, orderId), optional: true },
  ],
  whenUndone: ({ orderId }, trx, error) => cancelOrder(trx, orderId, codeOf(error)),
  undone: [{ type: 'emails.send', input: ({ orderId }, trx) => writeCancellation(trx, orderId), optional: true }],
  result: async ({ orderId }, trx) => ({ orderId, state: await orderState(trx, orderId) }),
})
