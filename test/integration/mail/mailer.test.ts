// What each misbehaviour of an SMTP server means for a mail, and that the mailer knows exactly whether its body was asked for
// and handed over.
import { expect } from 'chai'
import { PermanentError, QueueBlocked, RetryLater } from '../../../lib/errors.ts'
import { freePort } from '../../../lib/local/ports.ts'
import { createMailer, type Mailer } from '../../../lib/mail/mailer.ts'
import { MailDeferred, MailRejected, OutcomeUnknown } from '../../../lib/mail/outcome.ts'
import { type Fault, type SmtpSink, startSmtpSink } from '../../support/smtp-sink.ts'
import { waitFor } from '../../support/wait-for.ts'

const MAIL_FROM = 'Errand <orders@errand.example>'
const SILENCE_MS = 400
const content = { subject: 'Hello', text: 'Hello Ada', html: null }
const mailTo = (messageId: string) => ({
  toAddress: 'ada@example.com',
  messageId: `<${messageId}@mail.errand.example>`,
})

/** Sends a mail and counts how often its body was asked for. */
async function send(
  mailer: Mailer,
  messageId = 'one',
  beforeBody = async () => {},
  signal = new AbortController().signal,
) {
  let asked = 0
  const count = () => {
    asked++
    return beforeBody()
  }
  const error = await mailer.send(mailTo(messageId), content, signal, count).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return { error, asked }
}

type Outcome = 'sent' | 'rejected' | 'hard bounce' | 'deferred' | 'unknown' | 'queue blocked' | 'unreachable'

function outcomeOf(error: unknown): Outcome | unknown {
  if (error === undefined) return 'sent'
  if (error instanceof MailRejected) return error.hardBounce ? 'hard bounce' : 'rejected'
  if (error instanceof MailDeferred) return 'deferred'
  if (error instanceof OutcomeUnknown) return 'unknown'
  if (error instanceof QueueBlocked) return 'queue blocked'
  if (error instanceof RetryLater) return 'unreachable'
  return error
}

