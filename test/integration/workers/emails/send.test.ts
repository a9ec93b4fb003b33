// Sending one mail over real SMTP: once, and what each answer of the server means for the job and the mail.
import { expect } from 'chai'
import { freePort } from '../../../../lib/local/ports.ts'
import { createMailer } from '../../../../lib/mail/mailer.ts'
import { Email } from '../../../../lib/models/email.ts'
import type { Job } from '../../../../lib/models/job.ts'
import { QueuePause } from '../../../../lib/models/queue-pause.ts'
import { useHarness } from '../../../support/harness.ts'
import { useMails, welcome } from '../../../support/mails.ts'
import { attempt } from '../../../support/probe.ts'

interface InboxMail {
  subject: string
  text: string
  html: string
  headers: Record<string, string>
}

describe('emails.send', () => {
  const harness = useHarness()
  const { compose, jobFor, rowOf, through, attemptAll, unpause, withSink } = useMails(harness)
  const composeTo = (name: string) => compose({ ...welcome(), data: { name } })
  const inbox = async (subject: string) => {
    const mails = (await (await fetch(`${harness.inbox.mailUrl}/email`)).json()) as InboxMail[]
    return mails.filter((mail) => mail.subject === subject)
  }
  const expectNotCounted = ({ outcome, job }: { outcome: string; job: Job }) => {
    expect(outcome).to.equal('postponed')
    expect(job).to.include({ state: 'scheduled', attempt: 1, maxAttempts: 9 })
  }
  /** The whole queue waits, an operator is told why, and no attempt was burnt. */
  const expectBlocked = async (result: { outcome: string; job: Job }, why: RegExp) => {
    expectNotCounted(result)
    expect(result.job.needsAttention).to.match(why)
    const pause = await QueuePause.query(harness.db).findById('emails').throwIfNotFound()
    expect(pause.reason).to.match(why)
    expect(pause.pausedUntil).to.be.greaterThan(new Date())
    expect((await attempt(harness.runtime, await jobFor(await compose()))).outcome).to.equal('nothing-to-do')
    await unpause()
  }

  it('delivers one mail in HTML and text under the Message-ID of its row', async () => {
    const email = await composeTo('Ada of One Mail')
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
    expect(row).to.include({ state: 'sent', copies: 1, failureCode: null })
    expect(row.sentAt).to.be.an.instanceOf(Date)
    expect(row.handedOverAt).to.be.an.instanceOf(Date)
  })

  it('escapes what customers wrote in the HTML part', async () => {
    const name = '<b>Ada</b> & co'
    await attempt(harness.runtime, await jobFor(await composeTo(name)))
    const [mail] = await inbox(`Welcome, ${name}`)
    expect(mail?.html).to.include('&lt;b&gt;Ada&lt;/b&gt; &amp; co').and.not.include('<b>Ada')
    expect(mail?.text).to.include(name)
  })

  it('is not sent again when the engine delivers its job again (invariant 8)', async () => {
    await withSink(async (sink) => {
      const runtime = through(sink.mailer())
      const job = await jobFor(await compose())
      expect((await attempt(runtime, job)).outcome).to.equal('succeeded')
      expect((await attempt(runtime, job)).outcome).to.equal('nothing-to-do')
      expect(sink.mails).to.have.length(1)
    })
  })

  it('is not sent again by a second job once it was sent (invariant 3)', async () => {
    await withSink(async (sink) => {
      const runtime = through(sink.mailer())
      const email = await compose()
      await attempt(runtime, await jobFor(email))
      const { sentAt } = await rowOf(email)
      await attempt(runtime, await jobFor(email))
      expect(sink.mails).to.have.length(1)
      expect(await rowOf(email)).to.deep.include({ state: 'sent', sentAt })
    })
  })

  for (const on of ['rcpt', 'data'] as const) {
    it(`fails the job and the mail in one go when the server refuses it for good (554 at "${on}")`, async () => {
      await withSink(async (sink) => {
        sink.play({ on, do: 554 })
        const email = await compose()
        const { outcome, job } = await attempt(through(sink.mailer()), await jobFor(email))
        expect(outcome).to.equal('failed')
        expect(job.error).to.include({ type: '/problems/mail-rejected', status: 422 })
        expect(job.needsAttention).to.equal(null)
        const row = await rowOf(email)
        expect(row).to.include({ state: 'failed', copies: 0, failureCode: 'mail-rejected', sentAt: null })
        expect(sink.delivered).to.deep.equal([])
        expect(JSON.stringify(job.error), 'invariant 10').not.to.include(email.toAddress)
      })
    })
  }

  for (const on of ['mail', 'rcpt', 'data'] as const) {
    it(`counts an attempt when the server asks to come again (451 at "${on}"), then sends`, async () => {
      await withSink(async (sink) => {
        sink.play({ on, do: 451, times: 1 })
        const runtime = through(sink.mailer())
        const email = await compose()
        const asked = await attempt(runtime, await jobFor(email))
        expect(asked.outcome).to.equal('retried')
        expect(asked.job).to.include({ state: 'scheduled', attempt: 1, maxAttempts: 8 })
        expect(asked.job.error).to.include({ type: '/problems/mail-deferred' })
        expect(await rowOf(email)).to.include({ state: 'created', copies: 0 })

        expect((await attempt(runtime, asked.job)).outcome).to.equal('succeeded')
        expect(await rowOf(email)).to.include({ state: 'sent', copies: 1 })
        expect(sink.delivered.map((mail) => mail.messageId)).to.deep.equal([email.messageId])
      })
    })
  }

  it('that the server puts off every time ends as failed with that reason, and does not stay "sending" (invariant 2)', async () => {
    await withSink(async (sink) => {
      sink.play({ on: 'data', do: 451 })
      const email = await compose()
      const { outcomes, job } = await attemptAll(through(sink.mailer()), await jobFor(email, 3))
      expect(outcomes).to.deep.equal(['retried', 'retried', 'failed'])
      expect(job.error).to.include({ type: '/problems/mail-deferred', status: 503 })
      expect(await rowOf(email)).to.include({ state: 'failed', copies: 0, failureCode: 'mail-deferred' })
    })
  })

  it('blocks its queue and burns no attempt while our password is refused, then sends', async () => {
    await withSink(
      async (sink) => {
        const job = await jobFor(await compose())
        const wrong = await attempt(through(sink.mailer({ credentials: 'errand:wrong@' })), job)
        await expectBlocked(wrong, /^the SMTP settings do not work \(535\)$/)
        expect(sink.mails).to.deep.equal([])
        const right = await attempt(through(sink.mailer({ credentials: 'errand:right@' })), job)
        expect(right.outcome).to.equal('succeeded')
        expect(right.job.needsAttention).to.equal(null)
        expect(sink.mails).to.have.length(1)
      },
      { password: 'right' },
    )
  })

  it('blocks its queue and burns no attempt while the server asks for a password that we do not have', async () => {
    await withSink(
      async (sink) => {
        const result = await attempt(through(sink.mailer()), await jobFor(await compose()))
        await expectBlocked(result, /^the SMTP server turns us away \(530\)$/)
      },
      { password: 'right' },
    )
  })

  it('blocks its queue and burns no attempt while the server turns everybody away (554 as its greeting)', async () => {
    await withSink(async (sink) => {
      sink.play({ on: 'connect', do: 554 })
      const email = await compose()
      const result = await attempt(through(sink.mailer()), await jobFor(email))
      await expectBlocked(result, /^the SMTP server turns us away \(554\)$/)
      expect((await rowOf(email)).state).to.equal('created')
    })
  })

  it('waits without burning an attempt while nobody listens, then sends', async () => {
    const SMTP_URL = `smtp://127.0.0.1:${await freePort()}`
    const mailer = createMailer({ SMTP_URL, MAIL_FROM: 'orders@errand.example' })
    const email = await compose()
    const job = await jobFor(email)
    expectNotCounted(await attempt(through(mailer), job))
    await mailer.close()
    await withSink(async (sink) => {
      expect((await attempt(through(sink.mailer()), job)).outcome).to.equal('succeeded')
      expect(sink.mails).to.have.length(1)
    })
    expect((await rowOf(email)).state).to.equal('sent')
  })

  for (const to of [
    '"ada, eve"@example.com',
    'ada@example.com,eve@example.com',
    'ada@example.com, Eve <eve@example.com>',
    '"x" <eve@example.com>',
    'ada@example.com\r\nBcc: eve@example.com',
  ]) {
    it(`never makes two recipients of ${JSON.stringify(to)}`, async () => {
      await withSink(async (sink) => {
        // The API and `composeMail` refuse these; the mailer is the last lock.
        const email = await compose()
        await Email.query(harness.db).patch({ toAddress: to }).findById(email.id)
        await attempt(through(sink.mailer()), await jobFor(email))
        const recipients = sink.mails.flatMap((mail) => mail.to)
        expect(recipients.length).to.be.at.most(1)
        expect(recipients).not.to.include('eve@example.com')
      })
    })
  }
})
