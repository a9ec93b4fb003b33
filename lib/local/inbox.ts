// The mail inbox of the local stack: maildev, a real SMTP server with a web page. As a program it is a part of `npm start`.
import { MailDev } from 'maildev'

export interface Inbox {
  smtpUrl: string
  /** The web page; `GET {mailUrl}/email` lists the mails. */
  mailUrl: string
  stop(): Promise<void>
}

interface Options {
  /** Where mails are kept over restarts; in memory where absent. */
  folder?: string
  smtpPort?: number
  webPort?: number
}

/** Starts the inbox on loopback; ports the system chooses where none are given. */
export async function startInbox({ folder, smtpPort = 0, webPort = 0 }: Options = {}): Promise<Inbox> {
  const host = '127.0.0.1'
  const maildev = new MailDev({
    smtp: smtpPort,
    web: webPort,
    ip: host,
    webIp: host,
    silent: true,
    ...(folder && { mailDirectory: folder }),
  })
  const { smtp, api } = await quietly(() => maildev.start())
  const web = api?.getAddress()
  if (!api || !web) throw new Error('the inbox has no web page')
  // Its list of mails is at /api/email; `/email`, where maildev 1 and 2 have it, works as well.
  api.server.server.prependListener('request', (request) => {
    if (request.url?.startsWith('/email')) request.url = `/api${request.url}`
  })
  return {
    smtpUrl: `smtp://${host}:${smtp.getAddress().port}`,
    mailUrl: `http://${host}:${web.port}`,
    stop: () => maildev.stop(),
  }
}

/** maildev announces itself on the console whatever it is told. */
async function quietly<R>(start: () => Promise<R>): Promise<R> {
  const { info } = console
  console.info = () => {}
  try {
    return await start()
  } finally {
    console.info = info
  }
}
