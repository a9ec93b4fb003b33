// What goes wrong, where, and how often: a script (`POST /faults`, one list replacing the last), and beside it chaos, which
// plays random faults that can be played again from their seed. Every fault is counted, by kind too.
import { z } from 'zod'
import { createRandom } from '../random.ts'

/**
 * - reset: the work is done, then the connection is cut without an answer
 * - cut: the connection is cut before the work
 * - error: the work is not done, and the 500 is stored for the key
 * - error-after: the work is done, and a 500 is stored for the key
 * - delay: the work is done and answered after `ms`
 * - conflict: 409 as though the key were in use; the work is not done, and nothing is stored
 * - silent: the work is done, then nothing is heard for `ms` (30 s where not named), until the connection is cut
 * - rate-limit: 429 before the key is looked at; the work is not done, and nothing is stored
 * - unauthorized: 401, likewise
 */
export const faultKinds = [
  'reset',
  'cut',
  'error',
  'error-after',
  'delay',
  'conflict',
  'silent',
  'rate-limit',
  'unauthorized',
] as const
export type FaultKind = (typeof faultKinds)[number]

/** They are about work and keys; a GET has neither. */
const onWritesOnly: readonly FaultKind[] = ['error-after', 'conflict']
const canPlay = (kind: FaultKind, on: string) => on.startsWith('POST ') || !onWritesOnly.includes(kind)

export interface Fault {
  /** Method and path with `:id`, e.g. `POST /v1/payment_intents/:id/confirm`. */
  on: string
  do: FaultKind
  times: number
  ms?: number | undefined
}

const milliseconds = z.int().min(0).max(3_600_000)
const faultOf = (endpoints: readonly string[]) =>
  z
    .strictObject({ on: z.enum(endpoints), do: z.enum(faultKinds), times: z.int().min(1), ms: milliseconds.optional() })
    .refine((fault) => canPlay(fault.do, fault.on), { error: 'this kind is for a POST', path: ['do'] })

/** Reads a fault script. @throws ZodError for a fault or an endpoint that cannot be played, rather than never playing it. */
export const readFaults = (script: unknown, endpoints: readonly string[]): Fault[] =>
  z.array(faultOf(endpoints)).parse(script)

export const chaosSchema = z.strictObject({
  seed: z.int(),
  /** How probable a fault is on each call, from 0 to 1. */
  rate: z.number().min(0).max(1),
  /** All, where not named. A GET plays those of them that it can. */
  kinds: z.array(z.enum(faultKinds)).min(1).optional(),
  /** The longest delay; half a second where not named. */
  delayMs: milliseconds.optional(),
  /** How long nothing is heard of a silent call; 30 s where not named. */
  silentMs: milliseconds.optional(),
})
export type Chaos = z.infer<typeof chaosSchema>

export class FaultScript {
  #faults: Fault[] = []
  #atRandom: ((on: string) => Fault | undefined) | undefined
  /** How many faults have been played. */
  played = 0
  readonly playedByKind = Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Record<FaultKind, number>

  load(faults: readonly Fault[]): void {
    this.#faults = faults.map((fault) => ({ ...fault }))
  }

  /** Plays random faults from now on, where the script has none. @throws ZodError */
  chaos(chaos: Chaos): void {
    this.#atRandom = faultsAtRandom(chaosSchema.parse(chaos))
  }

  /** From now on nothing goes wrong: ends chaos, and the script too. */
  calm(): void {
    this.#atRandom = undefined
    this.#faults = []
  }

  /** @returns the fault to play on this call, counting it down. */
  next(on: string): Fault | undefined {
    // Chance is asked on every call: what the script plays does not shift what chaos plays after it.
    const random = this.#atRandom?.(on)
    const scripted = this.#faults.find((each) => each.on === on && each.times > 0)
    if (scripted) scripted.times--
    const fault = scripted ?? random
    if (!fault) return undefined
    this.played++
    this.playedByKind[fault.do]++
    return fault
  }
}

function faultsAtRandom({ seed, rate, kinds = [...faultKinds], delayMs = 500, silentMs }: Chaos) {
  const random = createRandom(seed)
  return (on: string): Fault | undefined => {
    // Three numbers a call, needed or not: the fault of the nth call hangs on the seed alone.
    const [chance, choice, length] = [random(), random(), random()]
    const playable = kinds.filter((kind) => canPlay(kind, on))
    const kind = playable[Math.floor(choice * playable.length)]
    if (chance >= rate || !kind) return undefined
    return { on, do: kind, times: 1, ms: kind === 'silent' ? silentMs : Math.round(length * delayMs) }
  }
}
