// Mails through the API: what is accepted is what arrives, once, to one recipient, with a Message-ID of its row.
import { expect } from 'chai'
import { Email } from '../../../lib/models/email.ts'
import { useHarness } from '../../support/harness.ts'
import { mailsAbout } from '../../support/inbox.ts'

const to = 'ada@example.com'
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString()

describe('a mail', () => {
  const harness = useHarness()
  before(() => harness.startWorkers())
  const deliver = async (request: object, subject: string) => {
    const { status, body } = await harness.api.post('/v1/emails', request)
    expect(status).to.equal(202)
    const job = await harness.api.finished(body.job.id)
    const row = await Email.query(harness.db).findById(body.email.id).throwIfNotFound()
    return { accepted: body, job, row, mails: await mailsAbout(harness.inbox, subject) }
  }

  /** The mail as it came over SMTP. */
  const sourceOf = async (mail: object | undefined) => {
    const { id } = mail as { id: string }
    return (await fetch(`${harness.inbox.mailUrl}/email/${id}/source`)).text()
  }

  it('is accepted with its job and what is known of it, but not what it says', async () => {
    const { status, headers, body } = await harness.api.post('/v1/emails', { to, subject: 'secret', text: 'secret' })
    expect(status).to.equal(202)
    expect(headers.get('location')).to.equal(`/v1/jobs/${body.job.id}`)
    expect(Object.keys(body)).to.have.members(['job', 'email'])
    expect(body.job.type).to.equal('emails.send')
    expect(body.email).to.include({ to, template: null, state: 'created', sentAt: null })
    expect(JSON.stringify(body)).to.not.include('secret')
  })

  it('from a template has the data in its subject, its text and its HTML, and the Message-ID of its row', async () => {
    const request = { to, template: 'welcome', data: { name: 'Grace H.' } }
    const { accepted, job, row, mails } = await deliver(request, 'Welcome, Grace H.')
    expect(job.state).to.equal('succeeded')
    expect(mails).to.have.length(1)
    const [mail] = mails
    expect(mail?.subject).to.equal('Welcome, Grace H.')
    expect(mail?.text).to.include('Hello Grace H.,')
    expect(mail?.html).to.include('Hello Grace H.,').and.include('</html>')
    expect(await sourceOf(mail)).to.match(/^Content-Type: multipart\/alternative/m)
    expect(mail?.headers['message-id']).to.equal(accepted.email.messageId)
    expect(mail?.headers['message-id']).to.equal(`<${row.id}@mail.errand.example>`)
    expect(job.result).to.deep.equal({ emailId: row.id, messageId: row.messageId })
    expect(row.state).to.equal('sent')
    expect(row.sentAt).to.be.an.instanceOf(Date)
  })

  it('escapes the data of a template in the HTML, and leaves the text as it is', async () => {
    const name = '<b>Bobby</b> & "Co"'
    const { mails } = await deliver({ to, template: 'welcome', data: { name } }, 'Bobby')
    expect(mails[0]?.subject).to.equal(`Welcome, ${name}`)
    expect(mails[0]?.text).to.include(`Hello ${name},`)
    expect(mails[0]?.html).to.include('&lt;b&gt;Bobby&lt;/b&gt; &amp;').and.not.include('<b>Bobby')
  })

  it('does not run the template tags that stand in its data', async () => {
    const name = '<%= 7 * 6 %> {{42}} tags'
    const { mails } = await deliver({ to, template: 'welcome', data: { name } }, 'tags')
    expect(mails[0]?.subject).to.equal(`Welcome, ${name}`)
    expect(mails[0]?.text).to.include(name)
  })

  it('of one’s own arrives as it was written, in both parts', async () => {
    const request = { to, subject: 'Grüße – 你好 👋', text: 'Zeile 1\nZeile 2 👋', html: '<p>Absatz 👋</p>' }
    const { row, mails } = await deliver(request, 'Grüße')
    expect(mails).to.have.length(1)
    expect(mails[0]?.subject).to.equal(request.subject)
    expect(mails[0]?.text.trim()).to.equal(request.text)
    expect(mails[0]?.html).to.include(request.html)
    expect(mails[0]?.headers['message-id']).to.equal(`<${row.id}@mail.errand.example>`)
  })

  it('of one’s own without HTML is text alone', async () => {
    const { mails } = await deliver({ to, subject: 'plain', text: 'Just text.' }, 'plain')
    expect(mails[0]?.text.trim()).to.equal('Just text.')
    expect(await sourceOf(mails[0])).to.match(/^Content-Type: text\/plain; charset=utf-8/m)
  })

  it('keeps a line that begins with a dot, and long lines', async () => {
    const text = `.\n..\n.hidden\n${'long '.repeat(400).trim()}`
    const { mails } = await deliver({ to, subject: 'dots', text }, 'dots')
    expect(mails).to.have.length(1)
    expect(mails[0]?.text.trim()).to.equal(text)
  })

  it('waits for its sendAt', async () => {
    const sendAt = inMinutes(60)
    const { body } = await harness.api.post('/v1/emails', { to, subject: 'later', text: 'x', sendAt })
    expect(body.job).to.include({ state: 'scheduled', runAt: sendAt })
    await deliver({ to, subject: 'meanwhile', text: 'x' }, 'meanwhile')
    expect((await harness.api.get(`/v1/jobs/${body.job.id}`)).body).to.include({ state: 'scheduled', attempt: 0 })
    expect(await mailsAbout(harness.inbox, 'later')).to.deep.equal([])
  })

  it('waits for its sendAt through POST /v1/jobs, too', async () => {
    const sendAt = inMinutes(60)
    const input = { to, subject: 'both', text: 'x', sendAt }
    const planned = await harness.api.post('/v1/jobs', { type: 'emails.send', input })
    expect(planned.body.job).to.include({ state: 'scheduled', runAt: sendAt })
  })

  it('with a time that has passed waits from now on, not since then', async () => {
    const input = { to, subject: 'long ago', text: 'x', sendAt: '0000-01-01T00:00:00Z' }
    const { body } = await harness.api.post('/v1/jobs', { type: 'emails.send', input })
    expect(body.job).to.include({ state: 'queued', runAt: body.job.createdAt })
  })

  it('with a sendAt and a runAt waits for the later of the two', async () => {
    const input = { to, subject: 'both', text: 'x', sendAt: inMinutes(60) }
    const later = await harness.api.post('/v1/jobs', { type: 'emails.send', input, runAt: inMinutes(120) })
    expect(later.body.job.runAt > input.sendAt).to.equal(true)
    const earlier = await harness.api.post('/v1/jobs', { type: 'emails.send', input, runAt: inMinutes(1) })
    expect(earlier.body.job.runAt, 'sendAt says: not sent before').to.equal(input.sendAt)
  })
})
