// What may be done to a request, by name, with what decides how. Most requests are left as they are.
import fc, { type Arbitrary } from 'fast-check'
import type { Draft } from '../draft.ts'
import type { Operation } from '../operations.ts'
import { byteSpoils, textSpoils } from './bytes.ts'
import { headerSpoils } from './headers.ts'
import { protocolSpoils } from './protocol.ts'
import { valueSpoils } from './values.ts'

/** In this order a request comes to be: a spoil works on what the stages before it have made. */
const stages = ['value', 'text', 'bytes', 'headers', 'protocol'] as const
type Stage = (typeof stages)[number]

export interface Spoil {
  stage: Stage
  name: string
  /** Where, and how: numbers that each spoil makes of what it needs. */
  at: number
  how: number
}

const spoilsOf = {
  value: valueSpoils,
  text: textSpoils,
  bytes: byteSpoils,
  headers: headerSpoils,
  protocol: protocolSpoils,
} as const satisfies Record<Stage, Record<string, (draft: Draft, at: number, how: number) => void>>

/** @returns the spoils of a request for an operation: none for most */
export function spoilings({ body }: Operation): Arbitrary<Spoil[]> {
  const weights: Record<Stage, number> = body
    ? { value: 12, text: 3, bytes: 4, headers: 6, protocol: 3 }
    : { value: 0, text: 0, bytes: 1, headers: 8, protocol: 2 }
  const one = fc.oneof(...stages.map((stage) => ({ weight: weights[stage], arbitrary: spoilOf(stage) })))
  return fc.oneof(
    { weight: 11, arbitrary: fc.constant<Spoil[]>([]) },
    { weight: 8, arbitrary: one.map((each) => [each]) },
    { weight: 1, arbitrary: fc.array(one, { minLength: 2, maxLength: 3 }) },
  )
}

const spoilOf = (stage: Stage): Arbitrary<Spoil> =>
  fc.record({
    stage: fc.constant(stage),
    name: fc.constantFrom(...Object.keys(spoilsOf[stage])),
    at: fc.nat(1_000),
    how: fc.nat(1_000),
  })

/** Does to the draft what the spoils of a stage say. */
export function spoil(draft: Draft, spoils: readonly Spoil[], stage: Stage): void {
  for (const { name, at, how } of spoils.filter((each) => each.stage === stage)) {
    const table: Record<string, (draft: Draft, at: number, how: number) => void> = spoilsOf[stage]
    table[name]?.(draft, at, how)
  }
}
