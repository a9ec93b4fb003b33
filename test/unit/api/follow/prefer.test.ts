// Which wait a Prefer header asks for (RFC 7240).
import { expect } from 'chai'
import { applied, readWait, WaitHeaders } from '../../../../api/follow/prefer.ts'

describe('the Prefer header', () => {
  const cases: [string | undefined, number | undefined][] = [
    [undefined, undefined],
    ['', undefined],
    ['wait=10', 10],
    ['WAIT=10', 10],
    ['Wait = 10', 10],
    ['wait="10"', 10],
    ['wait=007', 7],
    ['respond-async, wait=10', 10],
    ['respond-async,wait=10;foo=bar', 10],
    ['wait=10 ; foo="a, b"', 10],
    ['return=minimal; foo="wait=3", wait=4', 4],
    ['foo="wait=3, wait=2", wait=4', 4],
    ['foo="a\\", wait=9", wait=4', 4],
    ['wait=25', 25],
    ['wait=26', 25],
    ['wait=99999999999999999999999999', 25],
    // Only the first one counts, whatever it says.
    ['wait=3, wait=9', 3],
    ['wait=x, wait=9', undefined],
    ['wait=0', undefined],
    ['wait', undefined],
    ['wait=', undefined],
    ['wait=-1', undefined],
    ['wait=1.5', undefined],
    ['wait=1e3', undefined],
    ['wait=ten', undefined],
    ['await=10', undefined],
    ['wait-for=10', undefined],
    ['handling=lenient', undefined],
    [', ,', undefined],
    ['wait="10', undefined],
    [`foo=${'x'.repeat(1_000)}, wait=3`, undefined],
  ]
  for (const [header, seconds] of cases) {
    const shown = header && header.length > 60 ? `${header.slice(0, 20)}…` : header
    it(`${shown === undefined ? 'that is not there' : JSON.stringify(shown)} asks for ${seconds ?? 'no'} wait`, () => {
      expect(readWait(header)).to.equal(seconds)
      expect(WaitHeaders.parse({ prefer: header, host: 'localhost' })).to.deep.equal({ prefer: seconds })
    })
  }

  it('is read in a moment, however it is made', () => {
    const before = performance.now()
    for (const piece of ['"\\', '\\"', '",', 'a=;', ' ', 'wait="']) readWait(piece.repeat(1_000 / piece.length))
    expect(performance.now() - before).to.be.below(1_000)
  })

  it('is answered by what was granted', () => {
    expect(applied(25)).to.deep.equal({ 'Preference-Applied': 'wait=25' })
    expect(applied(undefined)).to.deep.equal({})
  })
})
