// Which corrections of the stock are accepted: by a difference, or to a figure at a version.
import { expect } from 'chai'
import { InvalidRequest } from '../../../../lib/errors.ts'
import { AdjustmentRequest } from '../../../../lib/stock/adjust.ts'
import { validate } from '../../../../lib/validate.ts'
import { errorOf } from '../../error-of.ts'

const byDelta = { sku: 'MUG-BLUE', delta: -3, reason: 'broken' }
const bySet = { sku: 'MUG-BLUE', set: 0, version: 1, reason: 'count' }
const accepts = (request: unknown) => AdjustmentRequest.safeParse(request).success
const pointersOf = async (request: unknown) =>
  (await errorOf(InvalidRequest, () => validate(AdjustmentRequest, request))).errors?.map(({ pointer }) => pointer)

describe('a request to correct the stock', () => {
  it('is a difference, or a figure with the version it was read at', () => {
    for (const request of [byDelta, bySet]) expect(AdjustmentRequest.parse(request)).to.deep.equal(request)
  })

  it('is not both and not neither', () => {
    expect(accepts({ ...byDelta, ...bySet })).to.equal(false)
    expect(accepts({ sku: 'MUG-BLUE', reason: 'count' })).to.equal(false)
  })

  it('cannot set a figure without the version it was read at', async () => {
    const { version: _, ...blind } = bySet
    expect(await pointersOf(blind)).to.deep.equal(['#/version'])
  })

  for (const delta of [0, -0, 0.5, 1_000_001, -1_000_001, '1', null]) {
    it(`does not change the stock by ${Object.is(delta, -0) ? '-0' : JSON.stringify(delta)} (${typeof delta})`, async () => {
      expect(await pointersOf({ ...byDelta, delta })).to.deep.equal(['#/delta'])
    })
  }

  for (const set of [-1, 0.5, 1_000_001, '1', null]) {
    it(`invariant 5: does not set the stock to ${JSON.stringify(set)} (${typeof set})`, async () => {
      expect(await pointersOf({ ...bySet, set })).to.deep.equal(['#/set'])
    })
  }

  for (const version of [0, -1, 1.5, '1']) {
    it(`has no version ${JSON.stringify(version)} (${typeof version})`, async () => {
      expect(await pointersOf({ ...bySet, version })).to.deep.equal(['#/version'])
    })
  }

  it('goes up to a million either way', () => {
    for (const delta of [1, -1, 1_000_000, -1_000_000]) expect(accepts({ ...byDelta, delta })).to.equal(true)
    for (const set of [0, 1, 1_000_000]) expect(accepts({ ...bySet, set })).to.equal(true)
  })

  it('says why, in one line, and of what', async () => {
    for (const request of [byDelta, bySet]) {
      expect(await pointersOf({ ...request, reason: 'a\nb' })).to.deep.equal(['#/reason'])
      expect(await pointersOf({ ...request, sku: '' })).to.deep.equal(['#/sku'])
    }
  })
})
