// Idempotency-Key as Stripe honours it: the first answer is replayed, a stored 500 too; other parameters with the same key
// are an error; a key in use answers 409. https://docs.stripe.com/api/idempotent_requests
import { keyInUse, StripeError } from './errors.ts'

interface Entry {
  fingerprint: string
  answer: { status: number; body: unknown } | undefined
}

export interface Reply {
  status: number
  body: unknown
  /** Sent as the header `Idempotent-Replayed: true`. */
  replayed?: boolean
}

export class IdempotencyKeys {
  readonly #entries = new Map<string, Entry>()

  /** Runs `work` once for a key. Refusals that come before the endpoint runs are not stored, so `work` must start late. */
  async once(key: string | undefined, fingerprint: string, work: () => Promise<Reply>): Promise<Reply> {
    if (!key) return work()
    const known = this.#entries.get(key)
    if (known && known.fingerprint !== fingerprint) {
      throw new StripeError(
        400,
        'idempotency_error',
        'Keys for idempotent requests can only be used with the same parameters.',
      )
    }
    if (known && !known.answer) throw keyInUse()
    if (known?.answer) return { ...known.answer, replayed: true }
    const entry: Entry = { fingerprint, answer: undefined }
    this.#entries.set(key, entry)
    try {
      entry.answer = await work()
      return entry.answer
    } finally {
      if (!entry.answer) this.#entries.delete(key)
    }
  }
}
