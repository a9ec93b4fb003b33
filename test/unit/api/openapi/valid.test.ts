// `/openapi.json` is what OpenAPI 3.1 and JSON Schema 2020-12 say that it has to be, and its examples fit their schemas.
import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { expect } from 'chai'
import { documentOf } from '../../../../api/openapi/index.ts'
import { registry } from '../../../../workers/registry.ts'

// https://spec.openapis.org/oas/3.1/schema/2022-10-07
// Its schemas of schemas are open to other dialects; ajv does not follow such a reference to its default.
const META = JSON.parse(
  readFileSync('test/support/openapi-3.1.schema.json', 'utf8').replaceAll(
    '"$dynamicRef": "#meta"',
    '"$ref": "#/$defs/schema"',
  ),
)
const document = JSON.parse(JSON.stringify(documentOf(registry)))

interface Place {
  at: string[]
  value: Record<string, unknown>
}

/** Every object inside a JSON value, and where it is. */
function places(value: unknown, at: string[] = []): Place[] {
  if (typeof value !== 'object' || value === null) return []
  const inside = Object.entries(value).flatMap(([key, each]) => places(each, [...at, key]))
  return [{ at, value: value as Record<string, unknown> }, ...inside]
}

const pointerTo = (at: string[]) =>
  `#/${at.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`

/** Schemas and media types, without those that stand inside examples. */
const described = places(document).filter(({ at }) => !at.some((step) => /^examples?$/.test(step)))
const schemas = described.filter(
  ({ at }) => at.at(-1) === 'schema' || at.slice(0, -1).join('/') === 'components/schemas',
)
const medias = described.filter(({ at, value }) => at.at(-2) === 'content' && value.schema)

function compiler() {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false, allErrors: true })
  addFormats.default(ajv)
  // What OpenAPI has beside the schemas is no keyword of theirs.
  ajv.addVocabulary(Object.keys(document))
  ajv.addSchema(document, 'document')
  return ajv
}

describe('the description of the API as a document', () => {
  it('is what the OpenAPI Initiative’s own schema of OpenAPI 3.1 asks for', () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true })
    addFormats.default(ajv)
    ajv.addFormat('media-range', /^[^/]+\/[^/]+$/)
    const isDocument = ajv.compile(META)
    expect(isDocument(document), ajv.errorsText(isDocument.errors).slice(0, 2_000)).to.equal(true)
    expect(isDocument({ ...document, paths: { 'no-slash': {} } })).to.equal(false)
  })

  it('has schemas that a strict compiler of JSON Schema 2020-12 takes', () => {
    expect(schemas.length).to.be.greaterThan(50)
    const ajv = compiler()
    for (const { at } of schemas)
      expect(() => ajv.compile({ $ref: `document${pointerTo(at)}` }), at.join(' ')).to.not.throw()
  })

  it('has examples that fit: of what is sent, and of what is answered', () => {
    const ajv = compiler()
    let held = 0
    for (const { at, value } of medias) {
      const fits = ajv.compile({ $ref: `document${pointerTo([...at, 'schema'])}` })
      const named = Object.values((value.examples ?? {}) as Record<string, { value?: unknown; $ref?: string }>)
      const examples = named.map((each) => (each.$ref ? resolved(each.$ref) : each.value))
      for (const example of 'example' in value ? [value.example, ...examples] : examples) {
        held++
        expect(fits(example), `${at.join(' ')}: ${ajv.errorsText(fits.errors)}`).to.equal(true)
      }
    }
    expect(held).to.be.greaterThan(50)
  })

  it('has an example at everything that is sent or answered, but for pages', () => {
    const without = medias
      .filter(({ at }) => at.at(-1) !== 'text/html' && !at.includes('log-in'))
      .filter(({ value }) => value.example === undefined && value.examples === undefined)
    expect(without.map(({ at }) => at.join(' '))).to.deep.equal([])
  })

  it('has components whose own examples fit them', () => {
    const ajv = compiler()
    for (const [name, schema] of Object.entries<{ examples?: unknown[] }>(document.components.schemas)) {
      const fits = ajv.compile({ $ref: `document${pointerTo(['components', 'schemas', name])}` })
      for (const example of schema.examples ?? [])
        expect(fits(example), `${name}: ${ajv.errorsText(fits.errors)}`).to.equal(true)
    }
  })
})

function resolved(reference: string): unknown {
  const steps = reference.replace('#/', '').split('/')
  return steps.reduce((at, step) => at?.[step], document).value
}
