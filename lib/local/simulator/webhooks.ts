// Sends events to a webhook as Stripe does: signed, again with growing delays until a 2xx, each on its own, in no promised
// order. What waits is kept in memory: it is forgotten when the simulator stops or the webhook is taken away.
import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { now, type StripeEvent } from './objects.ts'
import { type ChaosCounts, disorder, type WebhookChaos } from './webhook-chaos.ts'

export const webhookSchema = z.strictObject({ url: z.url({ protocol: /^https?$/ }), secret: z.string().min(1) })
/** Where events go, and the secret they are signed with (`whsec_…`). */
export type Webhook = z.infer<typeof webhookSchema>

interface Delivery {
  event: StripeEvent
  /** From 1. */
  attempt: number
}

/** At most so many requests at a time; the others wait. */
const CONCURRENT = 16
const TIMEOUT_MS = 10_000
const HELD_MS = 500
const FIRST_RETRY_MS = 250
const LONGEST_RETRY_MS = 15_000
/** With the delays above: about three minutes after the event. */
const ATTEMPTS = 18
const retryMs = (attempt: number) => Math.min(FIRST_RETRY_MS * 2 ** (attempt - 1), LONGEST_RETRY_MS)

/** Signs as Stripe does. https://docs.stripe.com/webhooks#verify-manually */
function signatureOf(body: string, secret: string): string {
  const timestamp = now()
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')
  return `t=${timestamp},v1=${signature}`
}

export class Webhooks {
  #target: Webhook | undefined
  #queue: Delivery[] = []
  readonly #sending = new Set<Promise<void>>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #aborted = new AbortController()
  /** `delivered` counts answers with a 2xx, `retried` those without, `abandoned` the events given up. */
  readonly counts = { delivered: 0, retried: 0, abandoned: 0, dropped: 0, duplicated: 0, delayed: 0, reordered: 0 }
  #disorder = disorder<StripeEvent>({}, this.counts satisfies ChaosCounts)

  /** Where events go from now on, those that wait too; nowhere where absent. @throws ZodError */
  set(target: Webhook | undefined): void {
    this.#target = target && webhookSchema.parse(target)
    if (!target) this.#forget()
  }

  /** What goes wrong with the events from now on; nothing by `{}`. @throws ZodError */
  chaos(chaos: WebhookChaos): void {
    const held = this.#disorder.release()
    this.#disorder = disorder(chaos, this.counts)
    this.#send(held)
  }

  /** Sends an event, unless chaos has other plans for it. */
  send(event: StripeEvent): void {
    if (!this.#target) return
    const held = this.#disorder.holds()
    this.#send(this.#disorder.pass(event))
    if (!held && this.#disorder.holds()) this.#later(HELD_MS, () => this.#send(this.#disorder.release()))
  }

  /** How many deliveries are under way, waiting or held back; 0 once everything has settled. */
  get pending(): number {
    return this.#queue.length + this.#sending.size + this.#timers.size
  }

  async stop(): Promise<void> {
    this.set(undefined)
    await Promise.all(this.#sending)
  }

  #send(events: StripeEvent[]): void {
    for (const event of events) this.#later(this.#disorder.delayMs, () => this.#enqueue({ event, attempt: 1 }))
  }

  #later(ms: number, run: () => void): void {
    if (ms === 0) {
      run()
      return
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      run()
    }, ms)
    this.#timers.add(timer)
  }

  #enqueue(delivery: Delivery): void {
    this.#queue.push(delivery)
    this.#next()
  }

  #next(): void {
    while (this.#sending.size < CONCURRENT) {
      const delivery = this.#queue.shift()
      if (!delivery) return
      const sending = this.#deliver(delivery).finally(() => {
        this.#sending.delete(sending)
        this.#next()
      })
      this.#sending.add(sending)
    }
  }

  async #deliver({ event, attempt }: Delivery): Promise<void> {
    const target = this.#target
    const { signal } = this.#aborted
    if (!target) return
    const taken = await post(target, event, signal)
    if (signal.aborted) return
    if (taken) this.counts.delivered++
    else if (attempt === ATTEMPTS) this.counts.abandoned++
    else {
      this.counts.retried++
      this.#later(retryMs(attempt), () => this.#enqueue({ event, attempt: attempt + 1 }))
    }
  }

  #forget(): void {
    this.#aborted.abort()
    this.#aborted = new AbortController()
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
    this.#queue = []
    this.#disorder.release()
  }
}

/** @returns whether the webhook took it; nobody listening, silence and a redirect are as good as a refusal. */
async function post({ url, secret }: Webhook, event: StripeEvent, signal: AbortSignal): Promise<boolean> {
  const body = JSON.stringify(event, null, 2)
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
    'stripe-signature': signatureOf(body, secret),
  }
  const until = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
  try {
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal: until })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}
