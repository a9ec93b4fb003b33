// Which mails are accepted: to one address, with a subject of one line, from a template that takes its data.
import { expect } from 'chai'
import fc from 'fast-check'
import { EmailRequest, renderMail } from '../../../../lib/mail/compose.ts'
import { Email } from '../../../../lib/models/email.ts'

const templated = { to: 'ada@example.com', template: 'welcome', data: { name: 'Ada' } }
const written = { to: 'ada@example.com', subject: 'Hello', text: 'Hello Ada' }
const accepts = (request: unknown) => EmailRequest.safeParse(request).success
const problemsOf = (request: unknown) =>
  EmailRequest.safeParse(request).error?.issues.map(({ path, message }) => [path.join('.'), message])

/** Subject, text and HTML of an accepted request, by way of its row. */
function mailOf(request: unknown) {
  const accepted = EmailRequest.parse(request)
  const none = { template: null, data: null, subject: null, textBody: null, htmlBody: null }
  const content =
    'template' in accepted
      ? { template: accepted.template, data: accepted.data }
      : { subject: accepted.subject, textBody: accepted.text, htmlBody: accepted.html ?? null }
  return renderMail(Object.assign(new Email(), none, content))
}

describe('a request to send a mail', () => {
  it('is a template with its data, or a text of the caller’s own', async () => {
    expect((await mailOf(templated)).subject).to.equal('Welcome, Ada')
    expect(await mailOf(written)).to.deep.equal({ subject: 'Hello', text: 'Hello Ada', html: null })
    expect((await mailOf({ ...written, html: '<b>Hello</b>' })).html).to.equal('<b>Hello</b>')
  })

  it('is one or the other, not both and not half of one', () => {
    expect(accepts({ ...templated, ...written })).to.equal(false)
    for (const field of ['to', 'template', 'data'])
      expect(accepts({ ...templated, [field]: undefined })).to.equal(false)
    for (const field of ['to', 'subject', 'text']) expect(accepts({ ...written, [field]: undefined })).to.equal(false)
  })

  for (const to of [
    'ada@example.com, eve@example.com',
    ['ada@example.com'],
    'Ada <ada@example.com>',
    'ada',
    '',
    null,
  ]) {
    it(`is not addressed to ${JSON.stringify(to)}`, () => {
      for (const request of [templated, written]) expect(accepts({ ...request, to })).to.equal(false)
    })
  }

  it('has a subject that cannot start another header', () => {
    for (const end of ['\r\n', '\n', '\r', '\0', '\u2028', '\t']) {
      const subject = `Hello${end}Bcc: eve@example.com`
      expect(accepts({ ...written, subject }), JSON.stringify(end)).to.equal(false)
    }
  })

  it('has an address that cannot start another header', () => {
    for (const request of [templated, written]) {
      expect(accepts({ ...request, to: 'ada@example.com\r\nBcc: eve@example.com' })).to.equal(false)
    }
  })

  it('has template data that cannot start another header, wherever the line break stands', async () => {
    const breaks = fc.constantFrom('', '\r\n', '\n', '\r', '\u2028', ' \n')
    await fc.assert(
      fc.asyncProperty(breaks, breaks, breaks, async (before, inside, after) => {
        const request = { ...templated, data: { name: `${before}Ada${inside}Bcc: eve@example.com${after}` } }
        if (!accepts(request)) return
        expect((await mailOf(request)).subject).to.not.match(/[\r\n\u2028]/)
      }),
    )
  })

  it('bounds its parts', () => {
    expect(accepts({ ...written, subject: 'x'.repeat(250), text: 'x'.repeat(200_000) })).to.equal(true)
    expect(accepts({ ...written, subject: 'x'.repeat(251) })).to.equal(false)
    for (const part of ['text', 'html']) {
      expect(accepts({ ...written, [part]: 'x'.repeat(200_001) })).to.equal(false)
      expect(accepts({ ...written, [part]: '' })).to.equal(false)
    }
  })

  it('names the templates there are where it names one there is not', () => {
    for (const template of ['nonsense', '__proto__', 'constructor']) {
      expect(problemsOf({ ...templated, template })).to.deep.equal([
        ['template', 'must be one of welcome, order-confirmed, order-cancelled, sign-in-code'],
      ])
    }
  })

  it('points into the data that its template does not take', () => {
    const data = { name: 'Ada', orderId: 'x', items: [{ name: 'Mug', quantity: 0, amount: '€9.00' }], total: '€9.00' }
    const paths = problemsOf({ ...templated, template: 'order-confirmed', data })?.map(([path]) => path)
    expect(paths).to.have.members(['data.orderId', 'data.items.0.quantity'])
    expect(problemsOf({ ...templated, data: {} })?.map(([path]) => path)).to.deep.equal(['data.name'])
  })

  it('says what follows when its outcome is unknown, if it is a text of one’s own; a template knows by itself', () => {
    expect(EmailRequest.parse(written)).to.include({ whenUnknown: 'resend' })
    expect(EmailRequest.parse({ ...written, whenUnknown: 'leave' })).to.include({ whenUnknown: 'leave' })
    expect(accepts({ ...written, whenUnknown: 'retry' })).to.equal(false)
    expect(accepts({ ...templated, whenUnknown: 'resend' })).to.equal(false)
  })

  it('may name a time to be sent at, with its offset', () => {
    for (const request of [templated, written]) {
      expect(accepts({ ...request, sendAt: '2026-01-01T09:00:00+02:00' })).to.equal(true)
      for (const sendAt of ['2026-01-01', '2026-01-01T09:00:00', 'tomorrow', 1_700_000_000, '2026-13-01T00:00:00Z']) {
        expect(accepts({ ...request, sendAt }), String(sendAt)).to.equal(false)
      }
    }
  })
})

describe('a stored mail', () => {
  it('whose template is gone is an error, not an empty mail', async () => {
    const email = Object.assign(new Email(), { template: 'gone', data: {} })
    const error = await renderMail(email).catch((reason: unknown) => reason)
    expect(error).to.be.instanceOf(Error).with.property('message', 'the mail template gone is gone')
  })
})
