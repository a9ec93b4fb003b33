// Values that fit a JSON Schema of the document, drawn by fast-check. Where a field's name says what it is about (./hints.ts),
// most values are ones that reach a real resource.
import fc, { type Arbitrary } from 'fast-check'
import type { ApiDocument, Schema } from '../operations.ts'
import { hintFor } from './hints.ts'
import { textFor } from './text.ts'

const MOST_ITEMS = 6
const MANY = 1_000_000

export interface Generator {
  /** @param name of the field that has the value */
  of(schema: Schema, name?: string): Arbitrary<unknown>
}

/** @throws Error for a reference that leads nowhere, or a type that is not known. */
export function createGenerator({ components }: Pick<ApiDocument, 'components'>): Generator {
  const made = new Map<string, Arbitrary<unknown>>()

  function of(schema: Schema, name = ''): Arbitrary<unknown> {
    if (schema.$ref) return referred(schema.$ref, name)
    const plain = generated(schema, name)
    const hint = schema.enum || schema.const !== undefined ? undefined : hintFor(name, schema)
    const { examples = [] } = schema
    return fc.oneof(
      { weight: 1, arbitrary: plain },
      ...(examples.length > 0 ? [{ weight: 2, arbitrary: fc.constantFrom(...examples) }] : []),
      ...(hint ? [{ weight: 8, arbitrary: hint }] : []),
    )
  }

  function referred(ref: string, name: string): Arbitrary<unknown> {
    const known = made.get(ref)
    if (known) return known
    const schema = components.schemas[ref.split('/').at(-1) ?? '']
    if (!schema) throw new Error(`the document has no ${ref}`)
    const arbitrary = of(schema, name)
    made.set(ref, arbitrary)
    return arbitrary
  }

  function generated(schema: Schema, name: string): Arbitrary<unknown> {
    if (schema.const !== undefined) return fc.constant(schema.const)
    if (schema.enum) return fc.constantFrom(...schema.enum)
    const variants = schema.anyOf ?? schema.oneOf
    if (variants) return fc.oneof(...variants.map((each) => of(each, name)))
    switch (schema.type) {
      case 'object':
        return object(schema)
      case 'array': {
        const { minItems: minLength = 0, maxItems = MANY, items = {} } = schema
        return fc.array(of(items, name), { minLength, maxLength: Math.min(maxItems, minLength + MOST_ITEMS) })
      }
      case 'integer': {
        const { minimum: min = -MANY, maximum: max = MANY } = schema
        return fc.integer({ min, max })
      }
      case 'number':
        return fc.double({
          noNaN: true,
          noDefaultInfinity: true,
          min: schema.minimum ?? -MANY,
          max: schema.maximum ?? MANY,
        })
      case 'string':
        return textFor(schema)
      case 'boolean':
        return fc.boolean()
      case 'null':
        return fc.constant(null)
      case undefined:
        return anything
      default:
        throw new Error(`the generator does not know the type ${schema.type}`)
    }
  }

  function object(schema: Schema): Arbitrary<unknown> {
    const { properties = {}, required = [], additionalProperties = true } = schema
    if (isJobRequest(properties)) return jobRequest(schema)
    const fields = Object.entries(properties).map(([name, each]) => [name, of(each, name)] as const)
    const own = fc.record(Object.fromEntries(fields), { requiredKeys: required })
    if (additionalProperties === false) return own
    const more = typeof additionalProperties === 'object' ? of(additionalProperties) : anything
    return fc
      .tuple(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), more, { maxKeys: 4 }), own)
      .map(([a, b]) => ({ ...a, ...b }))
  }

  /** A type, and an input that fits that type: the document cannot say that they belong together. */
  function jobRequest(schema: Schema): Arbitrary<unknown> {
    const { properties = {}, required = [] } = schema
    const { type: _type, input: _input, ...others } = properties
    const rest = { ...schema, properties: others, required: required.filter((name) => name in others) }
    const known: Schema | undefined = components.schemas.JobType
    const types = (known?.enum ?? []) as string[]
    const pairs = types.map((type) => of({ $ref: `#/components/schemas/${type}` }).map((input) => ({ type, input })))
    return fc.tuple(fc.oneof(...pairs), object(rest)).map(([pair, more]) => ({ ...(more as object), ...pair }))
  }

  return { of }
}

const leadsTo = (schema: Schema | undefined, name: string) => schema?.$ref?.endsWith(`/${name}`) === true
const isJobRequest = ({ type, input }: Record<string, Schema>) => leadsTo(type, 'JobType') && leadsTo(input, 'JobInput')

const anything = fc.jsonValue({ maxDepth: 2 })