describe('a mailer', () => {
  let sink: SmtpSink
  beforeEach(async () => {
    sink = await startSmtpSink()
  })
  afterEach(() => sink.stop())

  const table: [Fault['on'], Fault['do'], Outcome, asked: number, delivered: number, text?: string][] = [
    ['connect', 554, 'queue blocked', 0, 0],
    ['connect', 421, 'unreachable', 0, 0],
    ['connect', 'drop', 'unreachable', 0, 0],
    ['connect', 'hang', 'unreachable', 0, 0],
    ['mail', 550, 'queue blocked', 0, 0],
    ['mail', 530, 'queue blocked', 0, 0],
    ['mail', 552, 'rejected', 0, 0],
    ['mail', 451, 'deferred', 0, 0],
    ['mail', 'drop', 'deferred', 0, 0],
    ['mail', 'hang', 'deferred', 0, 0],
    ['rcpt', 550, 'rejected', 0, 0],
    ['rcpt', 551, 'rejected', 0, 0],
    ['rcpt', 553, 'rejected', 0, 0],
    ['rcpt', 550, 'rejected', 0, 0, 'Rejected by our policy'],
    ['rcpt', 550, 'hard bounce', 0, 0, '5.1.6 The mailbox has moved'],
    ['rcpt', 550, 'rejected', 0, 0, '5.1.7 Your address is malformed'],
    ['rcpt', 550, 'hard bounce', 0, 0, '5.1.1 No such user'],
    ['rcpt', 556, 'hard bounce', 0, 0, '5.1.10 The domain takes no mail'],
    ['rcpt', 550, 'rejected', 0, 0, '5.7.1 Our policy'],
    ['rcpt', 550, 'rejected', 0, 0, '5.1.8 Your domain does not exist'],
    ['rcpt', 552, 'rejected', 0, 0],
    ['rcpt', 503, 'deferred', 0, 0],
    ['rcpt', 451, 'deferred', 0, 0],
    ['rcpt', 421, 'deferred', 0, 0],
    ['rcpt', 'drop', 'deferred', 0, 0],
    ['rcpt', 'hang', 'deferred', 0, 0],
    ['body', 'drop', 'deferred', 1, 0],
    ['data', 451, 'deferred', 1, 0],
    ['data', 421, 'deferred', 1, 0],
    ['data', 550, 'rejected', 1, 0],
    ['data', 554, 'rejected', 1, 0],
    ['data', 'drop', 'unknown', 1, 1],
    ['data', 'hang', 'unknown', 1, 1],
    ['data', 'slow', 'sent', 1, 1],
  ]
  for (const [on, fault, outcome, asked, delivered, text] of table) {
    it(`says "${outcome}" when ${fault} is what "${on}" is answered with${text ? ` (${text})` : ''}`, async () => {
      sink.play({ on, do: fault, ...(text && { text }) })
      // While the body is withheld the server has time to go away.
      const beforeBody = () => new Promise<void>((resolve) => setTimeout(resolve, on === 'body' ? 100 : 0))
      const result = await send(sink.mailer({ timeoutMs: SILENCE_MS }), 'one', beforeBody)
      expect(outcomeOf(result.error)).to.equal(outcome)
      expect(result.asked, 'asked for the body').to.equal(asked)
      expect(sink.delivered).to.have.length(delivered)
      expect(JSON.stringify([result.error, String(result.error)]), 'invariant 10').not.to.match(/ada|user|policy/i)
    })
  }

  for (const code of [535, 454]) {
    it(`says "queue blocked" when the login is answered with ${code}`, async () => {
      const locked = await startSmtpSink({ password: 'right' })
      locked.play({ on: 'auth', do: code })
      const { error, asked } = await send(locked.mailer({ credentials: 'errand:right@' }))
      expect([outcomeOf(error), asked]).to.deep.equal(['queue blocked', 0])
      await locked.stop()
    })
  }

  const settings: [what: string, url: (host: string) => string | Promise<string>, Outcome][] = [
    ['nobody listens', async () => `smtp://127.0.0.1:${await freePort()}`, 'unreachable'],
    ['the name of the server does not exist', () => 'smtp://mail.invalid:25', 'queue blocked'],
    ['the server does not speak TLS', (host) => `smtps://${host}`, 'queue blocked'],
  ]
  for (const [what, urlOf, outcome] of settings) {
    it(`says "${outcome}" when ${what}`, async () => {
      const SMTP_URL = await urlOf(sink.url.replace('smtp://', ''))
      const mailer = createMailer({ SMTP_URL, MAIL_FROM, SMTP_TIMEOUT_MS: 2_000 })
      const { error, asked } = await send(mailer)
      await mailer.close()
      expect([outcomeOf(error), asked]).to.deep.equal([outcome, 0])
    })
  }

  it('says "queue blocked" when the certificate of the server is not to be trusted', async () => {
    const shady = await startSmtpSink({ tls: true })
    const { error, asked } = await send(shady.mailer())
    expect([outcomeOf(error), asked]).to.deep.equal(['queue blocked', 0])
    await shady.stop()
  })

  it('sends nothing of the body before what is to be written first is written', async () => {
    let write = () => {}
    const written = new Promise<void>((resolve) => {
      write = resolve
    })
    let asked = false
    const sending = send(sink.mailer(), 'one', () => {
      asked = true
      return written
    })
    await waitFor('the server to ask for the body', async () => asked)
    const other = await send(sink.mailer(), 'other')
    expect(other.error).to.equal(undefined)
    expect(sink.mails.map((mail) => mail.messageId)).to.deep.equal(['<other@mail.errand.example>'])
    write()
    await sending
    expect(sink.mails).to.have.length(2)
  })

  it('sends nothing when that cannot be written, throws the very error, and sends the next mail', async () => {
    const mailer = sink.mailer()
    const refusal = new PermanentError('recipient-suppressed', 'No.')
    const { error, asked } = await send(mailer, 'one', () => Promise.reject(refusal))
    expect(error).to.equal(refusal)
    expect(refusal.code).to.equal('recipient-suppressed')
    expect([asked, sink.mails.length]).to.deep.equal([1, 0])
    expect((await send(mailer, 'two')).error).to.equal(undefined)
    expect(sink.mails.map((mail) => mail.messageId)).to.deep.equal(['<two@mail.errand.example>'])
  })

  it('asks once and sends once when its idle connection was lost meanwhile', async () => {
    const mailer = sink.mailer()
    await send(mailer, 'one')
    sink.play({ on: 'mail', do: 'drop', times: 1 })
    const { error, asked } = await send(mailer, 'two')
    expect([error, asked]).to.deep.equal([undefined, 1])
    expect(sink.mails.map((mail) => mail.messageId)).to.deep.equal([
      '<one@mail.errand.example>',
      '<two@mail.errand.example>',
    ])
  })

  it('says "unreachable", not "deferred", when its idle connection was lost with the server', async () => {
    const mailer = sink.mailer({ timeoutMs: SILENCE_MS })
    await send(mailer, 'one')
    await sink.stop()
    const result = await send(mailer, 'two')
    sink = await startSmtpSink()
    expect([outcomeOf(result.error), result.asked]).to.deep.equal(['unreachable', 0])
  })

  it('gives up when it is told to, and the mail is never sent', async () => {
    const controller = new AbortController()
    let write = () => {}
    const written = new Promise<void>((resolve) => {
      write = resolve
    })
    const mailer = sink.mailer()
    const beforeBody = () => {
      controller.abort()
      return written
    }
    const sending = send(mailer, 'one', beforeBody, controller.signal)
    write()
    expect(outcomeOf((await sending).error)).to.equal('deferred')
    await send(mailer, 'two')
    expect(sink.mails.map((mail) => mail.messageId)).to.deep.equal(['<two@mail.errand.example>'])
  })

  it('hands over a thousand mails through few connections, each asked for once', async () => {
    const mailer = sink.mailer()
    const results = await Promise.all(Array.from({ length: 1_000 }, (_, index) => send(mailer, `mail-${index}`)))
    expect(results.every(({ error, asked }) => error === undefined && asked === 1)).to.equal(true)
    expect(new Set(sink.mails.map((mail) => mail.messageId)).size).to.equal(1_000)
    expect(sink.mails).to.have.length(1_000)
  })
})
