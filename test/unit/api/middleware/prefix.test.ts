// Which paths a guard covers: whatever the router, which does not mind the case, would serve.
import { expect } from 'chai'
import { isUnder } from '../../../../api/middleware/prefix.ts'

describe('a guarded prefix', () => {
  for (const path of ['/ops', '/ops/', '/ops/queues', '/OPS/queues', '/Ops']) {
    it(`covers ${path}`, () => {
      expect(isUnder('/ops', path)).to.equal(true)
    })
  }

  for (const path of ['/', '/opsx', '/op', '/v1/ops', '']) {
    it(`does not cover "${path}"`, () => {
      expect(isUnder('/ops', path)).to.equal(false)
    })
  }
})
