// A request is made up before it is known which resources there are: where an id belongs, it holds a reference, which becomes
// an id that an earlier answer had when the request is sent. So the seed decides what is sent, up to ids.

/** What ids and names are of. */
export type Kind = 'job' | 'order' | 'payment' | 'email' | 'import' | 'batch' | 'schedule' | 'discrepancy'

/** Whose resource: the caller's own, the other account's, or nobody's. */
type Whose = 'own' | 'other' | 'nobody'

export interface Reference {
  /** Marks it among other objects. */
  $reference: Kind | 'cursor' | 'etag' | 'key'
  whose: Whose
  /** Which one: the youngest is 0. */
  nth: number
}

const isReference = (value: unknown): value is Reference =>
  typeof value === 'object' && value !== null && '$reference' in value

/** @returns a copy of the value with what `find` says in the place of each reference */
export function fillIn(value: unknown, find: (reference: Reference) => unknown): unknown {
  if (isReference(value)) return find(value)
  if (Array.isArray(value)) return value.map((each) => fillIn(each, find))
  if (typeof value !== 'object' || value === null) return value
  // Entries, so that a key `__proto__` stays a key.
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, fillIn(each, find)]))
}
