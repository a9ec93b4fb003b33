// Every template there is: it compiles in strict MJML, shows its data in both parts, and takes its data only.
import { readdirSync } from 'node:fs'
import { expect } from 'chai'
import mjml2html from 'mjml'
import { render } from '../../../../../lib/mail/render.ts'
import { findTemplate, templateNames } from '../../../../../lib/mail/templates/index.ts'

const orderId = '01939f3c-ab12-7cde-8f00-0123456789ab'
const examples: Record<string, Record<string, unknown>> = {
  welcome: { name: 'Ada Lovelace' },
  'order-confirmed': {
    name: 'Ada Lovelace',
    orderId,
    items: [{ name: 'Blue mug', quantity: 3, amount: '€27.00' }],
    total: '€27.00',
  },
  'order-cancelled': { name: 'Ada Lovelace', orderId, reason: 'an item is out of stock' },
  'sign-in-code': { code: '123 456', minutes: 10 },
}
/** Of these a second copy does harm. */
const leftWhenUnknown = ['sign-in-code']

/** All texts and numbers of a template's data, wherever they stand. */
const leaves = (value: unknown): string[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [String(value)]

describe('the templates', () => {
  it('are the files of the folder', () => {
    const files = readdirSync('lib/mail/templates').map((file) => file.replace('.ts', ''))
    expect(templateNames).to.have.members(files.filter((file) => file !== 'index' && file !== 'layout'))
  })

  it('all have an example here', () => {
    expect(Object.keys(examples)).to.have.members(templateNames)
  })

  for (const name of ['', 'Welcome', 'toString', '__proto__', 'constructor', '../welcome']) {
    it(`do not have one named "${name}"`, () => {
      expect(findTemplate(name)).to.equal(undefined)
    })
  }
})

for (const [name, data] of Object.entries(examples)) {
  describe(`the template ${name}`, () => {
    const template = findTemplate(name)!

    it('compiles in strict MJML', async () => {
      const { errors } = await mjml2html(template.mjml, { validationLevel: 'strict' })
      expect(errors).to.deep.equal([])
    })

    it('shows all of its data in both parts', async () => {
      const { text, html } = await render(template, data)
      for (const part of [text, html]) for (const leaf of leaves(data)) expect(part).to.contain(leaf)
    })

    it('leaves no tag of the template and no missing value behind', async () => {
      for (const part of Object.values(await render(template, data))) {
        expect(part).to.not.match(/<%|%>|undefined|\[object|<\/?mj-/)
      }
    })

    it('has the policy of its kind for a mail whose outcome is unknown', () => {
      expect(template.whenUnknown).to.equal(leftWhenUnknown.includes(name) ? 'leave' : 'resend')
    })

    it('has a subject of one line', async () => {
      expect((await render(template, data)).subject).to.match(/^\S.*\S$/)
    })

    it('takes the data it shows', () => {
      expect(template.data.parse(data)).to.deep.equal(data)
    })

    it('refuses data with a field more or a field less', () => {
      expect(template.data.safeParse({ ...data, more: 'x' }).success).to.equal(false)
      for (const field of Object.keys(data)) {
        const { [field]: _, ...less } = data
        expect(template.data.safeParse(less).success, field).to.equal(false)
      }
    })

    it('refuses a name of more than one line', () => {
      const two = { ...data, name: 'Ada\r\nBcc: eve@example.com' }
      expect(template.data.safeParse(two).success).to.equal(false)
    })
  })
}
