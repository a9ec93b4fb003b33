// What templates become: escaped HTML, plain text, nothing left of the markup.
import { expect } from 'chai'
import fc from 'fast-check'
import { type Rendered, render } from '../../../../lib/mail/render.ts'
import { findTemplate } from '../../../../lib/mail/templates/index.ts'

const orderId = '01939f3c-ab12-7cde-8f00-0123456789ab'
const confirmed = {
  name: 'Ada',
  orderId,
  items: [
    { name: 'Kettle & Co', quantity: 2, amount: '€98.00' },
    { name: 'Blue mug', quantity: 1, amount: '€9.00' },
  ],
  total: '€107.00',
}
const mail = (template: string, data: Record<string, unknown>): Promise<Rendered> =>
  render(findTemplate(template)!, data)

describe('a mail', () => {
  it('greets by name in its subject, its text and its HTML', async () => {
    const { subject, text, html } = await mail('welcome', { name: 'Ada' })
    expect(subject).to.equal('Welcome, Ada')
    expect(text).to.match(/^Hello Ada,\n/)
    expect(html).to.contain('Hello Ada,')
  })

  it('escapes what stands in its HTML, and only there', async () => {
    const name = `<script>alert("1")</script> & 'x'`
    const { subject, text, html } = await mail('welcome', { name })
    expect(html).to.not.contain('<script>')
    expect(html).to.contain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;')
    expect(text).to.contain(`Hello ${name},`)
    expect(subject).to.equal(`Welcome, ${name}`)
  })

  it('never lets a value open a tag', async () => {
    const { html: plain } = await mail('order-cancelled', { name: 'Ada', orderId, reason: 'x' })
    const tags = (html: string | null) => html!.match(/<[^>]*>/g)!.length
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: fc.constantFrom(...'<>&"\'/=a ') }), async (value) => {
        const { html } = await mail('order-cancelled', { name: value, orderId: value, reason: value })
        expect(tags(html)).to.equal(tags(plain))
      }),
    )
  })

  it('does not run what its values hold as a template', async () => {
    const name = '<%= it.orderId %><% throw new Error() %>{{x}}'
    const { text, html } = await mail('order-cancelled', { name, orderId, reason: 'x' })
    expect(text).to.contain(name)
    expect(html).to.contain('&lt;%= it.orderId %&gt;')
  })

  it('lists every item with its quantity and amount, and the total', async () => {
    const { subject, text, html } = await mail('order-confirmed', confirmed)
    expect(subject).to.equal(`Your order ${orderId} is confirmed`)
    expect(text.split('\n')).to.include.members([
      '  2 x Kettle & Co  €98.00',
      '  1 x Blue mug  €9.00',
      'Total: €107.00',
    ])
    const rows = html!.match(/<tr><td>.*?<\/tr>/g)
    expect(rows).to.deep.equal([
      '<tr><td>2 &times; Kettle &amp; Co</td><td align="right">€98.00</td></tr>',
      '<tr><td>1 &times; Blue mug</td><td align="right">€9.00</td></tr>',
    ])
    expect(html).to.contain('<strong>€107.00</strong>')
  })

  it('is the same each time it is made', async () => {
    const [first, second] = await Promise.all([mail('order-confirmed', confirmed), mail('order-confirmed', confirmed)])
    expect(second).to.deep.equal(first)
    expect(await mail('order-confirmed', confirmed)).to.deep.equal(first)
  })

  it('carries nothing of the mail made before it', async () => {
    await mail('welcome', { name: 'Grace' })
    expect(JSON.stringify(await mail('welcome', { name: 'Ada' }))).to.not.contain('Grace')
  })
})

describe('a template that is not MJML', () => {
  it('is refused, naming what is wrong', async () => {
    const template = {
      ...findTemplate('welcome')!,
      mjml: '<mjml><mj-body><mj-nonsense>x</mj-nonsense></mj-body></mjml>',
    }
    const error = await render(template, { name: 'Ada' }).catch((reason: unknown) => reason)
    expect(error).to.be.instanceOf(Error).with.property('message').that.contains('mj-nonsense')
  })
})
