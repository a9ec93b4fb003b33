// The simulator's books: every object it made, kept in a journal file so that a restart forgets no charge.

import { randomBytes } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'

export interface PaymentIntent {
  id: string
  object: 'payment_intent'
  amount: number
  amount_received: number
  currency: string
  status: 'requires_payment_method' | 'requires_confirmation' | 'processing' | 'succeeded' | 'canceled'
  payment_method: string | null
  last_payment_error: { type: string; code: string; decline_code?: string; message: string } | null
  latest_charge: string | null
  metadata: Record<string, string>
  created: number
}

export interface Refund {
  id: string
  object: 'refund'
  amount: number
  currency: string
  payment_intent: string
  status: 'succeeded' | 'failed'
  failure_reason?: string
  metadata: Record<string, string>
  created: number
}

type Entry = PaymentIntent | Refund

/** @returns an id as Stripe's look: a prefix and 24 letters and digits. */
export const providerId = (prefix: string) => `${prefix}_${randomBytes(18).toString('hex').slice(0, 24)}`

export class Books {
  readonly intents = new Map<string, PaymentIntent>()
  readonly refunds = new Map<string, Refund>()
  readonly #journal: string | undefined

  /** @param journal the file that survives a restart; in memory where absent */
  constructor(journal?: string) {
    this.#journal = journal
    if (!journal || !existsSync(journal)) return
    for (const line of readFileSync(journal, 'utf8').split('\n')) if (line) this.#remember(JSON.parse(line))
  }

  /** Writes an object's new state. */
  save<E extends Entry>(entry: E): E {
    this.#remember(entry)
    if (this.#journal) appendFileSync(this.#journal, `${JSON.stringify(entry)}\n`)
    return entry
  }

  /** What a payment intent has given back so far. */
  refunded(intentId: string): number {
    const refunds = [...this.refunds.values()].filter((refund) => refund.payment_intent === intentId)
    return refunds.filter((refund) => refund.status === 'succeeded').reduce((sum, refund) => sum + refund.amount, 0)
  }

  #remember(entry: Entry): void {
    if (entry.object === 'payment_intent') this.intents.set(entry.id, entry)
    else this.refunds.set(entry.id, entry)
  }
}
