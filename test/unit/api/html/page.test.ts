// The small pages: what they show is text, whatever it contains.
import { expect } from 'chai'
import { escapeHtml, page, prose } from '../../../../api/html/page.ts'
import { problemPage, problemsPage } from '../../../../api/html/problems.ts'

const NASTY = `<script>alert("1")</script> & 'so on'`

describe('a page', () => {
  it('shows its title, and what it is given, as text', () => {
    expect(escapeHtml(NASTY)).to.equal('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;so on&#39;')
    expect(page(NASTY, '')).to.include('<title>&lt;script&gt;').and.not.include('<script')
  })

  it('sets code in backticks, and escapes in it, too', () => {
    expect(prose('Send `<key>` again.')).to.equal('Send <code>&lt;key&gt;</code> again.')
  })

  it('of a problem type escapes all of it', () => {
    const type = { type: '/problems/x', status: 400, title: NASTY, explanation: NASTY, whatToDo: NASTY }
    expect(problemPage(type)).to.not.include('<script')
    expect(problemsPage([type]))
      .to.include('<a href="/problems/x">')
      .and.not.include('<script')
  })
})
