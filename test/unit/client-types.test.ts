// The committed types of the API's clients are those of the API's document as it is.
import { readFile } from 'node:fs/promises'
import { expect } from 'chai'
import { clientTypes, TYPES } from '../client/types.ts'

describe('the types of the typed client', () => {
  it('are what the document makes now (else: npm run client-types)', async function () {
    this.timeout(60_000)
    const types = await clientTypes()
    if (types === undefined) {
      process.stdout.write('      Skipped: openapi-typescript is not installed; npm install in the root installs it.\n')
      this.skip()
    }
    expect(await readFile(TYPES, 'utf8')).to.equal(types)
  })
})
