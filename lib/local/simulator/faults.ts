// The fault script: what goes wrong, where, and how often. Set with `POST /faults`, one list replacing the last.
import { z } from 'zod'

const faultOf = (endpoints: string[]) =>
  z.strictObject({
    on: z.enum(endpoints),
    do: z.enum(['reset', 'error', 'error-after', 'delay']),
    times: z.int().min(1),
    ms: z.int().min(0).optional(),
  })

export interface Fault {
  /** Method and path with `:id`, e.g. `POST /v1/payment_intents/:id/confirm`. */
  on: string
  /**
   * reset: the work is done, then the connection is cut without an answer · error: the work is not done, and the 500 is
   * stored for the key · error-after: the work is done, and a 500 is stored · delay: the answer takes `ms`.
   */
  do: 'reset' | 'error' | 'error-after' | 'delay'
  times: number
  ms?: number | undefined
}

export class FaultScript {
  #faults: Fault[] = []
  /** How many faults have been played. */
  played = 0

  load(faults: Fault[]): void {
    this.#faults = faults.map((fault) => ({ ...fault }))
  }

  /** @returns the fault to play on this call, counting it down. */
  next(on: string): Fault | undefined {
    const fault = this.#faults.find((each) => each.on === on && each.times > 0)
    if (!fault) return undefined
    fault.times--
    this.played++
    return fault
  }
}

/** Reads a fault script. @throws ZodError for a fault or an endpoint that cannot be played, rather than never playing it. */
export const readFaults = (script: unknown, endpoints: string[]): Fault[] => z.array(faultOf(endpoints)).parse(script)
