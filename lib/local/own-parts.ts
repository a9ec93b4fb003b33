// The parts of the local stack that production does not have: payment simulator, mail inbox, demo page. Each has its usual port
// where that is free, and another where it is not.
import { randomBytes } from 'node:crypto'
import { freePort } from './ports.ts'
import { LOCAL_FOLDER } from './session.ts'

const PREFERRED = { mail: 1080, smtp: 1025, payments: 4242, demo: 3080 }

export type Env = Record<string, string | undefined>

type StartPart = <Details>(name: string, command: [string, string[]], more?: Env) => Promise<Details>

const localProgram = (path: string, ...args: (string | number)[]): [string, string[]] => [
  process.execPath,
  [new URL(path + import.meta.url.slice(-3), import.meta.url).pathname, ...args.map(String)],
]

/** A part's own page, if it was started here, and the settings that lead to it. */
interface Provided {
  url: string | null
  env: Env
}

/** @param apiPort where the simulator's events go */
export async function ownPayments(env: Env, part: StartPart, apiPort: number): Promise<Provided & { webEnv: Env }> {
  if (env.STRIPE_SECRET_KEY) return { url: null, env: {}, webEnv: {} }
  const secret = `whsec_${randomBytes(24).toString('base64url')}`
  const webhook = { WEBHOOK_URL: `http://127.0.0.1:${apiPort}/webhooks/stripe`, WEBHOOK_SECRET: secret }
  const port = await freePort(PREFERRED.payments)
  const program = localProgram('./simulator/process', `${LOCAL_FOLDER}/payments.jsonl`, port)
  const { paymentsUrl } = await part<{ paymentsUrl: string }>('payments', program, webhook)
  return {
    url: paymentsUrl,
    env: { STRIPE_SECRET_KEY: 'sk_test_simulator', STRIPE_API_URL: paymentsUrl },
    webEnv: { STRIPE_WEBHOOK_SECRET: secret },
  }
}

export async function ownMail(env: Env, part: StartPart): Promise<Provided> {
  if (env.SMTP_URL) return { url: null, env: {} }
  const [smtp, web] = [await freePort(PREFERRED.smtp), await freePort(PREFERRED.mail)]
  const program = localProgram('./inbox-process', `${LOCAL_FOLDER}/mail`, smtp, web)
  const { smtpUrl, mailUrl } = await part<{ smtpUrl: string; mailUrl: string }>('inbox', program)
  return { url: mailUrl, env: { SMTP_URL: smtpUrl } }
}

/** What the demo page has to know: where the API is, a key for it, and where mails and money can be seen. */
interface Shown {
  apiUrl: string
  apiKey: string
  mailUrl: string | null
  paymentsUrl: string | null
}

/** The demo page is on an origin of its own, which the API has to know before it starts. @returns how to start it then */
export async function ownDemo(env: Env, part: StartPart) {
  const port = await freePort(PREFERRED.demo)
  const origin = `http://127.0.0.1:${port}`
  return {
    webEnv: { CORS_ORIGINS: env.CORS_ORIGINS ? `${env.CORS_ORIGINS},${origin}` : origin },
    start: async ({ apiUrl, apiKey, mailUrl, paymentsUrl }: Shown): Promise<string> => {
      // Not on the command line, which every user of the machine can read.
      const shown = { API_URL: apiUrl, API_KEY: apiKey, MAIL_URL: mailUrl ?? '', PAYMENTS_URL: paymentsUrl ?? '' }
      const { demoUrl } = await part<{ demoUrl: string }>('demo', localProgram('./demo-process', port), shown)
      return demoUrl
    },
  }
}
