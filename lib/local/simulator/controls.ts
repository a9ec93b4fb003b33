// What happens at a real provider by itself or by others, here on command: a refund fails later, an authorization expires.
// For tests in the same process; the same over HTTP is in control-routes.ts.
import type { Books } from './books.ts'
import { readEvent } from './endpoints.ts'
import type { FaultScript } from './faults.ts'
import { expireIntent } from './intents.ts'
import type { PaymentIntent, Refund, StripeEvent } from './objects.ts'
import { failRefund, succeedRefund } from './refunds.ts'
import type { Webhooks } from './webhooks.ts'

/** All throw StripeError for what does not exist and for a state in which it cannot happen. */
export interface Controls {
  /** A refund fails, though it may have succeeded before: the money counts as not refunded again. */
  failRefund(id: string, reason?: string): Refund
  /** A pending refund succeeds. */
  succeedRefund(id: string): Refund
  /** Money that was set aside is released, because nobody captured it in time. */
  expireIntent(id: string): PaymentIntent
  /** Sends an event once more, as the button on Stripe's dashboard does. */
  resendEvent(id: string): StripeEvent
  /** From now on nothing goes wrong, neither with calls nor with webhooks. */
  calm(): void
}

export const createControls = (books: Books, faults: FaultScript, webhooks: Webhooks): Controls => ({
  failRefund: (id, reason) => failRefund(books, id, reason),
  succeedRefund: (id) => succeedRefund(books, id),
  expireIntent: (id) => expireIntent(books, id),
  resendEvent: (id) => {
    const event = readEvent(books, id)
    webhooks.send(event)
    return event
  },
  calm: () => {
    faults.calm()
    webhooks.chaos({})
  },
})
