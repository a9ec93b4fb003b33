// An example of a JSON Schema: the one it states, or one put together of those that its parts state.
import { type JsonSchema, resolve } from './schemas.ts'

/** @param components where references lead */
export function sample(schema: JsonSchema, components: Record<string, JsonSchema>): unknown {
  const { examples, const: only, enum: values, anyOf, oneOf, ...more } = resolve(schema, components)
  const [example] = (examples ?? values ?? []) as unknown[]
  if (example !== undefined) return example
  if (only !== undefined) return only
  const [first] = (anyOf ?? oneOf ?? []) as JsonSchema[]
  if (first) return sample(first, components)
  const type = Array.isArray(more.type) ? more.type[0] : more.type
  if (type === 'array') return [sample((more.items ?? {}) as JsonSchema, components)]
  if (type === 'object') {
    const parts = Object.entries((more.properties ?? {}) as Record<string, JsonSchema>)
    return Object.fromEntries(parts.map(([name, part]) => [name, sample(part, components)]))
  }
  if (type === 'integer' || type === 'number') return more.minimum ?? 1
  return type === 'boolean' ? true : type === 'null' ? null : (texts[String(more.format)] ?? 'text')
}

const texts: Record<string, string> = {
  email: 'ada@example.com',
  'date-time': '2026-11-21T16:24:00.000Z',
  uuid: '019abcde-0000-7000-8000-000000000001',
}
