// The provider, its webhooks and the mail servers misbehave all the time, at random, a bit; what they did is counted by
// themselves. And a provider's life goes on: refunds that were pending succeed, others fail later, authorizations expire.
import type { PaymentIntent, Refund } from '../../lib/local/simulator/objects.ts'
import type { Fault } from '../support/smtp-sink.ts'
import type { Random } from './random.ts'
import type { World } from './world.ts'

const PROVIDER_RATE = 0.1
/** Longer than a call may take (lib/payments/gateway.ts). */
const SILENT_MS = 12_000
const MAIL_RATE = 0.08
const LIFE_EVERY_MS = 1_000
/** How long the provider takes over a pending refund, in seconds. */
const PENDING_S = 3
const BITS = 2 ** 31 - 1

/** All but `unauthorized`, which pauses every payment for half a minute: that one is planned. */
const providerFaults = ['reset', 'cut', 'error', 'error-after', 'delay', 'conflict', 'silent', 'rate-limit'] as const

/** 4xx, a recipient that does not exist, lost before, in and after the body, and a server that falls silent. */
const mailFaults: Fault[] = [
  { on: 'connect', do: 'drop' },
  { on: 'connect', do: 421 },
  { on: 'mail', do: 451 },
  { on: 'rcpt', do: 451 },
  { on: 'rcpt', do: 550, text: '5.1.1 no such user' },
  { on: 'rcpt', do: 'drop' },
  { on: 'body', do: 'drop' },
  { on: 'data', do: 451 },
  { on: 'data', do: 554, text: '5.7.1 not wanted' },
  { on: 'data', do: 'drop' },
  { on: 'data', do: 'hang' },
  { on: 'data', do: 'slow' },
]

export interface Misbehaviour {
  /** Everybody behaves from now on; the provider soon finishes what it is at. */
  calm(): void
  /** The provider's life ends. */
  stop(): void
}

export function misbehave({ simulator, workers }: World, random: Random): Misbehaviour {
  const { faults, webhooks, books, controls } = simulator
  const seed = random.between(1, BITS)
  faults.chaos({ seed, rate: PROVIDER_RATE, kinds: [...providerFaults], silentMs: SILENT_MS })
  webhooks.chaos({ seed, drop: 0.05, duplicate: 0.1, delayMs: 50, reorder: 4 })
  for (const { name, sink } of workers)
    sink.chaos({ random: random.fork(name).next, rate: MAIL_RATE, faults: mailFaults })
  const life = random.fork('life')
  const looked = new Set<string>()
  let pendingS = PENDING_S
  const live = () => {
    const isDue = ({ id, created }: Refund | PaymentIntent) => created < Date.now() / 1000 - pendingS && !looked.has(id)
    for (const refund of [...books.refunds.values()].filter(isDue)) {
      looked.add(refund.id)
      const card = books.intents.get(refund.payment_intent)?.payment_method
      if (refund.status === 'pending' && life.chance(0.8)) controls.succeedRefund(refund.id)
      else if (refund.status === 'pending' || (refund.status === 'succeeded' && card === 'pm_card_refundFail'))
        controls.failRefund(refund.id)
    }
    for (const intent of [...books.intents.values()].filter(isDue)) {
      if (intent.status !== 'requires_capture') continue
      looked.add(intent.id)
      if (life.chance(0.1)) controls.expireIntent(intent.id)
    }
  }
  const timer = setInterval(live, LIFE_EVERY_MS)
  timer.unref()
  return {
    calm() {
      pendingS = 0
      controls.calm()
      for (const { sink } of workers) sink.calm()
    },
    stop: () => clearInterval(timer),
  }
}
