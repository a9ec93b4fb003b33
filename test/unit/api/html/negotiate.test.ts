// Who gets a page and who gets JSON.
import { expect } from 'chai'
import { prefersHtml } from '../../../../api/html/negotiate.ts'

describe('a page instead of JSON', () => {
  const wanted: Record<string, boolean> = {
    'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8': true,
    'text/html': true,
    'TEXT/HTML ; q=1': true,
    'text/*': true,
    'application/json;q=0.5, text/html;q=0.6': true,
    'application/json, text/html': false,
    'text/html;q=0.5, application/json': false,
    'text/html;q=0': false,
    'text/html;q=nonsense': false,
    '*/*': false,
    'application/json': false,
    'application/*;q=0.9, text/html;q=0.8': false,
    'image/png': false,
    '': false,
    ';;;,,,=': false,
  }
  for (const [accept, html] of Object.entries(wanted)) {
    it(`is ${html ? '' : 'not '}wanted by "${accept}"`, () => {
      expect(prefersHtml(accept)).to.equal(html)
    })
  }

  it('is not wanted by who says nothing', () => {
    expect(prefersHtml(undefined)).to.equal(false)
  })
})
