// Sending one mail over real SMTP: once, and what each answer of the server means for the job and the mail.
import { expect } from 'chai'
import { freePort } from '../../../../lib/local/ports.ts'
import { composeMail } from '../../../../lib/mail/compose.ts'
import { createMailer } from '../../../../lib/mail/mailer.ts'
import { Email } from '../../../../lib/models/email.ts'
import type { Job } from '../../../../lib/models/job.ts'
import { useHarness } from '../../../support/harness.ts'
import { attempt } from '../../../support/probe.ts'
import { insertJobOf } from '../../../support/shop.ts'
import { type Smtp, startSmtp, type Trouble } from './smtp.ts'

interface InboxMail {
  subject: string
  text: string
  html: string
  headers: Record<string, string>
}

describe('emails.send', () => {
  const harness = useHarness()
  const compose = (to = 'ada@example.com', name = 'Ada') =>
    harness.db.transaction((trx) => composeMail(trx, harness.accountId, { to, template: 'welcome', data: { name } }))
  const jobFor = ({ id }: Email) => insertJobOf(harness, 'emails.send', { emailId: id })
  const rowOf = ({ id }: Email) => Email.query(harness.db).findById(id).throwIfNotFound()
  const inbox = async (subject: string) => {
    const mails = (await (await fetch(`${harness.inbox.mailUrl}/email`)).json()) as InboxMail[]
    return mails.filter((mail) => mail.subject === subject)
  }
  const through = (smtp: Pick<Smtp, 'mailer'>) => ({ ...harness.runtime, mail: smtp.mailer })
  const withSmtp = async (trouble: Trouble, use: (smtp: Smtp) => Promise<void>, credentials?: string) => {
    const smtp = await startSmtp(trouble, credentials)
    try {
      await use(smtp)
    } finally {
      await smtp.stop()
    }
  }
  const expectNotCounted = ({ outcome, job }: { outcome: string; job: Job }) => {
    expect(outcome).to.equal('postponed')
    expect(job).to.include({ state: 'scheduled', attempt: 1, maxAttempts: 4 })
  }

  it('delivers one mail in HTML and text under the Message-ID of its row', async () => {
    const email = await compose('ada@example.com', 'Ada of One Mail')
    const { outcome, job } = await attempt(harness.runtime, await jobFor(email))
    expect(outcome).to.equal('succeeded')
    expect(job.result).to.deep.equal({ emailId: email.id, messageId: email.messageId })

    const [mail, ...more] = await inbox('Welcome, Ada of One Mail')
    expect(more).to.deep.equal([])
    expect(mail?.text).to.include('Hello Ada of One Mail,')
    expect(mail?.html).to.include('<').and.to.include('Hello Ada of One Mail,')
    expect(mail?.headers['message-id']).to.equal(email.messageId)
    expect(email.messageId).to.include(email.id)
    const row = await rowOf(email)
    expect(row).to.include({ state: 'sent', failureCode: null })
    expect(row.sentAt).to.be.an.instanceOf(Date)
  })

  it('escapes what customers wrote in the HTML part', async () => {
    const name = '<b>Ada</b> & co'
    await attempt(harness.runtime, await jobFor(await compose('ada@example.com', name)))
    const [mail] = await inbox(`Welcome, ${name}`)
    expect(mail?.html).to.include('&lt;b&gt;Ada&lt;/b&gt; &amp; co').and.not.include('<b>Ada')
    expect(mail?.text).to.include(name)
  })

  it('is not sent again when the engine delivers its job again (invariant 8)', async () => {
    await withSmtp({}, async (smtp) => {
      const job = await jobFor(await compose())
      expect((await attempt(through(smtp), job)).outcome).to.equal('succeeded')
      expect((await attempt(through(smtp), job)).outcome).to.equal('nothing-to-do')
      expect(smtp.handed).to.have.length(1)
    })
  })

  it('is not sent again by a second job once it was sent (invariant 3)', async () => {
    await withSmtp({}, async (smtp) => {
      const email = await compose()
      await attempt(through(smtp), await jobFor(email))
      const { sentAt } = await rowOf(email)
      await attempt(through(smtp), await jobFor(email))
      expect(smtp.handed).to.have.length(1)
      expect(await rowOf(email)).to.deep.include({ state: 'sent', sentAt })
    })
  })

  it('fails the job and the mail in one go when the server refuses the recipient for good', async () => {
    await withSmtp({ on: 'rcpt', code: 550 }, async (smtp) => {
      const email = await compose()
      const { outcome, job } = await attempt(through(smtp), await jobFor(email))
      expect(outcome).to.equal('failed')
      expect(job.error).to.include({ type: '/problems/mail-rejected', status: 422 })
      expect(await rowOf(email)).to.include({ state: 'failed', failureCode: 'mail-rejected', sentAt: null })
      expect(smtp.handed).to.deep.equal([])
      expect(JSON.stringify(job.error), 'invariant 10').not.to.include('ada@example.com')
    })
  })

  it('fails when the server refuses the content for good', async () => {
    await withSmtp({ on: 'data', code: 554 }, async (smtp) => {
      const email = await compose()
      const { outcome, job } = await attempt(through(smtp), await jobFor(email))
      expect(outcome).to.equal('failed')
      expect(job.error).to.include({ type: '/problems/mail-rejected' })
      expect((await rowOf(email)).state).to.equal('failed')
    })
  })

  for (const on of ['mail', 'rcpt', 'data'] as const) {
    it(`counts an attempt when the server asks to come again (451 at "${on}"), then sends`, async () => {
      await withSmtp({ on, code: 451, times: 1 }, async (smtp) => {
        const email = await compose()
        const asked = await attempt(through(smtp), await jobFor(email))
        expect(asked.outcome).to.equal('retried')
        expect(asked.job).to.include({ state: 'scheduled', attempt: 1, maxAttempts: 3 })
        expect((await rowOf(email)).state).to.equal('sending')

        expect((await attempt(through(smtp), asked.job)).outcome).to.equal('succeeded')
        expect((await rowOf(email)).state).to.equal('sent')
        expect(new Set(smtp.handed.map((mail) => mail.messageId))).to.deep.equal(new Set([email.messageId]))
      })
    })
  }

  it('waits without burning an attempt while our password is refused, then sends', async () => {
    const email = await compose()
    const job = await jobFor(email)
    await withSmtp(
      { password: 'right' },
      async (smtp) => {
        expectNotCounted(await attempt(through(smtp), job))
        expect(smtp.handed).to.deep.equal([])
      },
      'errand:wrong@',
    )
    await withSmtp(
      { password: 'right' },
      async (smtp) => {
        expect((await attempt(through(smtp), job)).outcome).to.equal('succeeded')
        expect(smtp.handed).to.have.length(1)
      },
      'errand:right@',
    )
  })

  it('waits without burning an attempt while the server asks for a password that we do not have', async () => {
    await withSmtp({ password: 'right' }, async (smtp) => {
      expectNotCounted(await attempt(through(smtp), await jobFor(await compose())))
    })
  })

  it('waits without burning an attempt while the server turns everybody away (554 as its greeting)', async () => {
    await withSmtp({ on: 'connect', code: 554 }, async (smtp) => {
      const email = await compose()
      expectNotCounted(await attempt(through(smtp), await jobFor(email)))
      expect((await rowOf(email)).state).not.to.equal('failed')
    })
  })

  it('waits without burning an attempt while nobody listens, then sends', async () => {
    const mailer = createMailer({
      SMTP_URL: `smtp://127.0.0.1:${await freePort()}`,
      MAIL_FROM: 'orders@errand.example',
    })
    const email = await compose()
    const job = await jobFor(email)
    expectNotCounted(await attempt(through({ mailer }), job))
    await mailer.close()
    await withSmtp({}, async (smtp) => {
      expect((await attempt(through(smtp), job)).outcome).to.equal('succeeded')
      expect(smtp.handed).to.have.length(1)
    })
    expect((await rowOf(email)).state).to.equal('sent')
  })

  it('counts an attempt when the connection is lost after the body; the second copy has the same Message-ID', async () => {
    await withSmtp({ cutAfterBody: true, times: 1 }, async (smtp) => {
      const email = await compose()
      const lost = await attempt(through(smtp), await jobFor(email))
      expect(smtp.handed, 'one attempt hands the mail over once').to.have.length(1)
      expect(lost.outcome).to.equal('retried')
      expect(lost.job).to.include({ state: 'scheduled', attempt: 1, maxAttempts: 3 })
      expect((await rowOf(email)).state).to.equal('sending')

      expect((await attempt(through(smtp), lost.job)).outcome).to.equal('succeeded')
      expect(smtp.handed.map((mail) => mail.messageId)).to.deep.equal([email.messageId, email.messageId])
      expect((await rowOf(email)).state).to.equal('sent')
    })
  })

  it('hands a mail over no more often than it has attempts when every connection is lost', async () => {
    await withSmtp({ cutAfterBody: true }, async (smtp) => {
      const job = await jobFor(await compose())
      const outcomes: string[] = []
      for (let count = 0; count < 3; count++) outcomes.push((await attempt(through(smtp), job)).outcome)
      expect(outcomes).to.deep.equal(['retried', 'retried', 'failed'])
      expect(smtp.handed).to.have.length(3)
    })
  })

  for (const to of [
    '"ada, eve"@example.com',
    'ada@example.com,eve@example.com',
    'ada@example.com, Eve <eve@example.com>',
    '"x" <eve@example.com>',
    'ada@example.com\r\nBcc: eve@example.com',
  ]) {
    it(`never makes two recipients of ${JSON.stringify(to)}`, async () => {
      await withSmtp({}, async (smtp) => {
        // The API and `composeMail` refuse these; the mailer is the last lock.
        const email = await compose()
        await Email.query(harness.db).patch({ toAddress: to }).findById(email.id)
        await attempt(through(smtp), await jobFor(email))
        const recipients = smtp.handed.flatMap((mail) => mail.to)
        expect(recipients.length).to.be.at.most(1)
        expect(recipients).not.to.include('eve@example.com')
      })
    })
  }
})
