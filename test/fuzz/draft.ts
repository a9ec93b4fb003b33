// A request on its way from plan to bytes. What spoils it works on a draft, at the stage that it is about.
import type { Plan } from './generate/plan.ts'

/** How the bytes are sent. `at-once` is all that a good client does. */
export type Pace = 'at-once' | 'trickled' | 'cut' | 'hang-up'

export interface Draft {
  method: string
  /** As it is written, with its query. */
  target: string
  headers: [name: string, value: string][]
  /** What becomes the body's text; undefined: there is none. */
  value: unknown
  /** The value as text, once there is one. */
  text: string
  /** The text as bytes, once there are some. */
  bytes: Buffer | undefined
  /** `length`: says how many bytes come; `chunked`: does not; `as-is`: its headers say, be it true or not. */
  framing: 'length' | 'chunked' | 'as-is'
  pace: Pace
  /** Written to a socket as it is: no HTTP client would send it so. */
  raw: boolean
  plan: Plan
}

export const setHeader = (draft: Draft, name: string, ...values: string[]) => {
  draft.headers = [
    ...draft.headers.filter(([each]) => each.toLowerCase() !== name.toLowerCase()),
    ...values.map((value): [string, string] => [name, value]),
  ]
}
