// An authorized order is called off: give back its stock, which others want, then its money, and tell the customer.
import { z } from 'zod'
import { AppError } from '../../lib/errors.ts'
import { idSchema, type OrderId, type PaymentId } from '../../lib/ids.ts'
import { acceptedAs, defineFlow } from '../../lib/jobs/define.ts'
import { beginCancellation, CancelRequest, orderState, reopenOrder } from '../../lib/orders/authorized.ts'
import { writeCancellation } from '../../lib/orders/mails.ts'
import { cancelOrder } from '../../lib/orders/settle.ts'

const Input = z.object({
  orderId: idSchema<OrderId>(),
  paymentId: idSchema<PaymentId>(),
  /** Why, where its account did not ask for it. */
  cause: z.enum(['authorization-expired']).optional(),
})

declare module '../../lib/jobs/definition.ts' {
  interface JobInputs {
    'orders.cancel': z.infer<typeof Input>
  }
}

export default defineFlow({
  type: 'orders.cancel',
  summary: 'Cancels an authorized order: gives back its stock and its money and mails the cancellation.',
  input: Input,
  public: acceptedAs({
    request: CancelRequest.extend({ orderId: idSchema<OrderId>() }).meta({
      examples: [{ orderId: '019abcde-0000-7000-8000-000000000001' }],
    }),
    idempotencyKey: 'required',
    finishing: true,
    accept: beginCancellation,
  }),
  // Once stock or money may be given back it only goes on; before, the order waits again.
  cancel: 'before-start',
  whenCancelled: async ({ orderId, cause }, trx) => {
    if (cause) throw new AppError('not-cancellable', 'The authorization of the payment is gone.')
    return reopenOrder(trx, orderId, 'cancelling')
  },
  steps: [
    {
      type: 'inventory.release',
      input: ({ orderId }) => ({ orderId }),
      // Its failure must not keep the money from going back.
      optional: true,
      undo: { type: 'inventory.release', input: ({ orderId }) => ({ orderId }) },
    },
    {
      type: 'payments.reverse',
      input: ({ paymentId }) => ({ paymentId }),
      whenDone: ({ orderId, cause }, trx) => cancelOrder(trx, orderId, cause ?? 'requested'),
      undo: { type: 'payments.reverse', input: ({ paymentId }) => ({ paymentId }) },
    },
    { type: 'emails.send', input: ({ orderId }, trx) => writeCancellation(trx, orderId), optional: true },
  ],
  // A flow that could not even begin is turned back, which comes to the same.
  whenUndone: ({ orderId, cause }, trx) => cancelOrder(trx, orderId, cause ?? 'requested'),
  undone: [{ type: 'emails.send', input: ({ orderId }, trx) => writeCancellation(trx, orderId), optional: true }],
  result: async ({ orderId }, trx) => ({ orderId, state: await orderState(trx, orderId) }),
})
