// Orders with manual capture: placed, their money and stock set aside, they wait to be captured or cancelled. Which of the
// two it is, is decided once, by a guarded change of the order's state when it is asked for.
import { raw } from 'objection'
import { z } from 'zod'
import type { Trx } from '../db.ts'
import { AppError, InvalidRequest } from '../errors.ts'
import type { OrderId } from '../ids.ts'
import type { AcceptContext } from '../jobs/definition.ts'
import { Order } from '../models/order.ts'
import { Payment } from '../models/payment.ts'
import { Amount } from '../money.ts'
import { line } from '../text.ts'

export const CaptureRequest = z
  .strictObject({
    amount: Amount.optional().meta({ description: 'In minor units; all when absent. The rest is released.' }),
  })
  .meta({ examples: [{}, { amount: 1290 }] })
export const CancelRequest = z
  .strictObject({ reason: line(200).optional() })
  .meta({ examples: [{ reason: 'The customer changed their mind.' }] })

/** processing → authorized, where the payment is authorized, not captured; any other state stays. */
export async function authorizeOrder(trx: Trx, id: OrderId): Promise<void> {
  await Order.query(trx)
    .patch({ state: 'authorized', updatedAt: raw('now()') })
    .where({ id, state: 'processing' })
    .whereExists(Payment.query(trx).where({ orderId: id, state: 'authorized' }))
}

export const orderState = async (trx: Trx, id: OrderId) => (await Order.query(trx).findById(id).throwIfNotFound()).state

/** authorized → capturing. @throws AppError not-found, conflict; InvalidRequest for more than is authorized. */
export async function beginCapture(
  { orderId, amount }: z.infer<typeof CaptureRequest> & { orderId: OrderId },
  context: AcceptContext,
) {
  const payment = await take(context, orderId, 'captured', { state: 'capturing' })
  if (amount !== undefined && amount > payment.amount)
    throw new InvalidRequest([{ pointer: '#/amount', detail: `${payment.amount} ${payment.currency} is authorized.` }])
  await payment.$query(context.trx).patch({ amountToCapture: amount ?? payment.amount })
  return { input: { orderId, paymentId: payment.id } }
}

/** authorized → cancelling. @throws AppError not-found, conflict */
export async function beginCancellation(
  { orderId, reason }: z.infer<typeof CancelRequest> & { orderId: OrderId },
  context: AcceptContext,
) {
  const payment = await take(context, orderId, 'cancelled', { state: 'cancelling', cancelNote: reason ?? null })
  return { input: { orderId, paymentId: payment.id } }
}

/**
 * capturing or cancelling → authorized: the flow that was asked for is called off, and did nothing.
 * @throws AppError not-cancellable where the payment was settled past us meanwhile: nothing but the flow ends the order then
 */
export async function reopenOrder(trx: Trx, id: OrderId, from: 'capturing' | 'cancelling'): Promise<null> {
  const payment = await Payment.query(trx).findOne({ orderId: id }).forNoKeyUpdate().throwIfNotFound()
  if (payment.state !== 'authorized')
    throw new AppError(
      'not-cancellable',
      `The payment is ${payment.state} already; the order cannot be authorized again.`,
    )
  await Order.query(trx)
    .patch({ state: 'authorized', settleJobId: null, cancelNote: null, updatedAt: raw('now()') })
    .where({ id, state: from })
  await payment.$query(trx).patch({ amountToCapture: null })
  return null
}

/** Takes the order for the flow that is being accepted. Of two at once one waits for the other, and is refused. */
async function take(
  { trx, accountId, jobId }: AcceptContext,
  id: OrderId,
  verb: string,
  change: object,
): Promise<Payment> {
  const taken = await Order.query(trx)
    .patch({ ...change, settleJobId: jobId, updatedAt: raw('now()') })
    .where({ id, accountId, state: 'authorized' })
  const order = await Order.query(trx).findOne({ id, accountId }).withGraphFetched('payment')
  if (!order) throw new AppError('not-found', 'There is no such order.')
  if (taken > 0) return order.payment
  const { payment, state } = order
  const instead = payment.state === 'captured' ? ` Its payment is captured; refund ${payment.id} instead.` : ''
  throw new AppError('conflict', `The order is ${state}; only an authorized order can be ${verb}.${instead}`)
}
