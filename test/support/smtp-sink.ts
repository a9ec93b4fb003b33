// A real SMTP server that remembers every mail whose body reached it, delivers none, and misbehaves as it is told: by a
// script, or at random from a seed.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'
import { createMailer, type Mailer } from '../../lib/mail/mailer.ts'

/** body: the message is asked for, none of it is in. data: all of it is in, no answer is out. */
type Step = 'connect' | 'auth' | 'mail' | 'rcpt' | 'body' | 'data'

export interface Fault {
  on: Step
  /** A reply code, or what happens instead of a reply; `slow` is followed by a good one. */
  do: number | 'drop' | 'hang' | 'slow'
  /** What is said after the code, e.g. an enhanced code. */
  text?: string
  times?: number
}

interface SunkMail {
  messageId: string
  from: string
  to: string[]
  source: string
  /** When it was in, in ms. */
  at: number
  /** What the client was told. A mail that is unanswered counts as delivered. */
  answer: 'accepted' | 'refused' | 'none'
}

interface Chaos {
  /** In [0, 1); from a seed, if it is to be played again. */
  random: () => number
  /** The share of connections, and of mails, that something happens to. */
  rate: number
  faults?: Fault[]
}

export interface SmtpSink {
  url: string
  /** Every mail whose body came in, in its order. */
  mails: SunkMail[]
  /** Those that may be in the recipient's box: accepted, or unanswered. */
  readonly delivered: SunkMail[]
  readonly faultsPlayed: number
  play(fault: Fault): void
  chaos(chaos: Chaos): void
  /** No more faults. */
  calm(): void
  /** A mailer of the product to this server. @param credentials `user:password@` */
  mailer(settings?: { credentials?: string; timeoutMs?: number }): Mailer
  stop(): Promise<void>
}

const SLOW_MS = 300

/** What passes by itself: no fault here says anything for good about a mail or a recipient. */
const passing: Fault[] = [
  { on: 'connect', do: 'drop' },
  { on: 'connect', do: 421 },
  { on: 'mail', do: 451 },
  { on: 'mail', do: 'drop' },
  { on: 'rcpt', do: 451 },
  { on: 'rcpt', do: 'drop' },
  { on: 'body', do: 'drop' },
  { on: 'data', do: 451 },
  { on: 'data', do: 'drop' },
  { on: 'data', do: 'hang' },
  { on: 'data', do: 'slow' },
]

interface Options {
  port?: number
  /** Asks for a password, and takes this one alone. */
  password?: string
  /** Offers TLS, with a certificate that nobody should trust. */
  tls?: boolean
}

export async function startSmtpSink({ port = 0, password, tls = false }: Options = {}): Promise<SmtpSink> {
  const mails: SunkMail[] = []
  const script: { fault: Fault; left: number }[] = []
  const planned = new Map<string, Fault>()
  const mailers: Mailer[] = []
  let chaos: Chaos | undefined
  let faultsPlayed = 0

  const draw = ({ random, rate, faults = passing }: Chaos, fits: (fault: Fault) => boolean) => {
    const candidates = faults.filter(fits)
    return random() < rate ? candidates[Math.floor(random() * candidates.length)] : undefined
  }
  const plan = (session: SMTPServerSession, fits: (fault: Fault) => boolean) => {
    planned.delete(session.id)
    const fault = chaos && draw(chaos, fits)
    if (fault) planned.set(session.id, fault)
  }
  const faultFor = (on: Step, session: SMTPServerSession): Fault | undefined => {
    const scripted = script.find(({ fault, left }) => fault.on === on && left > 0)
    if (scripted) scripted.left--
    const random = planned.get(session.id)
    const fault = scripted?.fault ?? (random?.on === on ? random : undefined)
    if (fault) faultsPlayed++
    return fault
  }
  const drop = ({ id }: SMTPServerSession) => {
    for (const connection of server.connections) if (connection.session.id === id) connection._socket.destroy()
  }
  const answer = (on: Step, session: SMTPServerSession, done: (error?: Error) => void, mail?: SunkMail) => {
    const fault = faultFor(on, session)
    if (mail && fault?.do !== 'drop' && fault?.do !== 'hang') {
      mail.answer = typeof fault?.do === 'number' ? 'refused' : 'accepted'
    }
    if (!fault) done()
    else if (fault.do === 'drop') drop(session)
    else if (fault.do === 'slow') setTimeout(done, SLOW_MS)
    else if (fault.do !== 'hang') done(Object.assign(new Error(fault.text ?? 'no'), { responseCode: fault.do }))
  }

  const server = new SMTPServer({
    logger: false,
    disabledCommands: [...(tls ? [] : ['STARTTLS']), ...(password === undefined ? ['AUTH'] : [])],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    closeTimeout: 100,
    onConnect: (session, done) => {
      plan(session, ({ on }) => on === 'connect')
      answer('connect', session, done)
    },
    onAuth: (auth, session, done) =>
      answer('auth', session, (error) => {
        if (error || auth.password !== password) done(error ?? new Error('Invalid login'))
        else done(null, { user: 'errand' })
      }),
    onMailFrom: (_address, session, done) => {
      plan(session, ({ on }) => on !== 'connect')
      answer('mail', session, done)
    },
    onRcptTo: (_address, session, done) => answer('rcpt', session, done),
    onData: (stream, session, done) => {
      const receive = async () => {
        const source = await text(stream)
        const { mailFrom, rcptTo } = session.envelope
        const mail: SunkMail = {
          messageId: /^Message-ID: *(\S+)/im.exec(source)?.[1] ?? '',
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          source,
          at: Date.now(),
          answer: 'none',
        }
        mails.push(mail)
        answer('data', session, done, mail)
      }
      const fault = faultFor('body', session)
      // Once the 354 is out.
      if (fault?.do === 'drop') setImmediate(drop, session)
      // The client went away in the middle of the message: there is no mail.
      receive().catch(() => {})
    },
  })
  // Clients that go away; each test sees what it means for its own.
  server.on('error', () => {})
  server.listen(port, '127.0.0.1')
  await once(server.server, 'listening')
  const host = `127.0.0.1:${(server.server.address() as AddressInfo).port}`
  return {
    url: `smtp://${host}`,
    mails,
    get delivered() {
      return mails.filter((mail) => mail.answer !== 'refused')
    },
    get faultsPlayed() {
      return faultsPlayed
    },
    play: (fault) => script.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }),
    chaos: (wanted) => {
      chaos = wanted
    },
    calm: () => {
      chaos = undefined
      script.length = 0
      planned.clear()
    },
    mailer: ({ credentials = '', timeoutMs: SMTP_TIMEOUT_MS = 5_000 } = {}) => {
      const MAIL_FROM = 'Errand <orders@errand.example>'
      const mailer = createMailer({ SMTP_URL: `smtp://${credentials}${host}`, MAIL_FROM, SMTP_TIMEOUT_MS })
      mailers.push(mailer)
      return mailer
    },
    stop: async () => {
      await Promise.all(mailers.map((mailer) => mailer.close()))
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
