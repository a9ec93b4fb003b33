// JSON Schema (2020-12) from zod: a schema with an id, or one that is named here, stands once under components and is
// referred to; all others stand where they are used.
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'

export type JsonSchema = Record<string, unknown>

export interface Schemas {
  /** By name, as they stand in `components.schemas`. */
  components: Record<string, JsonSchema>
  /** @param io `input`: what clients send; `output`: what they get */
  of(schema: z.ZodType, io: 'input' | 'output'): JsonSchema
  /** Puts what clients send under components by a name of its own. */
  name(name: string, schema: z.ZodType, more: JsonSchema): void
  /** Says more of a schema with this id than zod knows. */
  replace(id: string, schema: JsonSchema): void
}

const PREFIX = '#/components/schemas/'

export function createSchemas(): Schemas {
  const components: Record<string, JsonSchema> = {}
  const names = new Map<z.ZodType, string>()
  const replacements = new Map<string, JsonSchema>()

  function add(name: string, schema: JsonSchema): void {
    const known = components[name]
    if (known && !isDeepStrictEqual(known, schema)) throw new Error(`two schemas are called ${name}`)
    components[name] = schema
  }

  const convert = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema => {
    // Inside another one, so that a schema with an id is referred to at the root, too.
    const outer = z.toJSONSchema(z.object({ root: schema }), { io, unrepresentable: 'any' })
    for (const [name, each] of Object.entries(outer.$defs ?? {})) add(name, replacements.get(name) ?? tidy(each))
    return tidy(outer.properties?.root)
  }

  return {
    components,
    of: (schema, io) => {
      const name = io === 'input' && names.get(schema)
      return name ? { $ref: PREFIX + name } : convert(schema, io)
    },
    name: (name, schema, more) => {
      names.set(schema, name)
      const { examples = exampleOf(schema), ...rest } = convert(schema, 'input')
      add(name, { ...rest, ...more, ...(examples !== undefined && { examples }) })
    },
    replace: (id, schema) => {
      replacements.set(id, schema)
    },
  }
}

/** zod leaves out the examples of a schema that transforms what it gets. */
const exampleOf = (schema: z.ZodType): unknown => schema.meta()?.examples

/** References lead to components; what says nothing is left out. */
function tidy(schema: unknown): JsonSchema {
  return JSON.parse(JSON.stringify(schema), (key, value) => {
    if (key === '$ref' && typeof value === 'string') return value.replace('#/$defs/', PREFIX)
    if (key === '$defs') return undefined
    if (key === 'maximum' && value === Number.MAX_SAFE_INTEGER) return undefined
    if (key === 'minimum' && value === Number.MIN_SAFE_INTEGER) return undefined
    if (key === 'propertyNames' && isDeepStrictEqual(value, { type: 'string' })) return undefined
    return value
  })
}

/** @returns the schema that a reference leads to; any other as it is. */
export const resolve = (schema: JsonSchema, components: Record<string, JsonSchema>): JsonSchema =>
  typeof schema.$ref === 'string' ? (components[schema.$ref.slice(PREFIX.length)] ?? {}) : schema
