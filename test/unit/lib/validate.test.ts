// What is wrong with a request, and where: a JSON Pointer for each field.
import { expect } from 'chai'
import { z } from 'zod'
import { InvalidRequest } from '../../../lib/errors.ts'
import { validate } from '../../../lib/validate.ts'
import { errorOf } from '../error-of.ts'

const errorsOf = async (schema: z.ZodType, value: unknown, at?: string) =>
  (await errorOf(InvalidRequest, () => validate(schema, value, at))).errors ?? []
const pointersOf = async (schema: z.ZodType, value: unknown, at?: string) =>
  (await errorsOf(schema, value, at)).map(({ pointer }) => pointer)

const item = z.strictObject({ sku: z.string(), quantity: z.int().min(1) })
const order = z.strictObject({ customer: z.strictObject({ name: z.string() }), items: z.array(item).min(1) })

describe('a value that fits its schema', () => {
  it('comes out as the schema makes it', () => {
    const schema = z.strictObject({ name: z.string().trim(), count: z.int().default(1) })
    expect(validate(schema, { name: ' Ada ' })).to.deep.equal({ name: 'Ada', count: 1 })
  })
})

describe('a value that does not fit', () => {
  it('is an invalid-request of status 422', async () => {
    const error = await errorOf(InvalidRequest, () => validate(order, {}))
    expect(error.code).to.equal('invalid-request')
  })

  it('is pointed to field by field, all at once', async () => {
    const value = {
      customer: {},
      items: [
        { sku: 'MUG', quantity: 1 },
        { sku: 7, quantity: 0 },
      ],
    }
    expect(await pointersOf(order, value)).to.have.members(['#/customer/name', '#/items/1/sku', '#/items/1/quantity'])
  })

  it('is pointed to as a whole when it is of another kind', async () => {
    for (const value of [null, [], 'text', 7]) expect(await pointersOf(order, value)).to.deep.equal(['#'])
  })

  it('names each unknown field at its own place', async () => {
    const value = { customer: { name: 'Ada', admin: true }, items: [{ sku: 'MUG', quantity: 1, price: 0, cost: 0 }] }
    const errors = await errorsOf(order, value)
    expect(errors).to.have.deep.members(
      ['#/customer/admin', '#/items/0/price', '#/items/0/cost'].map((pointer) => ({
        pointer,
        detail: 'is not a known field',
      })),
    )
  })

  it('is pointed to with escaped keys', async () => {
    expect(await pointersOf(z.record(z.string(), z.int()), { 'a/b~c': 'x' })).to.deep.equal(['#/a~1b~0c'])
    expect(await pointersOf(z.strictObject({}), { 'a/b': 1 })).to.deep.equal(['#/a~1b'])
  })

  it('is pointed to from where it stands in the body', async () => {
    expect(await pointersOf(order, { customer: { name: 'Ada' }, items: [{}] }, '/input')).to.have.members([
      '#/input/items/0/sku',
      '#/input/items/0/quantity',
    ])
    expect(await pointersOf(z.strictObject({}), { x: 1 }, '/input')).to.deep.equal(['#/input/x'])
  })
})

describe('a value that fits no variant of a union', () => {
  const byDelta = z.strictObject({ sku: z.string(), delta: z.int(), reason: z.string() })
  const bySet = z.strictObject({ sku: z.string(), set: z.int(), version: z.int(), reason: z.string() })
  const change = z.union([byDelta, bySet])

  it('is held against the variant with the fewest complaints', async () => {
    expect(await pointersOf(change, { sku: 'MUG', set: 5, reason: 'count' })).to.deep.equal(['#/version'])
    expect(await pointersOf(change, { sku: 'MUG', delta: 'x', reason: 'count' })).to.deep.equal(['#/delta'])
  })

  it('counts each unknown field as a complaint of its own', async () => {
    const narrow = z.strictObject({ sku: z.string(), set: z.int() })
    const wide = z.strictObject({ sku: z.string(), delta: z.int(), reason: z.string(), by: z.string(), at: z.string() })
    const value = { sku: 'MUG', delta: 5, reason: 'count' }
    expect(await pointersOf(z.union([narrow, wide]), value)).to.have.members(['#/by', '#/at'])
  })

  it('is held against the same variant in whatever order they stand', async () => {
    const value = { sku: 'MUG', set: 5, reason: 'count' }
    expect(await pointersOf(z.union([bySet, byDelta]), value)).to.deep.equal(await pointersOf(change, value))
  })

  it('is pointed to inside lists and objects, from where the body has it', async () => {
    const schema = z.strictObject({ changes: z.array(change) })
    const value = {
      changes: [
        { sku: 'MUG', delta: 1, reason: 'x' },
        { sku: 'MUG', set: 5, reason: 'x' },
      ],
    }
    expect(await pointersOf(schema, value, '/input')).to.deep.equal(['#/input/changes/1/version'])
  })

  it('is pointed to through unions in unions', async () => {
    const schema = z.strictObject({ a: z.union([z.strictObject({ b: change }), z.int()]) })
    expect(await pointersOf(schema, { a: { b: { sku: 'MUG', set: 1, reason: 'x' } } })).to.deep.equal(['#/a/b/version'])
  })

  it('is pointed to once when no variant can be told', async () => {
    const schema = z.strictObject({ card: z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('visa') })]) })
    expect(await pointersOf(schema, { card: { kind: 'none' } })).to.deep.equal(['#/card/kind'])
  })
})
