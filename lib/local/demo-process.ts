// The demo page as a process of the local stack. Argument: port. Settings: API_URL and API_KEY, MAIL_URL and PAYMENTS_URL (empty
// where the local stack has none of its own).
import { createLogger } from '../logger.ts'
import { announceReady, closeOnSignal, exitOnError } from '../shutdown.ts'
import { startDemo } from './demo-server.ts'

await exitOnError(async () => {
  const { API_URL: apiUrl = '', API_KEY: apiKey = '', MAIL_URL: mailUrl, PAYMENTS_URL: paymentsUrl } = process.env
  const demo = await startDemo({
    port: Number(process.argv[2]),
    apiUrl,
    apiKey,
    mailUrl: mailUrl || null,
    paymentsUrl: paymentsUrl || null,
  })
  closeOnSignal(createLogger('demo', 'warn'), 5_000, demo.stop)
  announceReady({ demoUrl: demo.url })
})
