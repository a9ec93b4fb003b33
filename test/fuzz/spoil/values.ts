// Spoils the body's value: fields that are missing, too many, of another type, too long, too deep, or at a bound.
import type { Draft } from '../draft.ts'

type Path = (string | number)[]

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth))

/** What no field wants, or some field just about takes. */
const evil: (() => unknown)[] = [
  () => null,
  () => true,
  () => 0,
  () => -0,
  () => -1,
  () => 0.5,
  () => 1e308,
  () => 2 ** 53,
  () => -(2 ** 31) - 1,
  () => 99_999_999,
  () => 'NaN',
  () => '',
  () => ' ',
  () => '\u0000',
  () => '\ud800',
  () => 'a\u0000b',
  () => '\udc00\ud800',
  () => '\u202eevil\u2066',
  () => 'a\r\nBcc: x@example.com',
  () => 'x'.repeat(300),
  () => 'ü'.repeat(70_000),
  () => '😀'.repeat(100),
  () => 'x'.repeat(600_000),
  () => [],
  () => ({}),
  () => ({ constructor: { prototype: { polluted: 1 } }, toString: 1, hasOwnProperty: null }),
  () => Array.from({ length: 1_001 }, (_, at) => at),
  () => nested(20),
  () => nested(33),
  () => nested(3_000),
  () => '2026-02-30T00:00:00Z',
  () => '+275760-09-13T00:00:00.000Z',
  () => '0000-01-01T00:00:00Z',
  () => '2099-12-31T23:59:60Z',
  () => '00000000-0000-0000-0000-000000000000',
  () => '{{ it.name }} <%= process.env %> #{7*7}',
  () => 'a@b@example.com',
  () => 'ä@exämple.com',
  () => `${'a'.repeat(250)}@example.com`,
]

/** Deeper than this nothing is looked at: a value may be spoiled already, by being nested thousands of times. */
const DEEPEST = 40

/** Where there is something in a value: below its root, if it has anything there. */
function places(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null || path.length >= DEEPEST) return [path]
  const inside = Object.entries(value).flatMap(([key, each]) => {
    const at = [...path, Array.isArray(value) ? Number(key) : key]
    return [at, ...places(each, at).filter((place) => place.length > at.length)]
  })
  return inside.length > 0 ? inside : [path]
}

/** @returns the value with `change` made of what stands at the path; undefined takes it away */
function change(value: unknown, [key, ...rest]: Path, to: (old: unknown) => unknown): unknown {
  if (key === undefined) return to(value)
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, unknown>
  const changed = change(copy[key], rest, to)
  if (changed !== undefined) copy[key] = changed
  else if (Array.isArray(copy)) copy.splice(Number(key), 1)
  else delete copy[key]
  return copy
}

const pick = <T>(list: readonly T[], at: number): T => list[at % list.length] as T
const spoilAt = (draft: Draft, at: number, to: (old: unknown) => unknown) => {
  draft.value = change(draft.value, pick(places(draft.value), at), to)
}

export const valueSpoils: Record<string, (draft: Draft, at: number, how: number) => void> = {
  'leave a field out': (draft, at) => spoilAt(draft, at, () => undefined),
  'change a value': (draft, at, how) => spoilAt(draft, at, pick(evil, how)),
  'make text of a value': (draft, at) => spoilAt(draft, at, (old) => JSON.stringify(old)),
  'wrap a value': (draft, at) => spoilAt(draft, at, (old) => [old]),
  'repeat a value': (draft, at, how) => spoilAt(draft, at, (old) => Array.from({ length: (how % 300) + 2 }, () => old)),
  'add a field': (draft, at, how) => {
    const name = pick(['extra', '', 'id', 'accountId', 'x'.repeat(3_000), 'a\u0000', '\ud800', 'toString'], at)
    if (typeof draft.value === 'object' && draft.value !== null)
      draft.value = { ...draft.value, [name]: pick(evil, how)() }
  },
  'another value altogether': (draft, _at, how) => {
    draft.value = pick(evil, how)()
  },
}
