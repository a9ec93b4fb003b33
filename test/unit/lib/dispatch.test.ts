// The engine's ids: they name a job and one handing-over of it, and nothing else.
import { expect } from 'chai'
import fc from 'fast-check'
import { engineId, parseEngineId } from '../../../lib/dispatch.ts'
import type { JobId } from '../../../lib/ids.ts'

const jobIds = fc.uuid().map((id) => id as JobId)
const dispatchNumbers = fc.integer({ min: 0, max: 999_999_999 })

describe('an id of the engine', () => {
  it('gives back the job and the dispatch number it was made of', () => {
    fc.assert(
      fc.property(jobIds, dispatchNumbers, (id, dispatchNumber) => {
        expect(parseEngineId(engineId({ id, dispatchNumber }))).to.deep.equal({ id, dispatchNumber })
      }),
    )
  })

  it('differs for each handing-over of a job', () => {
    fc.assert(
      fc.property(jobIds, dispatchNumbers, dispatchNumbers, (id, a, b) => {
        const same = engineId({ id, dispatchNumber: a }) === engineId({ id, dispatchNumber: b })
        expect(same).to.equal(a === b)
      }),
    )
  })

  it('is one BullMQ takes: no colon, not only digits', () => {
    fc.assert(
      fc.property(jobIds, dispatchNumbers, (id, dispatchNumber) => {
        expect(engineId({ id, dispatchNumber })).to.not.match(/:|^\d+$/)
      }),
    )
  })

  const id = '01939f3c-ab12-7cde-8f00-0123456789ab'
  const foreign = [
    '',
    '1',
    id,
    `${id}-`,
    `${id}-x`,
    `${id}--1`,
    `${id}-1.5`,
    ` ${id}-1`,
    `${id}-1\n`,
    `${id}:1`,
    `repeat:${id}:1`,
  ]
  for (const text of [...foreign, id.slice(1), `${id.toUpperCase()}-1`]) {
    it(`is not ours when it is ${JSON.stringify(text.replaceAll(id, '<uuid>'))}`, () => {
      expect(parseEngineId(text)).to.equal(undefined)
    })
  }

  it('is a UUID’s or nobody’s, whatever the engine holds', () => {
    const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
    const alike = fc.string({ unit: fc.constantFrom(...'0123456789abcdef-'), minLength: 36, maxLength: 36 })
    fc.assert(
      fc.property(fc.oneof(alike, fc.uuid(), fc.string()), (text) => {
        expect(parseEngineId(`${text}-1`)?.id ?? id).to.match(uuid)
      }),
    )
  })
})
