// What the fuzz suite makes up: values that fit the document's own schemas, for every operation; and the same ones again.
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { expect } from 'chai'
import fc from 'fast-check'
import { documentOf } from '../../../api/openapi/index.ts'
import { registry } from '../../../workers/registry.ts'
import { compose, serialise } from '../../fuzz/compose.ts'
import { type Plan, planners } from '../../fuzz/generate/plan.ts'
import { createGenerator } from '../../fuzz/generate/schema.ts'
import { createKnown } from '../../fuzz/known.ts'
import { type ApiDocument, readOperations } from '../../fuzz/operations.ts'
import { fillIn } from '../../fuzz/references.ts'

const document: ApiDocument = JSON.parse(JSON.stringify(documentOf(registry)))
const operations = readOperations(document)
const ID = '019abcde-0000-7000-8000-000000000001'

const ajv = new Ajv2020({ strict: false, validateSchema: false })
addFormats.default(ajv)
ajv.addSchema(document, 'document')

const surroundings = {
  known: createKnown(() => 'south'),
  credentials: { north: 'Bearer n', south: 'Bearer s', operator: 'Basic b', stranger: 'Bearer x', nobody: undefined },
  webhookSecret: 'whsec_of_the_tests',
  host: 'localhost',
}
const plansOf = (id: string): Plan[] => {
  const plans = planners(
    document,
    operations.filter((each) => each.id === id),
  )
  return fc.sample(plans, { seed: 7, numRuns: 60 })
}

const bodiesOf = (id: string) => plansOf(id).map(({ body, headers, spoils }) => ({ body, headers, spoils }))

describe('a body that is made up', () => {
  const generator = createGenerator(document)

  for (const { id, path, method, body } of operations.filter((each) => each.body?.mediaType === 'application/json'))
    it(`fits what ${id} takes`, () => {
      const pointer = `document#/paths/${path.replaceAll('/', '~1')}/${method.toLowerCase()}/requestBody/content/application~1json/schema`
      const validate = ajv.compile({ $ref: encodeURI(pointer) })
      fc.assert(
        fc.property(generator.of(body?.schema ?? {}), (value) => {
          const fits = validate(fillIn(value, () => ID))
          expect(fits, ajv.errorsText(validate.errors)).to.equal(true)
        }),
        { numRuns: 200 },
      )
    })

  it('is not made up of a schema that the generator does not know', () => {
    const schema = { type: 'object', properties: { a: { type: 'nothing' } } }
    expect(() => createGenerator(document).of(schema)).to.throw('nothing')
  })
})

describe('a request that is made up', () => {
  it('is one for every operation of the document', () => {
    expect(operations.map(({ id }) => id)).to.include.members(['placeOrder', 'importStock', 'followJob', 'getMetrics'])
    for (const { id, method } of operations) {
      const [plan] = plansOf(id).filter(({ spoils }) => spoils.length === 0)
      expect(plan && compose(plan, surroundings).method, id).to.equal(method)
    }
  })

  it('has everything that is required where it is not spoiled', () => {
    const plain = plansOf('placeOrder').filter(({ spoils }) => spoils.length === 0)
    expect(plain).to.have.length.above(10)
    for (const plan of plain) {
      const names = compose(plan, surroundings).headers.map(([name]) => name)
      expect(names).to.include.members(['Idempotency-Key', 'Content-Type', 'Content-Length'])
    }
  })

  it('is the same one again for the same seed, whatever is known', () => {
    expect(bodiesOf('submitJob')).to.deep.equal(bodiesOf('submitJob'))
  })

  it('can be written as bytes however it is spoiled', () => {
    for (const { id } of operations)
      for (const plan of plansOf(id)) expect(serialise(compose(plan, surroundings))).to.be.an.instanceOf(Buffer)
  })
})
