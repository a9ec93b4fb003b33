// The inbox as a process of the local stack.
import { createLogger } from '../logger.ts'
import { announceReady, closeOnSignal, exitOnError } from '../shutdown.ts'
import { startInbox } from './inbox.ts'

await exitOnError(async () => {
  const [folder = '', smtpPort, webPort] = process.argv.slice(2)
  const inbox = await startInbox({ folder, smtpPort: Number(smtpPort), webPort: Number(webPort) })
  closeOnSignal(createLogger('inbox', 'warn'), 5_000, inbox.stop)
  announceReady({ smtpUrl: inbox.smtpUrl, mailUrl: inbox.mailUrl })
})
