// The simulator's books: every object it made and every event of theirs, kept in a journal file so that a restart forgets no
// charge, refund or event. An object and the events of its change are written at once.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { type EventType, eventOf, type PaymentIntent, type Refund, type StripeEvent, type Subject } from './objects.ts'

export type { PaymentIntent, Refund, StripeEvent } from './objects.ts'

export class Books {
  /** Oldest first, as are the others. */
  readonly intents = new Map<string, PaymentIntent>()
  readonly refunds = new Map<string, Refund>()
  readonly events = new Map<string, StripeEvent>()
  readonly #journal: string | undefined
  readonly #listeners: ((event: StripeEvent) => void)[] = []

  /** @param journal the file that survives a restart; in memory where absent */
  constructor(journal?: string) {
    this.#journal = journal
    if (!journal || !existsSync(journal)) return
    for (const line of readFileSync(journal, 'utf8').split('\n')) if (line) this.#remember(JSON.parse(line))
  }

  /** Writes an object's new state, and the events that tell of it. */
  save<E extends Subject>(entry: E, ...types: EventType[]): E {
    const events = types.map((type) => eventOf(type, entry))
    const written = [entry, ...events]
    if (this.#journal) appendFileSync(this.#journal, written.map((each) => `${JSON.stringify(each)}\n`).join(''))
    for (const each of written) this.#remember(each)
    for (const event of events) for (const listener of this.#listeners) listener(event)
    return entry
  }

  /** Calls `listener` with every event from now on, right after it is written. */
  onEvent(listener: (event: StripeEvent) => void): void {
    this.#listeners.push(listener)
  }

  /** What a payment intent has given back so far: a pending refund counts, as at Stripe, and one that failed does not. */
  refunded(intentId: string): number {
    const refunds = [...this.refunds.values()].filter((refund) => refund.payment_intent === intentId)
    return refunds.filter((refund) => refund.status !== 'failed').reduce((sum, refund) => sum + refund.amount, 0)
  }

  #remember(entry: Subject | StripeEvent): void {
    if (entry.object === 'payment_intent') this.intents.set(entry.id, entry)
    else if (entry.object === 'refund') this.refunds.set(entry.id, entry)
    else this.events.set(entry.id, entry)
  }
}
