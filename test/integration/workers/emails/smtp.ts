// A real SMTP server that misbehaves as a test says, and remembers every mail that it was given.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'
import { createMailer, type Mailer } from '../../../../lib/mail/mailer.ts'

interface Handed {
  from: string
  to: string[]
  source: string
  messageId: string
}

export interface Trouble {
  /** Answers each command with this code, as often as `times` says. */
  on?: 'connect' | 'mail' | 'rcpt' | 'data'
  code?: number
  /** Takes the body, then cuts the connection without an answer. */
  cutAfterBody?: boolean
  times?: number
  /** Asks for a password, and takes this one alone. */
  password?: string
}

export interface Smtp {
  url: string
  /** A mailer of the product to this server. */
  mailer: Mailer
  /** Every body that was handed over, answered or not. */
  handed: Handed[]
  stop(): Promise<void>
}

export async function startSmtp(trouble: Trouble = {}, credentials = ''): Promise<Smtp> {
  const handed: Handed[] = []
  let left = trouble.times ?? Number.POSITIVE_INFINITY
  const answer = (command: Trouble['on']) => {
    if (trouble.on !== command || left-- <= 0) return undefined
    return Object.assign(new Error('trouble'), { responseCode: trouble.code })
  }
  const server = new SMTPServer({
    logger: false,
    disabledCommands: trouble.password === undefined ? ['STARTTLS', 'AUTH'] : ['STARTTLS'],
    allowInsecureAuth: true,
    closeTimeout: 100,
    onConnect: (_session, done) => done(answer('connect')),
    onMailFrom: (_address, _session, done) => done(answer('mail')),
    onRcptTo: (_address, _session, done) => done(answer('rcpt')),
    onAuth: ({ password }, _session, done) =>
      password === trouble.password ? done(null, { user: 'errand' }) : done(new Error('Invalid login')),
    onData: (stream, session, done) => {
      const receive = async () => {
        const source = await text(stream)
        const { mailFrom, rcptTo } = session.envelope
        const messageId = /^Message-ID: *(\S+)/im.exec(source)?.[1] ?? ''
        handed.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          source,
          messageId,
        })
        if (trouble.cutAfterBody && left-- > 0)
          for (const connection of server.connections) connection._socket.destroy()
        else done(answer('data'))
      }
      receive().catch(done)
    },
  })
  server.on('error', () => {})
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  const url = `smtp://${credentials}127.0.0.1:${port}`
  const mailer = createMailer({ SMTP_URL: url, MAIL_FROM: 'Errand <orders@errand.example>' })
  return {
    url,
    mailer,
    handed,
    stop: async () => {
      await mailer.close()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
