// The steps of an order as jobs, on whatever library: each moves the order from one state to the next in one transaction with
// its effect and the job of the step after it, so a step that runs twice changes nothing the second time.
// What Errand guarantees and this does not: a lost answer of the payment provider is looked up (here the call is repeated with
// the same key, which is right for a day); money has a ledger, and is reconciled with the provider's; a hold expires; a mail
// that may be out is known to be; a step may be cancelled, retried by an operator, followed by the client; audits.
import type { Knex } from 'knex'
import type { Transporter } from 'nodemailer'
import { raw } from 'objection'
import Stripe from 'stripe'
import { Order, OrderItem, type OrderState, Payment } from './models.ts'
import { commit, release, reserve } from './stock.ts'

export const steps = ['reserve', 'charge', 'commit', 'mail'] as const
export type Step = (typeof steps)[number]

/** Adds the job of a step in a transaction. */
export type Enqueue = (trx: Knex.Transaction, step: Step, orderId: string) => Promise<unknown>

interface Means {
  db: Knex
  enqueue: Enqueue
  stripe: Stripe
  mail: Transporter
}

class OutOfStock extends Error {}

/** @returns what runs each step of an order. */
export function createSteps({ db, enqueue, stripe, mail }: Means): Record<Step, (orderId: string) => Promise<void>> {
  return {
    async reserve(id) {
      try {
        await db.transaction(async (trx) => {
          if (!(await advance(trx, id, 'placed', 'reserved'))) return
          if (!(await reserve(trx, id))) throw new OutOfStock()
          await enqueue(trx, 'charge', id)
        })
      } catch (error) {
        if (!(error instanceof OutOfStock)) throw error
        await advance(db, id, 'placed', 'cancelled')
      }
    },
    async charge(id) {
      const payment = await Payment.query(db).findById(id).throwIfNotFound()
      if (payment.state !== 'created') return
      const providerId = await take(stripe, payment)
      await db.transaction(async (trx) => {
        if (!(await advance(trx, id, 'reserved', providerId ? 'charged' : 'cancelled'))) return
        if (!providerId) {
          await Payment.query(trx).findById(id).patch({ state: 'declined' })
          return release(trx, id)
        }
        await Payment.query(trx).findById(id).patch({ state: 'captured', providerId, capturedAt: new Date() })
        await enqueue(trx, 'commit', id)
      })
    },
    async commit(id) {
      await db.transaction(async (trx) => {
        if (!(await advance(trx, id, 'charged', 'committed'))) return
        await commit(trx, id)
        await enqueue(trx, 'mail', id)
      })
    },
    async mail(id) {
      const order = await Order.query(db).findById(id).throwIfNotFound()
      if (order.state !== 'committed') return
      await mail.sendMail(write(order, await OrderItem.query(db).where({ orderId: id })))
      await advance(db, id, 'committed', 'completed')
    },
  }
}

/** @returns whether the order was in that state. */
async function advance(db: Knex, id: string, from: OrderState, state: OrderState): Promise<boolean> {
  return (
    (await Order.query(db)
      .patch({ state, updatedAt: raw('now()') })
      .where({ id, state: from })) > 0
  )
}

/** @returns the provider's id of the payment, or undefined for one that was declined. */
async function take(stripe: Stripe, { orderId, amount, currency, method }: Payment): Promise<string | undefined> {
  try {
    const intent = await stripe.paymentIntents.create(
      {
        amount,
        currency: currency.toLowerCase(),
        payment_method: method,
        confirm: true,
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
        metadata: { order_id: orderId },
      },
      { idempotencyKey: `order-${orderId}` },
    )
    return intent.status === 'succeeded' ? intent.id : undefined
  } catch (error) {
    if (error instanceof Stripe.errors.StripeCardError) return undefined
    throw error
  }
}

function write({ id, customerEmail, customerName, totalAmount }: Order, items: OrderItem[]) {
  const price = (cents: number) => `€${(cents / 100).toFixed(2)}`
  const lines = items.map(({ name, quantity, unitAmount }) => `${quantity} × ${name}: ${price(quantity * unitAmount)}`)
  const text = [`Hello ${customerName},`, '', `thank you for your order ${id}.`, '', ...lines, '', price(totalAmount)]
  return {
    from: 'Shop <orders@shop.example>',
    to: { name: customerName, address: customerEmail },
    messageId: `<${id}@shop.example>`,
    subject: 'Your order is confirmed',
    text: text.join('\n'),
    html: `<p>${text.join('<br>')}</p>`,
  }
}
